"""年度の提出書類: what each council owes, and what came."""

from datetime import date

from django.db import transaction
from django.db.models import Min

from councils.choices import FilingState
from councils.models import Certification, CommunityCouncil, Filing, FilingRule
from wards import clock
from wards.access import may
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, open_again
from wards.fiscal_year import first_day, fiscal_year_of, last_day
from wards.storing import store
from wards.typed import need_text, optional_text, refuse

MAY_CHANGE = "councils.change_filing"


def open_filings(fiscal_year: int) -> int:
    """Make the rows of a fiscal year for every council certified in it; return how many were new.

    Safe to repeat: a row that exists stays as it is.
    """
    first, last = first_day(fiscal_year), last_day(fiscal_year)
    certified = Certification.objects.filter(certified_on__lte=min(last, clock.today()))
    certified = certified.exclude(ended_on__lte=first).exclude(ended_on__lte=clock.today())
    # A certification that went on under a new name of its area began with the old one.
    certified = certified.annotate(since=Min("application__certifications__certified_on"))
    since: dict[int, date] = dict(certified.order_by().values_list("council", "since"))
    rules = [(rule, rule.due_on(fiscal_year)) for rule in FilingRule.objects.in_force(first)]
    rows = [
        Filing(
            council=council,
            fiscal_year=fiscal_year,
            kind=rule.kind,
            due_on=due_on,
        )
        for council in CommunityCouncil.objects.filter(pk__in=since)
        for rule, due_on in rules
        # What was due before the council was certified is not owed.
        if due_on >= since[council.pk]
    ]
    before = Filing.objects.filter(fiscal_year=fiscal_year).count()
    Filing.objects.bulk_create(rows, ignore_conflicts=True)
    return Filing.objects.filter(fiscal_year=fiscal_year).count() - before


def open_this_years_filings(day: date) -> int:
    """Make the rows of the fiscal year of a day."""
    return open_filings(fiscal_year_of(day))


def _done_with(filing: Filing) -> None:
    """Take back what was told of late papers of the council, once none is late any more."""
    late = Filing.objects.with_state(clock.today()).filter(state_on_day=FilingState.LATE)
    if not late.filter(council=filing.council_id).exists():
        mark_all_done_for(filing.council.part_url("filings"))


def _locked(filing: Filing) -> Filing:
    return Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)


@transaction.atomic
def submit_filing(filing: Filing, *, submitted_on: date, actor, text: str = "") -> None:
    """Note that a paper came in on a day."""
    may(actor, MAY_CHANGE)
    filing = _locked(filing)
    if filing.accepted_on is not None:
        refuse(["この書類は、すでに受理されています。"])
    if submitted_on > clock.today():
        refuse(["提出日は、今日以前の日にしてください。"])
    filing.submitted_on = submitted_on
    filing.not_required_reason = ""
    filing.note = optional_text(text, longest=300)
    store(filing, "submitted_on", "not_required_reason", "note")
    _done_with(filing)


@transaction.atomic
def accept_filing(filing: Filing, *, actor) -> None:
    """Note that a paper was looked at and is in order."""
    may(actor, MAY_CHANGE)
    filing = _locked(filing)
    if filing.submitted_on is None:
        refuse(["まだ提出されていません。"])
    if filing.accepted_on is not None:
        refuse(["この書類は、すでに受理されています。"])
    filing.accepted_on = clock.today()
    filing.accepted_by = actor
    store(filing, "accepted_on", "accepted_by")


@transaction.atomic
def return_filing(filing: Filing, *, reason: str, actor) -> None:
    """Give a paper back: it is owed again."""
    may(actor, MAY_CHANGE)
    filing = _locked(filing)
    if filing.submitted_on is None:
        refuse(["まだ提出されていません。"])
    filing.note = need_text(reason, "返す理由を入力してください。", longest=300)
    filing.submitted_on = filing.accepted_on = filing.accepted_by = None
    store(filing, "submitted_on", "accepted_on", "accepted_by", "note")
    if filing.state_on(clock.today()) == FilingState.LATE:
        open_again(filing.council.part_url("filings"), kinds=[NoticeKind.OVERDUE])


@transaction.atomic
def extend_filing(filing: Filing, *, until: date, reason: str, actor) -> None:
    """Give a council longer, for a stated reason."""
    may(actor, "councils.extend_filing")
    filing = _locked(filing)
    if filing.accepted_on is not None:
        refuse(["この書類は、すでに受理されています。"])
    filing.extended_until = until
    filing.extension_reason = need_text(reason, "延長の理由を入力してください。", longest=200)
    store(filing, "extended_until", "extension_reason")
    _done_with(filing)


@transaction.atomic
def waive_filing(filing: Filing, *, reason: str, actor) -> None:
    """Note that a paper is not required of this council this year, and why."""
    may(actor, "councils.extend_filing")
    filing = _locked(filing)
    if filing.submitted_on is not None:
        refuse(["すでに提出されています。"])
    filing.not_required_reason = need_text(
        reason, "提出不要の理由を入力してください。", longest=200
    )
    store(filing, "not_required_reason")
    _done_with(filing)
