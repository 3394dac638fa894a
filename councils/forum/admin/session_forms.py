"""The forms by which a session is planned, changed and recorded."""

import re

from django import forms
from django.utils import timezone

from councils.forum.choices import AttendeeKind, Attending, Scope, SessionKind
from councils.forum.models import Attendance, Subcommittee
from wards import clock
from wards.attachments import ACCEPTED
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    number_field,
    row_field,
    text_field,
)
from wards.desk.pages.steps import MARK, StepForm
from wards.desk.pages.time_field import TimeOfDayField, moment_of
from wards.models import Bureau

MOST = 32_767  # what a small number of the database holds
_MARK = re.compile(r"a([0-9]{1,18})")


class ParticularsForm(StepForm):
    """The particulars of a session that is planned already."""

    number = number_field("回", least=1, most=99)
    day = day_field("会議の日")
    starts = TimeOfDayField(label="開会の時刻")
    ends = TimeOfDayField(label="閉会の予定の時刻")
    place = line_field("場所", longest=120)
    is_online = forms.BooleanField(label="オンラインでも出席できる", required=False)
    observers = number_field("傍聴の定員（人）", least=0, most=500)
    desk_minutes = number_field("傍聴の受付を始める時刻（開会の何分前）", least=0, most=120)
    press = line_field("取材", longest=200, required=False)
    streaming_url = forms.URLField(
        label="配信のアドレス", required=False, max_length=200, assume_scheme="https"
    )
    contact = line_field("問合せ先", longest=120)
    note = text_field("案内", required=False)
    papers_due_on = day_field("資料を送る日")

    def __init__(self, *args, about, **kwargs):
        if about is not None and not kwargs.get("initial"):
            starts, ends = map(timezone.localtime, (about.starts_at, about.planned_end_at))
            names = set(self.base_fields) - {"day", "starts", "ends"}
            kwargs["initial"] = {
                "day": starts.date(),
                "starts": starts.time(),
                "ends": ends.time(),
                **{name: getattr(about, name) for name in names},
            }
        super().__init__(*args, about=about, **kwargs)

    def clean(self):
        """Put day and times together."""
        data = super().clean()
        day, starts, ends = (data.pop(name, None) for name in ("day", "starts", "ends"))
        if day and starts is not None and ends is not None:
            data["starts_at"], data["planned_end_at"] = moment_of(day, starts), moment_of(day, ends)
        return data


class PlanForm(ParticularsForm):
    """A new session; what is left empty follows the ward's practice."""

    number = None
    subcommittee = row_field(
        "種類",
        Subcommittee.objects.none(),
        empty="全体会議",
        required=False,
        help_text="部会の会議のときは、部会を選んでください。",
    )
    contact = line_field("問合せ先", longest=120, required=False)
    observers = number_field("傍聴の定員（人）", least=0, most=500, required=False)
    desk_minutes = number_field(
        "傍聴の受付を始める時刻（開会の何分前）", least=0, most=120, required=False
    )
    papers_due_on = day_field(
        "資料を送る日",
        required=False,
        help_text="空欄の項目は、区政会議の取扱いのとおりになります。",
    )
    field_order = ("subcommittee",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, about=None, **kwargs)
        today = clock.today()
        kind = self.fields["subcommittee"]
        kind.queryset = Subcommittee.objects.still_open(today)
        # To choose nothing is to choose the whole.
        kind.needed_when = MARK

    def clean(self):
        """Tell the kind by whether a 部会 is chosen."""
        data = super().clean()
        chosen = data.get("subcommittee")
        data["kind"] = SessionKind.PLENARY if chosen is None else SessionKind.SUBCOMMITTEE
        return data


class AgendaForm(StepForm):
    """An item of the agenda."""

    number = number_field(
        "番号", least=1, most=50, help_text="同じ番号の議題があれば、その内容を書き換えます。"
    )
    title = line_field("議題", longest=200)
    scope = choice_field("事業の別", Scope.choices, initial=Scope.WARD)
    bureau = row_field(
        "局", Bureau.objects.filter(is_active=True), required=False, empty="なし（区の事業）"
    )
    papers = line_field("資料番号", longest=60, required=False)
    plan_item = line_field("運営方針の取組", longest=120, required=False)


class RemoveItemForm(StepForm):
    """Which item to take off."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["item"] = row_field("議題", about.agenda.all())
        self.fields["item"].needed_when = "※必須"


class PaperForm(StepForm):
    """A paper and its file."""

    number = line_field("資料番号", longest=20)
    title = line_field("資料名", longest=120)
    file = forms.FileField(
        label="ファイル",
        widget=forms.FileInput({"accept": ACCEPTED}),
        help_text="PDFか写真を1つ、10MBまで選べます。",
        allow_empty_file=True,
        error_messages={
            "required": "ファイルを選んでください。",
            "invalid": "ファイルを選び直してください。",
            "missing": "ファイルを選び直してください。",
        },
    )


def _papers(field_name: str, **of_which):
    class ChosenPaperForm(StepForm):
        """One of the papers."""

        def __init__(self, *args, about, **kwargs):
            super().__init__(*args, about=about, **kwargs)
            papers = about.papers.filter(withdrawn_reason="", **of_which)
            self.fields = {field_name: row_field("資料", papers), **self.fields}
            self.fields[field_name].needed_when = "※必須"

    return ChosenPaperForm


PublishPaperForm = _papers("paper", is_public=False)


class WithdrawPaperForm(_papers("paper")):
    """Which paper, and why."""

    reason = line_field("差し替え・取下げの理由", longest=200)


class SentForm(StepForm):
    """When the papers went out."""

    day = day_field("資料を送った日")


def _choices(session) -> list[tuple[str, str]]:
    offered = Attending.choices
    return offered if session.is_online else [one for one in offered if one[0] != "online"]


class RosterForm(StepForm):
    """Everybody of the roster at once, three buttons each; whoever is left out stays as noted."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        for row in rows_of_roster(about):
            field = forms.ChoiceField(
                label=f"{row}（{row.get_kind_display()}）",
                choices=_choices(about),
                required=False,
                initial=row.attending,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "会場・オンライン・欠席から選んでください。"},
            )
            field.needed_when = "※必須" if row.kind == AttendeeKind.MEMBER else ""
            self.fields[f"a{row.pk}"] = field

    def clean(self):
        """Collect the marks, those of rows that are gone meanwhile too: the service tells of them."""
        super().clean()
        marks = {
            int(found[1]): value
            for name, value in self.data.items()
            if value and (found := _MARK.fullmatch(name))
        }
        return {"marks": marks}


def rows_of_roster(session) -> list[Attendance]:
    """Return the roster: members, advisers, the city's people."""
    order = [kind.value for kind in AttendeeKind]
    rows = session.attendances.all()
    return sorted(rows, key=lambda row: (order.index(row.kind), row.pk))


class CityForm(StepForm):
    """Somebody of the city."""

    post = line_field("職名", longest=60)
    name = line_field("氏名", longest=60, required=False)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["attending"] = choice_field("出席", _choices(about))
        self.fields["attending"].needed_when = "※必須"


class RemoveCityForm(StepForm):
    """Which of the city's people to take off."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        people = about.attendances.filter(kind=AttendeeKind.CITY)
        self.fields["row"] = row_field("市側の出席者", people)
        self.fields["row"].needed_when = "※必須"


class ObserverForm(StepForm):
    """Who came to listen."""

    name = line_field(
        "氏名", longest=60, required=False, help_text="公表しません。空欄でも受け付けられます。"
    )


class HeldForm(StepForm):
    """From when to when it really lasted."""

    began = TimeOfDayField(label="開会した時刻")
    ended = TimeOfDayField(label="閉会した時刻")

    def __init__(self, *args, about, **kwargs):
        if not kwargs.get("initial"):
            kwargs["initial"] = {"began": timezone.localtime(about.starts_at).time()}
        super().__init__(*args, about=about, **kwargs)

    def clean(self):
        """Put the session's day to the times."""
        data = super().clean()
        began, ended = data.pop("began", None), data.pop("ended", None)
        if began is not None and ended is not None:
            day = timezone.localtime(self.about.starts_at).date()
            data["began_at"], data["ended_at"] = moment_of(day, began), moment_of(day, ended)
        return data


class VersionForm(StepForm):
    """A button that is about one version of the minutes: the one that the page showed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        max_value=2**31 - 1,
        error_messages={"required": "画面を開き直してください。"},
    )

    def __init__(self, *args, about, **kwargs):
        minutes = getattr(about, "minutes", None)
        kwargs["initial"] = {"version": minutes.version if minutes else None}
        super().__init__(*args, about=about, **kwargs)
