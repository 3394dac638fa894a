"""The steps of a term's page: engaging, 部会, offices, advisers, 公示."""

from typing import Final

from django import forms
from django.db import transaction

from councils.forum.choices import (
    AgeBand,
    AnnouncementKind,
    MemberCategory,
    OfficeKind,
    Sex,
)
from councils.forum.models import Adviser, ForumMember, ForumSession, Subcommittee
from councils.forum.services import announcements, members, terms
from wards import clock
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    number_field,
    row_field,
    text_field,
)
from wards.desk.pages.steps import Step, StepForm

MAY_ENGAGE: Final = members.MAY_ENGAGE
NOBODY = ForumMember.objects.none
NAMESAKE_HELP = "同じ氏名の別の人がいるときだけ、1以上を入力してください。"


class RowsField(forms.ModelMultipleChoiceField):
    """Several of a few rows, each with a box."""

    def __init__(self, label: str, **more):
        super().__init__(
            NOBODY(),
            label=label,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": f"{label}を選んでください。",
                "invalid_choice": f"{label}を選び直してください。",
                "invalid_pk_value": f"{label}を選び直してください。",
                "invalid_list": f"{label}を選び直してください。",
            },
            **more,
        )


def email_field() -> forms.CharField:
    """Return a field for an address that is never published; the service reads it."""
    return line_field("メール", longest=254, required=False, help_text="公表しません。")


def phone_field() -> forms.CharField:
    """Return a field for a number that is never published; the service reads it."""
    return line_field("電話", longest=40, required=False, help_text="公表しません。")


# --- 委嘱 ---


class EngageForm(StepForm):
    """A member and the days of the membership, at first those of the term."""

    name = line_field("氏名", longest=60)
    kana = line_field("ふりがな", longest=80, required=False)
    category = choice_field("区分", MemberCategory.choices)
    body = line_field(
        "推薦団体・所属", required=False, help_text="公募の委員は空欄にしてください。"
    )
    reason = text_field("選任の理由", longest=300, rows=2, help_text="公表します。")
    valid_from = day_field("初日")
    valid_to = day_field("末日")
    sex = choice_field("性別", Sex.choices, required=False, empty="聞いていない")
    age_band = choice_field("年代", AgeBand.choices, required=False, empty="聞いていない")
    email = email_field()
    phone = phone_field()
    namesake = number_field(
        "同姓同名の別の人の番号", least=0, most=9, required=False, help_text=NAMESAKE_HELP
    )

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {"valid_from": about.valid_from, "valid_to": about.valid_to}
        super().__init__(*args, about=about, **kwargs)


def engage(term, data, user) -> str:
    """委嘱する."""
    data |= {
        "sex": data["sex"] or Sex.NOT_GIVEN,
        "age_band": data["age_band"] or AgeBand.NOT_GIVEN,
        "namesake": data["namesake"] or 0,
    }
    member = members.engage_member(term, actor=user, **data)
    return f"{member.name}さんの委嘱を登録しました。公示がまだのときは、下で公示してください。"


def _not_over(term, user):
    """Offer a step until the term is over; what belongs to a past term is history."""
    return [] if clock.today() <= term.valid_to else None


# --- 公示 ---


class AnnounceForm(StepForm):
    """Whom an announcement names, and its day."""

    kind = AnnouncementKind.ENGAGEMENT
    members = RowsField("委員")
    announced_on = day_field("公示日")

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {"announced_on": clock.today()}
        super().__init__(*args, about=about, **kwargs)
        self.fields["members"].queryset = announcements.not_yet_announced(about, self.kind)


class AnnounceReleaseForm(AnnounceForm):
    """The same of those who went before their time."""

    kind = AnnouncementKind.RELEASE


def announce_engagement(term, data, user) -> str:
    """委嘱を公示する."""
    announcements.announce(term, AnnouncementKind.ENGAGEMENT, actor=user, **data)
    return "委嘱の公示を登録しました。公示の文を印刷できます。"


def announce_release(term, data, user) -> str:
    """解嘱を公示する."""
    announcements.announce(term, AnnouncementKind.RELEASE, actor=user, **data)
    return "解嘱の公示を登録しました。公示の文を印刷できます。"


def _somebody_to_announce(kind):
    def against(term, user):
        return [] if announcements.not_yet_announced(term, kind).exists() else None

    return against


# --- 部会 ---


class SubcommitteeForm(StepForm):
    """A new 部会."""

    name = line_field("部会名", longest=60)
    theme = line_field("テーマ", longest=200, required=False)
    valid_from = day_field("初日", required=False, help_text="空欄のときは、任期の初日です。")


def open_subcommittee(term, data, user) -> str:
    """部会を設ける."""
    row = terms.open_subcommittee(term, actor=user, **data)
    return f"{row.name}を設けました。"


class OfTermForm(StepForm):
    """A form that chooses among the rows of a term."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        today = clock.today()
        day = min(max(today, about.valid_from), about.valid_to)
        for name, rows in (
            ("subcommittee", about.subcommittees.exclude(valid_to__lt=day)),
            ("members", about.members.exclude(valid_to__lt=day).order_by("category", "kana", "pk")),
            ("member", about.members.exclude(valid_to__lt=day).order_by("category", "kana", "pk")),
            ("session", about.sessions.filter(kind="plenary", cancelled_at=None)),
            ("adviser", Adviser.objects.exclude(valid_to__lt=today)),
        ):
            if name in self.fields:
                self.fields[name].queryset = rows


class SeatForm(OfTermForm):
    """Who sits in which 部会 from when on."""

    subcommittee = row_field("部会", Subcommittee.objects.none())
    members = RowsField("委員")
    valid_from = day_field("所属の初日")


def seat(term, data, user) -> str:
    """部会に所属させる: all of them or none."""
    with transaction.atomic():
        for member in data["members"]:
            members.seat_in_subcommittee(
                member, data["subcommittee"], valid_from=data["valid_from"], actor=user
            )
    return f"{len(data['members'])}人を{data['subcommittee']}に所属させました。"


class EndSubcommitteeForm(OfTermForm):
    """The last day of a 部会."""

    subcommittee = row_field("部会", Subcommittee.objects.none())
    last_day = day_field("末日")


def end_subcommittee(term, data, user) -> str:
    """部会を終える."""
    terms.end_subcommittee(data["subcommittee"], last_day=data["last_day"], actor=user)
    return "部会の末日を登録しました。所属もその日で終わります。"


def _has_subcommittees(term, user):
    return _not_over(term, user) if term.subcommittees.exists() else None


# --- 議長・副議長 ---


class OfficeForm(OfTermForm):
    """Who was chosen, for what, when, in which session."""

    kind = choice_field("役", OfficeKind.choices)
    member = row_field("委員", NOBODY())
    valid_from = day_field("就任日")
    session = row_field(
        "選んだ会議", ForumSession.objects.none(), required=False, empty="記録しない"
    )


def set_office(term, data, user) -> str:
    """議長・副議長を登録する."""
    office = members.set_office(
        data["member"],
        data["kind"],
        valid_from=data["valid_from"],
        session=data["session"],
        actor=user,
    )
    return f"{office.get_kind_display()}に{office.member.name}さんを登録しました。"


# --- 市会議員（助言） ---


class AdviserForm(StepForm):
    """A member of the city council elected in the ward."""

    name = line_field("氏名", longest=60)
    kana = line_field("ふりがな", longest=80, required=False)
    valid_from = day_field("初日")
    valid_to = day_field("末日", required=False)


def register_adviser(term, data, user) -> str:
    """市会議員（助言）を登録する."""
    row = terms.register_adviser(actor=user, **data)
    return f"市会議員（助言）に{row.name}さんを登録しました。"


class EndAdviserForm(OfTermForm):
    """The last day of an adviser."""

    adviser = row_field("市会議員", Adviser.objects.none())
    last_day = day_field("末日")


def end_adviser(term, data, user) -> str:
    """市会議員（助言）の末日を登録する."""
    terms.end_adviser(data["adviser"], last_day=data["last_day"], actor=user)
    return "市会議員（助言）の末日を登録しました。"


def _has_advisers(term, user):
    held = Adviser.objects.exclude(valid_to__lt=clock.today())
    return _not_over(term, user) if held.exists() else None


STEPS = (
    Step("engage", "委員を委嘱する", EngageForm, MAY_ENGAGE, engage, _not_over, place="roster"),
    Step(
        "announce", "委嘱を公示する", AnnounceForm, MAY_ENGAGE, announce_engagement,
        _somebody_to_announce(AnnouncementKind.ENGAGEMENT), place="announcements",
        intro="まだ公示していない委員を選ぶと、公示の文を作ります。",
    ),
    Step(
        "announce_release", "解嘱を公示する", AnnounceReleaseForm, MAY_ENGAGE, announce_release,
        _somebody_to_announce(AnnouncementKind.RELEASE), place="announcements",
        intro="途中で終わった委員だけを公示します。任期満了は公示しません。",
    ),
    Step("seat", "部会に所属させる", SeatForm, members.MAY_CHANGE, seat, _has_subcommittees, place="subcommittees"),
    Step("open_subcommittee", "部会を設ける", SubcommitteeForm, terms.MAY_CHANGE, open_subcommittee, _not_over, place="subcommittees"),
    Step("end_subcommittee", "部会を終える", EndSubcommitteeForm, terms.MAY_CHANGE, end_subcommittee, _has_subcommittees, place="subcommittees"),
    Step(
        "set_office", "議長・副議長を登録する", OfficeForm, members.MAY_CHANGE, set_office, _not_over,
        place="offices", intro="任期の最初の会議で、委員が選びます。",
    ),
    Step("register_adviser", "市会議員（助言）を登録する", AdviserForm, terms.MAY_CHANGE, register_adviser, _not_over, place="advisers"),
    Step("end_adviser", "市会議員（助言）の末日を登録する", EndAdviserForm, terms.MAY_CHANGE, end_adviser, _has_advisers, place="advisers"),
)  # fmt: skip
