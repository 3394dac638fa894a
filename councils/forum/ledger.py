"""意見の台帳 as it is read: one line from an opinion to its result, the same on pages and in files.

Publicly an opinion stands in it from its first published answer on, also when that answer was taken
back: the line then says so, and why.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from councils.city.models import BureauRequest
from councils.city.models.bureau_request import RequestState
from councils.forum import opinion_rules
from councils.forum.choices import ResponseState
from councils.forum.ledger_filters import Asked, chosen, public_opinions
from councils.forum.models import Measure, Opinion, Response
from councils.forum.services.bureau_requests import of_opinions
from kpis.data_files import DataFile, Value
from kpis.notices import Notice
from wards.models import Ward
from wards.wareki import wareki

__all__ = [
    "COLUMNS",
    "STAFF_COLUMNS",
    "Asked",
    "Done",
    "LedgerLine",
    "chosen",
    "ledger_file",
    "ledger_lines",
    "public_opinions",
    "row_of",
    "stream_lines",
]
AT_A_TIME: Final = 500
SAMPLE: Final = Notice("見本", "作成した見本の意見が含まれています。実際の意見ではありません。")

COLUMNS: Final = {
    "number": "番号",
    "fiscal_year": "年度",
    "source": "経路",
    "received_on": "意見のあった日",
    "heard_at": "会議・懇談会など",
    "title": "見出し",
    "text": "意見の要旨",
    "scope": "事業の別",
    "section": "担当課",
    "bureau": "担当局",
    "response_class": "対応区分",
    "response_text": "対応・考え方",
    "reason": "できない理由",
    "timing": "実施の時期",
    "plan_item": "運営方針の取組",
    "has_budget": "予算措置",
    "budget_year": "予算の年度",
    "budget_yen": "予算額（円）",
    "published_on": "対応の公表日",
    "withdrawn_on": "対応を取り下げた日",
    "withdrawn_reason": "取り下げた理由",
    "measures_in_words": "実施したこと",
    "request_kind": "局への要請・提案",
    "request_bureau": "要請・提案の担当局",
    "request_state": "要請・提案の状態",
    "request_answer": "局の回答",
    "request_on": "局の回答の公表日",
    "state": "状態",
    "closing": "結果",
    "closed_on": "結果まで済んだ日",
    "age_days": "経過日数",
}
# Before anything is published, beside it: for the ward office alone.
STAFF_COLUMNS: Final = {
    **COLUMNS,
    "due_on": "回答の期限",
    "response_state": "対応の状態",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about an opinion, on which day, and what it cost where known."""

    day: date
    text: str
    yen: int | None

    def __str__(self) -> str:
        cost = "" if self.yen is None else f"（費用{self.yen:,}円）"
        return f"{wareki(self.day)}　{self.text}{cost}"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One opinion from what was said to what became of it; texts are empty where there is nothing."""

    pk: int
    session_id: int | None
    number: str
    fiscal_year: int
    source: str
    received_on: date
    heard_at: str
    title: str
    text: str
    scope: str
    section: str
    bureau: str
    response_class: str
    class_code: str
    response_text: str
    reason: str
    timing: str
    plan_item: str
    has_budget: bool | None
    budget_year: int | None
    budget_yen: int | None
    published_on: date | None
    withdrawn_on: date | None
    withdrawn_reason: str
    measures: tuple[Done, ...]
    request_kind: str
    request_bureau: str
    request_state: str
    request_answer: str
    request_on: date | None
    state: str
    state_code: str
    closing: str
    closed_on: date | None
    age_days: int
    age: str
    is_sample: bool
    due_on: date
    response_state: str

    @property
    def measures_in_words(self) -> str:
        """Return what was done with its days, in one text."""
        return "／".join(map(str, self.measures))


def ledger_lines(
    queryset: QuerySet[Opinion],
    day: date,
    *,
    of_staff: bool = False,
    as_published: Collection[int] = (),
) -> list[LedgerLine]:
    """Return the lines of some opinions as of a day, with a fixed number of queries.

    Without `of_staff` they hold what is public alone. `as_published` are numbers of answers to be
    shown as if they were published on the day: the preview.
    """
    return list(
        _lines_of(list(_with_all(queryset)), day, of_staff=of_staff, as_published=as_published)
    )


def stream_lines(
    queryset: QuerySet[Opinion], day: date, *, of_staff: bool = False
) -> Iterator[LedgerLine]:
    """Return the lines of any number of opinions, some hundred in memory at a time."""
    batch = []
    for opinion in _with_all(queryset).iterator(chunk_size=AT_A_TIME):
        batch.append(opinion)
        if len(batch) == AT_A_TIME:
            yield from _lines_of(batch, day, of_staff=of_staff)
            batch = []
    yield from _lines_of(batch, day, of_staff=of_staff)


def row_of(line: LedgerLine, columns: Iterable[str] = COLUMNS) -> dict[str, Value]:
    """Return a line as one datum per column."""
    return {name: getattr(line, name) for name in columns}


def ledger_file(ward: Ward, lines: Collection[LedgerLine], title: str) -> DataFile:
    """Return the lines of a public page as its file: the same rows, the same words."""
    return DataFile(
        name=f"{ward.slug}_opinions",
        title=f"{ward.name}の{title}",
        columns=COLUMNS,
        rows=tuple(row_of(line) for line in lines),
        notices=(SAMPLE,) if any(line.is_sample for line in lines) else (),
    )


# --- how a line is put together ---


def _with_all(queryset: QuerySet[Opinion]) -> QuerySet[Opinion]:
    return queryset.select_related("session__subcommittee", "gathering", "bureau").prefetch_related(
        Prefetch("responses", Response.objects.order_by("-written_at", "-pk")),
        Prefetch("measures", Measure.objects.filter(withdrawn_at=None).order_by("done_on", "pk")),
    )


def _lines_of(
    opinions: list[Opinion], day: date, *, of_staff: bool, as_published: Collection[int] = ()
) -> Iterator[LedgerLine]:
    requests: dict[int, BureauRequest] = {}
    for one in of_opinions([opinion.pk for opinion in opinions]) if opinions else ():
        if of_staff or one.state == RequestState.PUBLISHED:
            requests.setdefault(one.opinion_id, one)
    for opinion in opinions:
        answers = _Answers(opinion, day, of_staff=of_staff, as_published=as_published)
        yield LedgerLine(
            **_said(opinion, of_staff=of_staff),
            **answers.values,
            **_asked(requests.get(opinion.pk)),
            **_stands(opinion, answers, day, of_staff=of_staff),
            measures=tuple(Done(one.done_on, one.text, one.yen) for one in opinion.measures.all()),
        )


def _said(opinion: Opinion, *, of_staff: bool) -> dict[str, Any]:
    if opinion.session is not None:
        is_known = of_staff or opinion.session.announced_at is not None
        heard_at = str(opinion.session) if is_known else ""
    else:
        is_shown = of_staff or opinion.gathering.is_public
        heard_at = opinion.gathering.title if is_shown else opinion.gathering.get_kind_display()
    return {
        "pk": opinion.pk,
        "session_id": opinion.session_id,
        "number": opinion.label,
        "fiscal_year": opinion.fiscal_year,
        "source": opinion.get_source_display(),
        "received_on": opinion.received_on,
        "heard_at": heard_at,
        "title": opinion.title,
        "text": opinion.text,
        "scope": opinion.get_scope_display(),
        "section": opinion.section,
        "bureau": opinion.bureau.name if opinion.bureau else "",
        "is_sample": opinion.is_demo,
        "due_on": opinion.due_on,
    }


class _Answers:
    """The answer that a line shows, and the published one that was taken back before it."""

    def __init__(self, opinion, day, *, of_staff, as_published):
        rows = list(opinion.responses.all())
        self.shown = next(
            (
                one
                for one in rows
                if one.state == ResponseState.PUBLISHED
                or one.pk in as_published
                or (of_staff and one.state != ResponseState.WITHDRAWN)
            ),
            None,
        )
        self.is_preview = self.shown is not None and self.shown.pk in as_published
        self.is_published = self.shown is not None and (
            self.is_preview or self.shown.state == ResponseState.PUBLISHED
        )
        # Once another answer stands in the place of the one taken back, that one is history.
        taken_back = (
            None
            if self.is_published
            else next(
                (
                    one
                    for one in rows
                    if one.state == ResponseState.WITHDRAWN and one.published_at is not None
                ),
                None,
            )
        )
        one = self.shown
        published_at = one.published_at if one else taken_back and taken_back.published_at
        self.values = {
            "response_class": one.get_response_class_display() if one else "",
            "class_code": one.response_class if one else "",
            "response_text": one.text if one else "",
            "reason": one.reason if one else "",
            "timing": one.timing if one else "",
            "plan_item": one.plan_item if one else "",
            "has_budget": one.has_budget if one else None,
            "budget_year": one.budget_year if one else None,
            "budget_yen": one.budget_yen if one else None,
            "published_on": day if self.is_preview else _day_of(published_at),
            "withdrawn_on": _day_of(taken_back.withdrawn_at) if taken_back else None,
            "withdrawn_reason": taken_back.withdrawn_reason if taken_back else "",
            "response_state": (
                str(ResponseState.PUBLISHED.label)
                if self.is_preview
                else one.get_state_display()
                if one
                else ""
            ),
        }


def _day_of(moment) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _asked(request: BureauRequest | None) -> dict[str, Any]:
    """Return what stands of a request; the public gets none that 市民局 has not published."""
    is_told = request is not None and request.state == RequestState.PUBLISHED
    return {
        "request_kind": request.get_kind_display() if request else "",
        "request_bureau": request.bureau.name if request and request.bureau else "",
        "request_state": request.get_state_display() if request else "",
        "request_answer": request.answer if is_told else "",
        "request_on": request.published_on if is_told else None,
    }


def _stands(opinion: Opinion, answers: _Answers, day: date, *, of_staff: bool) -> dict[str, Any]:
    closed_on, closing = opinion.closed_on, opinion.closing
    shown = answers.shown
    if answers.is_preview and opinion_rules.ends_with_its_answer(shown.response_class):
        closed_on, closing = closed_on or day, closing or shown.get_response_class_display()
    is_closed = closed_on is not None and closed_on <= day
    state = opinion_rules.opinion_state(
        due=opinion.due_on,
        closed=is_closed,
        published=answers.is_published,
        approved=of_staff and shown is not None and shown.state == ResponseState.APPROVED,
        day=day,
    )
    until = closed_on if is_closed else day
    return {
        "state": str(state.label),
        "state_code": str(state.value),
        "closing": closing if is_closed else "",
        "closed_on": closed_on if is_closed else None,
        "age_days": (until - opinion.received_on).days,
        "age": opinion_rules.age_in_words(opinion.received_on, until),
    }
