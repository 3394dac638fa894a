"""After the decision of a 公募: telling each applicant their own result, and engaging who was selected."""

from datetime import date
from typing import Final

from django.db import connection, transaction

from councils.forum.choices import AgeBand, ApplicationResult, MemberCategory, Sex
from councils.forum.models import ForumMember, ForumPractice, MemberApplication, MemberCall
from councils.forum.recruitment_rules import age_on
from councils.forum.services.members import MAY_ENGAGE, engage_member
from councils.forum.services.recruitment import locked_application, locked_call
from wards import clock
from wards.access import may
from wards.desk.services import post_mail
from wards.typed import refuse

MAY_TELL: Final = "ward_forum.change_memberapplication"
TOLD: Final = (
    ApplicationResult.SELECTED,
    ApplicationResult.NOT_SELECTED,
    ApplicationResult.INELIGIBLE,
)
BANDS: Final = (
    (30, AgeBand.UNDER_30), (40, AgeBand.THIRTIES), (50, AgeBand.FORTIES),
    (60, AgeBand.FIFTIES), (70, AgeBand.SIXTIES),
)  # fmt: skip


def age_band_of(birth_on: date | None, day: date) -> AgeBand:
    """Return the band of an age on a day."""
    if birth_on is None:
        return AgeBand.NOT_GIVEN
    age = age_on(birth_on, day)
    return next((band for below, band in BANDS if age < below), AgeBand.FROM_70)


@transaction.atomic
def engage_selected(
    application: MemberApplication,
    *,
    valid_from: date,
    valid_to: date,
    reason: str,
    sex: str = Sex.NOT_GIVEN,
    namesake: int = 0,
    actor,
) -> ForumMember:
    """Engage whoever was selected, with what the application tells; once per application."""
    may(actor, MAY_ENGAGE)
    application = locked_application(application)
    return engage_member(
        application.call.term,
        name=application.name,
        kana=application.kana,
        category=MemberCategory.PUBLIC,
        body="",
        reason=reason,
        valid_from=valid_from,
        valid_to=valid_to,
        sex=sex,
        age_band=age_band_of(application.birth_on, application.call.term.valid_from),
        email=application.email,
        phone=application.phone,
        namesake=namesake,
        application=application,
        actor=actor,
    )


# --- telling ---


def to_be_engaged():
    """Return the applications of those who were selected and are no members by it yet."""
    rows = MemberApplication.objects.filter(result=ApplicationResult.SELECTED, erased_at=None)
    return rows.exclude(pk__in=ForumMember.objects.exclude(application=None).values("application"))


def untold():
    """Return the applications whose result is still to be told."""
    return MemberApplication.objects.filter(result__in=TOLD, told_at=None, erased_at=None)


def to_be_told(call: MemberCall, *, by_letter: bool):
    """Return those of a call whose result is still to be told, by mail or by letter."""
    rows = untold().filter(call=call)
    return rows.filter(email="") if by_letter else rows.exclude(email="")


def letter_text(application: MemberApplication) -> str:
    """Write what an applicant is told: the own result, and nothing of anybody else."""
    opening = f"区政会議の委員の公募「{application.call.title}」にご応募いただき、ありがとうございました。"
    match application.result:
        case ApplicationResult.SELECTED:
            told = "選考の結果、あなたを委員に選任しましたので、お知らせします。委嘱の手続きについては、あらためて連絡します。"
        case ApplicationResult.NOT_SELECTED:
            told = f"選考の結果、今回は選任に至りませんでしたので、お知らせします。\n理由：{application.result_reason}"
        case _:
            told = f"応募の条件に当てはまらないため、選考の対象としませんでしたので、お知らせします。\n理由：{application.result_reason}"
    return f"{opening}\n\n{told}"


@transaction.atomic
def tell_results(call: MemberCall, *, actor) -> int:
    """Mail every applicant with an address the own result, once; return how many mails were posted."""
    may(actor, MAY_TELL)
    row = _decided(call)
    contact = _contact()
    told = list(to_be_told(row, by_letter=False).select_for_update())
    for application in told:
        application.call = row
        post_mail(
            key=f"forum-call-result:{application.pk}",
            to=application.email,
            subject="区政会議の委員の公募の結果について",
            body=(
                f"受付番号 第{application.number}号\n{application.name} 様\n\n"
                f"{letter_text(application)}\n\n大阪市{connection.tenant.name}長\n問合せ先：{contact}\n"
            ),
            about=f"{row.title} 第{application.number}号",
        )
    _note(told)
    return len(told)


@transaction.atomic
def note_letters(call: MemberCall, *, actor) -> int:
    """Note that the letters to those without an e-mail address were posted; return how many."""
    may(actor, MAY_TELL)
    row = _decided(call)
    told = list(to_be_told(row, by_letter=True).select_for_update())
    _note(told)
    return len(told)


def _note(told: list[MemberApplication]) -> None:
    numbers = [one.pk for one in told]
    MemberApplication.objects.filter(pk__in=numbers).update(told_at=clock.now())


def _decided(call: MemberCall) -> MemberCall:
    row = locked_call(call)
    if row.decided_on is None:
        refuse(["選任を決定してから、結果を知らせてください。"])
    return row


def _contact() -> str:
    practice = ForumPractice.objects.in_force(clock.today())
    return practice.contact if practice else "区役所"
