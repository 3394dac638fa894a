"""The steps of a call's page: its conditions, publishing, paper applications, the decision, telling."""

import uuid

from django import forms
from django.utils import timezone

from councils.forum.call_forms import tell_unmet
from councils.forum.choices import CallState, Relation
from councils.forum.services import recruitment, results, screening
from councils.forum.services.recruitment import unmet_so_far
from wards import clock
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    number_field,
    text_field,
)
from wards.desk.pages.steps import NothingToType, Step, StepForm
from wards.desk.pages.time_field import TimeOfDayField, moment_of

OWN_FIELDS = tuple(name for name in recruitment.CALL_FIELDS if not name.endswith("_at"))


class CallFields(forms.Form):
    """What a call says; its moments are typed as a day and a time."""

    title = line_field("件名")
    seats = number_field("募集人数", least=1, most=100)
    opens_on = day_field("受付の開始日")
    opens_time = TimeOfDayField(label="受付の開始時刻")
    closes_on = day_field("受付の終了日")
    closes_time = TimeOfDayField(
        label="受付の終了時刻", help_text="この時刻になると、もう受け付けません。"
    )
    reference_on = day_field("年齢の基準日")
    least_age = number_field("年齢の下限", least=15, most=40)
    most_age = number_field("年齢の上限", least=15, most=120, required=False)
    most_other_posts = number_field(
        "本市のほかの審議会等の委員数の上限",
        least=0,
        most=20,
        help_text="2のときは、三つ以上の委員を兼ねる人が応募できません。",
    )
    most_terms = number_field(
        "続けて委員になれる期数",
        least=1,
        most=20,
        required=False,
        help_text="定めがないときは空欄にしてください。",
    )
    theme = line_field("小論文のテーマ", longest=200)
    longest_essay = number_field(
        "小論文の文字数の上限", least=100, most=recruitment.LONGEST_CALL_ESSAY
    )
    text = text_field(
        "案内の文", required=False, rows=5, help_text="応募の案内のページに載ります。"
    )

    def clean(self):
        """Put each day and its time together."""
        cleaned = super().clean()
        for name in ("opens", "closes"):
            day, time = cleaned.get(f"{name}_on"), cleaned.get(f"{name}_time")
            if day and time is not None:
                cleaned[f"{name}_at"] = moment_of(day, time)
        return cleaned


class ChangeCallForm(CallFields, StepForm):
    """The same on the page of a call that nobody has seen yet."""

    def __init__(self, *args, about, **kwargs):
        opens, closes = timezone.localtime(about.opens_at), timezone.localtime(about.closes_at)
        kwargs["initial"] = {
            **{name: getattr(about, name) for name in OWN_FIELDS},
            "opens_on": opens.date(),
            "opens_time": opens.time(),
            "closes_on": closes.date(),
            "closes_time": closes.time(),
        }
        super().__init__(*args, about=about, **kwargs)

    def clean(self):
        """Hand on the fields of the model alone."""
        cleaned = super().clean()
        return {name: cleaned[name] for name in recruitment.CALL_FIELDS if name in cleaned}


def change(call, data, user) -> str:
    """内容を直す."""
    recruitment.change_call(call, data, actor=user)
    return "公募の内容を直しました。"


def publish(call, data, user) -> str:
    """公表する."""
    recruitment.publish_call(call, actor=user)
    return "公募を公表しました。"


# --- paper ---


class PaperForm(StepForm):
    """An application on paper, as it was filled in."""

    received_on = day_field("受付日")
    received_time = TimeOfDayField(label="受付時刻")
    name = line_field("氏名", longest=60)
    kana = line_field("ふりがな", longest=80)
    birth_on = day_field("生年月日")
    relation = choice_field("区との関わり", Relation.choices)
    address = line_field("住所", longest=200, required=False)
    phone = line_field("電話", longest=40, required=False)
    email = line_field("メール", longest=254, required=False)
    occupation = line_field("職業・活動", required=False)
    other_posts = number_field("本市のほかの審議会等の委員の数", least=0, most=99)
    is_assembly_member = forms.BooleanField(label="国会議員・地方議会の議員である", required=False)
    is_city_employee = forms.BooleanField(label="本市の職員である", required=False)
    has_gang_ties = forms.BooleanField(label="暴力団員等である", required=False)
    essay = text_field("小論文", longest=100_000, rows=8, required=False)
    is_namesake = forms.BooleanField(
        label="前に委員だった同姓同名の人とは別の人である", required=False
    )
    even_if_ineligible = forms.BooleanField(
        label="条件に当てはまらなくても「応募資格なし」として登録する", required=False
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, about, **kwargs):
        now = timezone.localtime(clock.now())
        kwargs["initial"] = {
            "received_on": now.date(),
            "received_time": now.time(),
            "other_posts": 0,
            "submission_key": uuid.uuid4(),
        }
        super().__init__(*args, about=about, **kwargs)

    def clean(self):
        """Tell what cannot be read and which conditions the rest does not meet in one answer."""
        cleaned = super().clean()
        if self.errors and not cleaned["even_if_ineligible"]:
            tell_unmet(self, unmet_so_far(self.about, cleaned, is_namesake=cleaned["is_namesake"]))
        return cleaned


def type_paper(call, data, user) -> str:
    """紙の応募を登録する."""
    application = recruitment.type_application(
        call,
        data,
        received_at=moment_of(data["received_on"], data["received_time"]),
        even_if_ineligible=data["even_if_ineligible"],
        is_namesake=data["is_namesake"],
        key=data["submission_key"],
        actor=user,
    )
    return f"受付第{application.number}号として登録しました。"


# --- the decision and telling ---


class DecisionForm(StepForm):
    """Of each application whether it is selected, and if not, why."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        # By number: the order of the ranking would tell the points to whoever does not see them yet.
        for row in sorted(screening.ranking(about), key=lambda one: one.application.number):
            number, pk = row.application.number, row.application.pk
            self.fields[f"select_{pk}"] = forms.BooleanField(
                label=f"受付第{number}号を選任する", required=False
            )
            self.fields[f"reason_{pk}"] = line_field(
                f"受付第{number}号を選外とする理由",
                longest=300,
                required=False,
                help_text="本人に知らせます。ほかの応募者のことは書かないでください。",
            )
        for name, field in self.fields.items():
            field.needed_when = "※選外のとき" if name.startswith("reason_") else ""


def decide(call, data, user) -> str:
    """選任を決定する."""
    ranked = screening.ranking(call)
    selected = [row.application for row in ranked if data.get(f"select_{row.application.pk}")]
    reasons = {row.application.pk: data.get(f"reason_{row.application.pk}", "") for row in ranked}
    screening.decide_call(call, selected, reasons=reasons, actor=user)
    return f"{len(selected)}人の選任を決定しました。結果を知らせ、委嘱してください。"


def tell(call, data, user) -> str:
    """結果をメールで知らせる."""
    return f"{results.tell_results(call, actor=user)}人に結果のメールを送ります。"


def note_letters(call, data, user) -> str:
    """通知書を郵送したことを記録する."""
    return f"{results.note_letters(call, actor=user)}人に郵送したことを記録しました。"


def _in(*states):
    return lambda call, user: [] if recruitment.state_of(call) in states else None


def _may_be_decided(call, user):
    if recruitment.state_of(call) != CallState.SCREENING:
        return None
    return screening.reasons_not_to_decide(call, screening.ranking(call), user)


def _to_tell(*, by_letter: bool):
    def against(call, user):
        if call.decided_on is None:
            return None
        return [] if results.to_be_told(call, by_letter=by_letter).exists() else None

    return against


TAKES_PAPER = (CallState.OPEN, CallState.SCREENING)
STEPS = (
    Step("change", "内容を直す", ChangeCallForm, recruitment.MAY_CHANGE, change, _in(CallState.DRAFT), place="facts"),
    Step("publish", "公表する", NothingToType, recruitment.MAY_PUBLISH, publish, _in(CallState.DRAFT), is_next=True),
    Step(
        "paper", "紙の応募を登録する", PaperForm, recruitment.MAY_TYPE, type_paper, _in(*TAKES_PAPER),
        place="applications", intro="受付の期間に届いた応募は、受付が終わった後でも登録できます。",
    ),
    Step(
        "decide", "選任を決定する", DecisionForm, screening.MAY_DECIDE, decide, _may_be_decided,
        place="decision", is_grave=True, intro="募集人数より少なく選ぶこともできます。決定した後は変えられません。",
    ),
    Step("tell", "結果をメールで知らせる", NothingToType, results.MAY_TELL, tell, _to_tell(by_letter=False), is_next=True),
    Step(
        "letters", "通知書を郵送したことを記録する", NothingToType, results.MAY_TELL, note_letters,
        _to_tell(by_letter=True), intro="通知書を印刷し、郵送してから記録してください。",
    ),
)  # fmt: skip
