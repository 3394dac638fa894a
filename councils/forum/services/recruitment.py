"""公募: a call with its conditions as data, and the applications that come by the form or on paper."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from councils.forum.call_states import CallDates, call_state, reasons_not_to_apply
from councils.forum.choices import ApplicationResult, CallState, Relation
from councils.forum.models import (
    ForumMember,
    ForumPractice,
    ForumTerm,
    MemberApplication,
    MemberCall,
)
from councils.forum.models.recruitment import PERSONAL
from councils.forum.recruitment_rules import Applicant, Conditions, reasons_not_to_take
from councils.forum.services.particulars import email_of, kana_of, line_of, name_of, phone_of
from wards import clock
from wards.access import may
from wards.storing import store
from wards.text import search_key, with_plain_line_ends
from wards.typed import optional_text, refuse
from wards.wareki import wareki_minute

MAY_OPEN: Final = "ward_forum.add_membercall"
MAY_CHANGE: Final = "ward_forum.change_membercall"
# What is published binds the ward as the decision does: the conditions never change afterwards.
MAY_PUBLISH: Final = "ward_forum.decide_membercall"
MAY_TYPE: Final = "ward_forum.add_memberapplication"
MAY_WITHDRAW: Final = "ward_forum.change_memberapplication"
LONGEST_CALL_ESSAY: Final = 4_000
CALL_FIELDS: Final = (
    "title", "seats", "opens_at", "closes_at", "reference_on", "least_age", "most_age",
    "most_other_posts", "most_terms", "theme", "longest_essay", "text",
)  # fmt: skip
ERASED_NAME: Final = "（消去済）"
ERASED: Final = {
    **dict.fromkeys(PERSONAL, ""), "name": ERASED_NAME, "birth_on": None,
}  # fmt: skip
# What an applicant types: whether the same was sent twice.
COMPARED: Final = (
    "call_id", "name", "kana", "birth_on", "relation", "address", "phone", "email", "occupation",
    "other_posts", "is_assembly_member", "is_city_employee", "has_gang_ties", "essay",
)  # fmt: skip


# --- the call ---


def in_words(moment: datetime) -> str:
    """Write a moment as the call names it: 令和8年11月21日 17:00."""
    return wareki_minute(timezone.localtime(moment))


def state_of(call: MemberCall, now: datetime | None = None) -> CallState:
    """Return how a call stands now, or at a moment."""
    dates = CallDates(
        call.published_at, call.opens_at, call.closes_at, is_decided=call.decided_on is not None
    )
    return call_state(dates, now or clock.now())


def locked_call(call: MemberCall) -> MemberCall:
    """Return the call with nobody else applying, scoring or deciding until the transaction ends."""
    return MemberCall.objects.select_for_update(of=("self",)).select_related("term").get(pk=call.pk)


def locked_application(application: MemberApplication) -> MemberApplication:
    """Return the application as it is now, its call locked before it."""
    call = locked_call(application.call)
    row = MemberApplication.objects.select_for_update().get(pk=application.pk)
    row.call = call
    return row


@transaction.atomic
def open_call(term: ForumTerm, *, actor, **values) -> MemberCall:
    """Prepare a call for members of a term; `values` are CALL_FIELDS, conditions have defaults."""
    may(actor, MAY_OPEN)
    call = MemberCall(term=term)
    _write(call, values)
    return call


@transaction.atomic
def change_call(call: MemberCall, values: Mapping[str, Any], *, actor) -> None:
    """Write a call anew that nobody has seen yet; whoever has applied relied on its conditions."""
    may(actor, MAY_CHANGE)
    row = locked_call(call)
    if row.published_at is not None:
        refuse(["公表した公募の内容は変えられません。"])
    _write(row, values)


def _write(call: MemberCall, values: Mapping[str, Any]) -> None:
    for name in CALL_FIELDS:
        if name in values:
            setattr(call, name, values[name])
    call.title = line_of(call.title, longest=100, missing="件名を入力してください。")
    call.theme = line_of(call.theme, longest=200, missing="小論文のテーマを入力してください。")
    call.text = optional_text(call.text)
    reasons = []
    if call.seats > call.term.seats_public:
        reasons.append(f"募集人数は、公募の定数（{call.term.seats_public}人）までにしてください。")
    if not 100 <= call.longest_essay <= LONGEST_CALL_ESSAY:
        reasons.append(f"小論文の文字数の上限は、100から{LONGEST_CALL_ESSAY:,}で入力してください。")
    if call.most_terms == 0:
        reasons.append(
            "続けて委員になれる期数は、1以上にしてください。定めがないときは空欄にしてください。"
        )
    refuse(reasons)
    store(call)


@transaction.atomic
def publish_call(call: MemberCall, *, actor) -> None:
    """Show a call to everybody; applications are taken from its opening on."""
    may(actor, MAY_PUBLISH)
    row = locked_call(call)
    if row.published_at is not None:
        refuse(["この公募は、すでに公表しています。"])
    if row.closes_at <= clock.now():
        refuse(["受付の終了が過ぎています。日時を直してから公表してください。"])
    row.published_at = clock.now()
    store(row, "published_at")


# --- applications ---


@transaction.atomic
def take_application(
    call: MemberCall, values: Mapping[str, Any], *, key: uuid.UUID
) -> MemberApplication:
    """Take an application from the public form; the same sent twice under a key is one.

    `values` are the fields of MemberApplication as typed. Raise ValidationError: with a list where
    the call is not open or the key came with something else, by field where the conditions are not
    met.
    """
    # The call is the lock: two presses of one button come here one after the other.
    row = locked_call(call)
    if known := application_under(key, row, values):
        return known
    application = check_application(row, values)
    application.submission_key = key
    return _numbered(row, application)


def application_under(
    key: uuid.UUID, call: MemberCall, values: Mapping[str, Any]
) -> MemberApplication | None:
    """Return the application that came under a key before; raise ValidationError if it said another thing.

    What was mended after sending is not taken: the applicant is told so, and whom to call.
    """
    known = MemberApplication.objects.filter(submission_key=key).first()
    if known is None:
        return None
    typed = _application(call, values)
    if any(getattr(typed, name) != getattr(known, name) for name in COMPARED):
        practice = ForumPractice.objects.in_force(clock.today())
        contact = practice.contact if practice else "区役所"
        refuse(
            [
                f"受付第{known.number}号として、すでに受け付けています。"
                f"内容を直したいときは、{contact}にお知らせください。"
            ]
        )
    return known


def check_application(call: MemberCall, values: Mapping[str, Any]) -> MemberApplication:
    """Return an application as it would be taken this moment, not stored; raise as `take_application`."""
    now = clock.now()
    refuse(_reasons_closed(call, now))
    application = _application(call, values)
    if faults := unmet_conditions(call, application):
        raise ValidationError(faults)
    application.received_at = now
    return application


def _reasons_closed(call: MemberCall, moment: datetime) -> list[str]:
    state = state_of(call, moment)
    return reasons_not_to_apply(state, in_words(call.opens_at), in_words(call.closes_at))


@transaction.atomic
def type_application(
    call: MemberCall,
    values: Mapping[str, Any],
    *,
    received_at: datetime | None = None,
    even_if_ineligible: bool = False,
    is_namesake: bool = False,
    key: uuid.UUID | None = None,
    actor,
) -> MemberApplication:
    """Register an application that came on paper; what came in time may be typed afterwards.

    Conditions that are not met refuse it; with `even_if_ineligible` it is stored as
    応募資格なし with them as its reasons. `is_namesake` says that the applicant is not the former
    member of the same name. The same key gives the same application.
    """
    may(actor, MAY_TYPE)
    row = locked_call(call)
    if key and (known := MemberApplication.objects.filter(submission_key=key).first()):
        return known
    now = clock.now()
    if row.decided_on is not None:
        refuse(["選任を決定したため、応募を登録できません。"])
    came = received_at or now
    if came > now:
        refuse(["受付日時は、今より前にしてください。"])
    refuse(_reasons_closed(row, came))
    application = _application(row, values)
    faults = unmet_conditions(row, application, is_namesake=is_namesake)
    if faults and not even_if_ineligible:
        raise ValidationError(faults)
    if faults:
        application.result = ApplicationResult.INELIGIBLE
        application.result_reason = " ".join(faults.values())[:300]
    application.is_on_paper = True
    application.received_at = came
    if key:
        application.submission_key = key
    return _numbered(row, application)


def _application(call: MemberCall, values: Mapping[str, Any]) -> MemberApplication:
    """Return an application as typed, not yet judged; raise ValidationError by field."""
    faults: dict[str, list[str]] = {}
    read: dict[str, Any] = {}
    for name, reader in (
        ("name", name_of),
        ("kana", kana_of),
        ("address", lambda text: line_of(text, longest=200)),
        ("phone", phone_of),
        ("email", email_of),
        ("occupation", lambda text: line_of(text, longest=100)),
        ("essay", lambda text: optional_text(with_plain_line_ends(text), longest=100_000)),
    ):
        try:
            read[name] = reader(values.get(name) or "")
        except ValidationError as refusal:
            faults[name] = refusal.messages
    if not isinstance(values.get("birth_on"), date):
        faults["birth_on"] = ["生年月日を入力してください。"]
    if values.get("relation") not in Relation.values:
        faults["relation"] = ["区との関わりを選んでください。"]
    if not read.get("kana", "-"):
        faults["kana"] = ["ふりがなを入力してください。"]
    other_posts = values.get("other_posts") or 0
    if not 0 <= other_posts <= 99:
        faults["other_posts"] = ["ほかの審議会等の委員の数は、0から99で入力してください。"]
    if faults:
        raise ValidationError(faults)
    return MemberApplication(
        call=call,
        birth_on=values["birth_on"],
        relation=values["relation"],
        other_posts=other_posts,
        **{
            flag: bool(values.get(flag))
            for flag in ("is_assembly_member", "is_city_employee", "has_gang_ties")
        },
        **read,
    )


def conditions_of(call: MemberCall) -> Conditions:
    """Return the conditions of a call as plain values."""
    return Conditions(
        reference_on=call.reference_on,
        least_age=call.least_age,
        most_age=call.most_age,
        most_other_posts=call.most_other_posts,
        longest_essay=call.longest_essay,
        most_terms=call.most_terms,
    )


def unmet_conditions(
    call: MemberCall, application: MemberApplication, *, is_namesake: bool = False
) -> dict[str, str]:
    """Return by field which conditions an application does not meet."""
    counts = call.most_terms is not None and not is_namesake
    faults = reasons_not_to_take(
        conditions_of(call),
        Applicant(
            birth_on=application.birth_on,
            essay=application.essay,
            other_posts=application.other_posts,
            is_assembly_member=application.is_assembly_member,
            is_city_employee=application.is_city_employee,
            has_gang_ties=application.has_gang_ties,
            terms_before=terms_before(call.term, application.name) if counts else 0,
        ),
    )
    if "name" in faults:
        faults["name"] += "同姓同名の別の方は、区役所の窓口で応募してください。"
    return faults


def unmet_so_far(
    call: MemberCall, values: Mapping[str, Any], *, is_namesake: bool = False
) -> dict[str, str]:
    """Return by field which conditions are not met by what could be read of a form."""
    read = {name: values[name] for name in COMPARED if name in values}
    return unmet_conditions(call, MemberApplication(call=call, **read), is_namesake=is_namesake)


def terms_before(term: ForumTerm, name: str) -> int:
    """Count the terms in a row, up to the one before, in which somebody of a name was a member."""
    served = set(
        ForumMember.objects.filter(
            name_key=search_key(name), namesake=0, valid_from__lt=term.valid_from
        ).values_list("term", flat=True)
    )
    earlier = ForumTerm.objects.filter(valid_from__lt=term.valid_from).order_by("-valid_from")
    count = 0
    for number in earlier.values_list("pk", flat=True):
        if number not in served:
            break
        count += 1
    return count


def _numbered(call: MemberCall, application: MemberApplication) -> MemberApplication:
    last = call.applications.aggregate(last=Max("number"))["last"] or 0
    application.number = last + 1
    store(application)
    return application


@transaction.atomic
def withdraw_application(application: MemberApplication, *, reason: str = "", actor) -> None:
    """Note that an applicant no longer wants to; whoever was selected may until engaged."""
    may(actor, MAY_WITHDRAW)
    row = locked_application(application)
    if row.result not in (ApplicationResult.PENDING, ApplicationResult.SELECTED):
        refuse([f"「{row.get_result_display()}」の応募は、辞退にできません。"])
    if ForumMember.objects.filter(application=row).exists():
        refuse(["すでに委嘱しています。委員のページで解嘱を登録してください。"])
    row.result = ApplicationResult.WITHDRAWN
    row.result_reason = optional_text(reason, longest=300)
    store(row, "result", "result_reason")


def applications_to_erase(before: date):
    """Keep applications of calls that were decided before a day, or closed and never decided."""
    over = Q(call__decided_on__lt=before) | Q(
        call__decided_on=None, call__closes_at__date__lt=before
    )
    return MemberApplication.objects.filter(over, erased_at=None)


def erase_applications(before: date) -> int:
    """Empty what applicants told of themselves; number, result and points stay.

    For the purge, with the day a year ago. What a member gave stays on ForumMember. Return how many
    applications were emptied.
    """
    return applications_to_erase(before).update(**ERASED, erased_at=clock.now())
