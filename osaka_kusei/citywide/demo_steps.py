"""The steps of a demo case: each calls the service that a person on the screen would call."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from consultations.choices import DeliveredBy, IntakeChannel, ReplyBy
from consultations.city.models import Referral
from consultations.models import Category, Consultation, Handover, Section
from consultations.services import (
    after_answer,
    deliveries,
    handling,
    handovers,
    publishing,
    referral_news,
    referrals,
    replies,
)
from consultations.services.intake import (
    Circumstances,
    check_submission,
    receive_with_files,
)
from osaka_kusei.citywide.demo_files import demo_file
from osaka_kusei.citywide.writing import inside_ward
from wards.access import people_of_office
from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.desk.services import note_bounce
from wards.models import Bureau, User, Ward

FROM_CITIZENS = ("web", "api")
RECENT = timedelta(days=25)
# Letters come by post with a copy of the original.
ORIGINALS = ("fax", "paper")


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """A demo ward with its people, and the ward beside it."""

    ward: Ward
    neighbour_slug: str
    people: dict[str, User]
    offices: dict[str, "DemoOffice"]
    # Its cases of the plan that have come in, by their keys there.
    cases: dict[str, int] = field(default_factory=dict)

    def person(self, key: str) -> User:
        """Return a person of the ward: `staff`, `chief`, `head`, `welfare`, `officer`."""
        return self.people[f"{self.ward.slug}-{key}@example.jp"]

    @property
    def neighbour(self) -> "DemoOffice":
        """Return the ward to which cases from across the border go."""
        return self.offices[self.neighbour_slug]


@dataclass(slots=True)
class DemoCase:
    """A case of the plan in one ward; its number is known once it has come in."""

    row: dict[str, Any]
    town: str
    name: str
    kana: str
    phone: str
    key: str
    dice: random.Random
    pk: int | None = field(default=None)

    def fresh(self) -> Consultation:
        """Return the case as it stands."""
        return Consultation.objects.get(pk=self.pk)

    def waiting(self) -> Handover:
        """Return the handover whose receiver has still to respond."""
        return Handover.objects.waiting().filter(consultation=self.pk).latest("pk")


def receive(case: DemoCase, office: DemoOffice) -> None:
    """Let the case come in by its channel, with its files."""
    row = case.row
    channel = row.get("channel", "web")
    by_staff = channel not in FROM_CITIZENS
    checked = check_submission(_raw(case), by_staff=by_staff)
    files = [demo_file(kind, case.dice) for kind in row.get("files", ())]
    receipt = receive_with_files(
        checked,
        Circumstances(
            channel=IntakeChannel(channel),
            language=row.get("language", "ja"),
            submission_key=case.key if row.get("lookup") else "",
            requester_kind=row.get("requester", "citizen"),
            is_demo=True,
        ),
        files,
        actor=office.person("chief") if by_staff else None,
        is_original=channel in ORIGINALS,
    )
    case.pk = office.cases[row["key"]] = receipt.consultation.pk


def _raw(case: DemoCase) -> dict[str, str]:
    """Return the fields of the public form as this citizen filled them in."""
    row = case.row
    reply = row["reply"]
    raw = {
        "category": row["category"],
        "place": row["place"].replace("{town}", case.town),
        "body": row["body"],
        "question_danger": "yes" if row["key"].startswith("late") else "no",
        "wants_reply": "no" if reply == "none" else "yes",
    }
    if reply == "none":
        return raw
    raw |= {"reply_by": reply, "name": case.name, "kana": case.kana}
    if reply == "email":
        raw["email"] = f"mihon{case.phone[-4:]}@example.jp"
        raw["answer_in_mail"] = "yes" if row.get("agrees") else ""
    if reply == "letter":
        raw["address"] = f"大阪市{case.town}（見本の住所）"
    else:
        raw["phone"] = case.phone
    return raw


Step = Callable[..., None]
_STEPS: dict[str, Step] = {}


def _step(work: Step) -> Step:
    _STEPS[work.__name__.removeprefix("_")] = work
    return work


def take_step(name: str, case: DemoCase, office: DemoOffice, words: list[str]) -> None:
    """Take one step of a story; `words` are what the plan writes behind its name."""
    _STEPS[name](case, office, *words)


def _in_charge(case: Consultation, office: DemoOffice) -> User:
    """Return who is put in charge: lately the officer with whom one signs in."""
    if case.assignee is not None:
        return case.assignee
    if case.section.code in ("welfare", "childcare"):
        return office.person("welfare")
    officer = office.person("officer")
    lately = timezone.now() - case.received_at < RECENT
    # An officer who came in April could do nothing in March.
    if lately and officer.has_perm("consultations.change_consultation"):
        return officer
    return office.person("staff")


@_step
def _route(case: DemoCase, office: DemoOffice, section: str) -> None:
    handling.route_consultation(
        case.fresh(), Section.objects.get(code=section), actor=office.person("chief")
    )


@_step
def _assign(case: DemoCase, office: DemoOffice) -> None:
    consultation = case.fresh()
    handling.assign_consultation(
        consultation, _in_charge(consultation, office), actor=office.person("chief")
    )


@_step
def _note(case: DemoCase, office: DemoOffice, text: str) -> None:
    words = text.replace("{staff}", office.person("staff").name)
    handling.add_note(case.fresh(), words, actor=office.person("head"))


@_step
def _read_back(case: DemoCase, office: DemoOffice) -> None:
    handling.confirm_read_back(case.fresh(), actor=office.person("chief"))


@_step
def _file(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handling.file_consultation(case.fresh(), actor=office.person("staff"), reason=reason)


@_step
def _transfer(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handling.transfer_consultation(case.fresh(), actor=office.person("staff"), reason=reason)


@_step
def _difficult(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handling.mark_difficult(case.fresh(), actor=office.person("staff"), reason=reason)


@_step
def _withdraw(case: DemoCase, office: DemoOffice, reason: str) -> None:
    latest = case.fresh().entries.moves().first()
    handling.withdraw_move(latest, actor=office.person("head"), reason=reason)


@_step
def _hold(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handling.hold_consultation(case.fresh(), actor=office.person("head"), reason=reason)


# --- answers -------------------------------------------------------------------------------------


@_step
def _draft(case: DemoCase, office: DemoOffice, text: str, kind: str, template: str) -> None:
    consultation = case.fresh()
    replies.save_draft(
        consultation,
        actor=_in_charge(consultation, office),
        text=text,
        response_kind=kind,
        template_code=template,
    )


@_step
def _submit(case: DemoCase, office: DemoOffice) -> None:
    consultation = case.fresh()
    replies.submit_draft(consultation, actor=_in_charge(consultation, office))


@_step
def _return_draft(case: DemoCase, office: DemoOffice, reason: str) -> None:
    replies.return_draft(case.fresh(), actor=office.person("head"), reason=reason)


@_step
def _interim(case: DemoCase, office: DemoOffice, text: str) -> None:
    consultation = case.fresh()
    replies.send_interim_reply(consultation, actor=_in_charge(consultation, office), text=text)


@_step
def _reply(case: DemoCase, office: DemoOffice, text: str, kind: str, template: str) -> None:
    _draft(case, office, text, kind, template)
    _submit(case, office)
    answer = replies.answer_consultation(case.fresh(), actor=office.person("head"))
    if not answer.delivered_by:
        # The call or the letter was done the same day; who wanted a mail with nothing in it came by.
        wanted = answer.consultation.contact.reply_by
        way = DeliveredBy.COUNTER if wanted == ReplyBy.EMAIL else DeliveredBy(wanted)
        deliveries.note_delivery(answer, actor=answer.drafted_by, way=way)


@_step
def _bounce(case: DemoCase, office: DemoOffice) -> None:
    mail = OutgoingMail.objects.get(key__startswith=f"reply:{case.fresh().number}:")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=F("created_at"))
    note_bounce(mail.message_id, "550 5.1.1 見本の不達")


@_step
def _bundle(case: DemoCase, office: DemoOffice, lead: str) -> None:
    first = Consultation.objects.get(pk=office.cases[lead])
    replies.bundle(first, [case.fresh()], actor=office.person("staff"))


@_step
def _satisfied(case: DemoCase, office: DemoOffice, signs: str) -> None:
    reached, understood, properly = (sign == "1" for sign in signs)
    after_answer.record_satisfaction(
        case.fresh(), reached=reached, understood=understood, handled_properly=properly
    )


@_step
def _follow_up(case: DemoCase, office: DemoOffice, text: str) -> None:
    after_answer.open_follow_up(case.fresh(), text, submission_key=f"{case.key}:follow")


# --- handovers -----------------------------------------------------------------------------------


def _clerk(handover: Handover) -> User:
    return people_of_office(handover.office)[0]


@_step
def _office_accept(case: DemoCase, office: DemoOffice) -> None:
    handover = case.waiting()
    handovers.accept_handover(handover, actor=_clerk(handover))


@_step
def _office_report(case: DemoCase, office: DemoOffice, text: str) -> None:
    handover = case.waiting()
    handovers.report_on_handover(handover, actor=_clerk(handover), text=text)


@_step
def _office_return(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handover = case.waiting()
    handovers.return_handover(handover, actor=_clerk(handover), reason=reason)


@_step
def _withdraw_handover(case: DemoCase, office: DemoOffice, reason: str) -> None:
    handovers.withdraw_handover(case.waiting(), actor=office.person("staff"), reason=reason)


@_step
def _section(case: DemoCase, office: DemoOffice, code: str, reason: str) -> None:
    handovers.hand_over(
        case.fresh(), Section.objects.get(code=code), actor=office.person("staff"), reason=reason
    )


@_step
def _section_accept(case: DemoCase, office: DemoOffice) -> None:
    handovers.accept_handover(case.waiting(), actor=office.person("welfare"))


@_step
def _bureau(case: DemoCase, office: DemoOffice, code: str, reason: str) -> None:
    handovers.hand_over(
        case.fresh(), Bureau.objects.get(code=code), actor=office.person("staff"), reason=reason
    )


def _at_headquarters(case: DemoCase, office: DemoOffice, work, **words) -> None:
    number = case.waiting().referral_id
    with inside_ward(Ward.objects.headquarters()):
        work(
            Referral.objects.get(pk=number),
            actor=office.people["bureau-health@example.jp"],
            **words,
        )
    referral_news.collect_referrals()


@_step
def _bureau_accept(case: DemoCase, office: DemoOffice) -> None:
    _at_headquarters(case, office, referrals.accept_referral_as_bureau)


@_step
def _bureau_answer(case: DemoCase, office: DemoOffice, text: str) -> None:
    _at_headquarters(case, office, referrals.answer_referral, text=text)


@_step
def _ward(case: DemoCase, office: DemoOffice, reason: str) -> None:
    neighbour = office.neighbour
    handovers.hand_over(case.fresh(), neighbour.ward, actor=office.person("staff"), reason=reason)
    with inside_ward(neighbour.ward):
        referral_news.tell_of_new_referrals()


@_step
def _ward_accept(case: DemoCase, office: DemoOffice) -> None:
    number, neighbour = case.waiting().referral_id, office.neighbour
    with inside_ward(neighbour.ward):
        taken = referrals.accept_referral_as_ward(
            Referral.objects.get(pk=number),
            Category.objects.get(code=case.row["category"]),
            actor=neighbour.person("chief"),
        )
        # What comes from a demo case is one: the referral does not say so.
        Consultation.objects.filter(pk=taken.pk).update(is_demo=True)
    referral_news.collect_referrals()


# --- publication ---------------------------------------------------------------------------------


@_step
def _propose(case: DemoCase, office: DemoOffice, *words: str) -> None:
    consultation = case.fresh()
    publishing.propose_publication(
        consultation,
        actor=_in_charge(consultation, office),
        **dict(zip(("title", "summary", "city_view", "response_kind"), words, strict=True)),
    )


@_step
def _publish(case: DemoCase, office: DemoOffice, *words: str) -> None:
    _propose(case, office, *words)
    publishing.confirm_publication(case.fresh(), actor=office.person("head"))


@_step
def _withhold(case: DemoCase, office: DemoOffice, reason: str) -> None:
    publishing.withhold_publication(case.fresh(), actor=office.person("head"), reason=reason)
