"""Ledgers that lived in Excel: every line through the services of the screen, or none of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction

from councils.forum.choices import OpinionSource, ResponseClass, Scope
from councils.forum.models import ForumSession, Gathering, Opinion
from councils.forum.services import opinions, responses
from councils.forum.services.opinions import FROM_SESSIONS, day_of
from councils.roster_columns import day as day_of_text
from councils.roster_columns import one_of
from wards.access import may
from wards.file_trial import LineError, Outcome, Problem, Row, taken
from wards.fiscal_year import fiscal_year_from_text
from wards.models import Bureau
from wards.spreadsheets import Line
from wards.table_columns import cells_of, columns_of, folded, has_cells_without_heading
from wards.text import with_plain_line_ends
from wards.wareki import wareki
from wards.worksheets import FileError

SOURCE, YEAR, PART, TIME = "経路", "会議の年度", "部会", "回"
GATHERING, DAY = "懇談会など", "意見のあった日"
TITLE, TEXT, SCOPE = "見出し", "意見の要旨", "事業の別"
SECTION, BUREAU = "担当課", "担当局"
CLASS, ANSWER, REASON, TIMING = "対応区分", "対応・考え方", "できない理由", "実施の時期"
HEADINGS: Final = (
    SOURCE, YEAR, PART, TIME, GATHERING, DAY, TITLE, TEXT, SCOPE, SECTION, BUREAU,
    CLASS, ANSWER, REASON, TIMING,
)  # fmt: skip
MOST_LINES: Final = 300


class _NotAllError(Exception):
    """Takes back the lines that went in before a bad one."""


def import_opinions(lines: Sequence[Line], *, actor) -> Outcome:
    """Register every line of a file, answers as drafts; with one bad line nothing is kept.

    Raise FileError for a file of another shape.
    """
    may(actor, opinions.MAY_ADD)
    work = _cells(lines)
    rows: list[Row] = []
    problems: list[Problem] = []
    known = _Known()
    try:
        with transaction.atomic():
            for number, cells in work:
                try:
                    with transaction.atomic():
                        rows.append(_take(number, cells, known, actor))
                except LineError as refused:
                    problems += [
                        Problem(number, refused.column, reason) for reason in refused.reasons
                    ]
            if problems:
                raise _NotAllError
    except _NotAllError:
        return Outcome((), tuple(problems))
    return Outcome(tuple(rows), ())


def _cells(lines: Sequence[Line]) -> list[tuple[int, dict[str, str]]]:
    places = columns_of(lines[0], HEADINGS)
    if len(lines) == 1:
        raise FileError("見出しの行だけで、値の行がありません。")
    if len(lines) - 1 > MOST_LINES:
        raise FileError(
            f"{len(lines) - 1:,}行あります。一度に取り込めるのは{MOST_LINES:,}行までです。行を分けてください。"
        )
    found = []
    for line in lines[1:]:
        if has_cells_without_heading(line, places):
            raise FileError(f"{line.number}行目に、見出しのない列の値があります。")
        cells = cells_of(line, places).items()
        found.append(
            (line.number, {name: with_plain_line_ends(cell).strip() for name, cell in cells})
        )
    return found


class _Known:
    """The sessions, gatherings and bureaus that a file may name, read once."""

    def __init__(self):
        self.sessions: dict[tuple[int, str, int], list[ForumSession]] = {}
        rows = ForumSession.objects.select_related("subcommittee").order_by("starts_at", "pk")
        for one in rows:
            part = folded(one.subcommittee.name) if one.subcommittee else ""
            # Two terms may have a 部会 of one name, and so two sessions of one number in a year.
            self.sessions.setdefault((one.fiscal_year, part, one.number), []).append(one)
        self.gatherings: dict[tuple[str, str], list[Gathering]] = {}
        for one in Gathering.objects.all():
            self.gatherings.setdefault((one.kind, folded(one.title)), []).append(one)
        self.bureaus = {folded(one.name): one for one in Bureau.objects.filter(is_active=True)}


def _read(column: str, parse, *arguments) -> Any:
    try:
        return parse(*arguments)
    except ValueError as problem:
        raise LineError(column, [str(problem)]) from problem


def _take(number: int, cells: dict[str, str], known: _Known, actor) -> Row:
    source = _read(SOURCE, one_of, OpinionSource, cells[SOURCE])
    received_on = _read(DAY, day_of_text, cells[DAY]) if cells[DAY] else None
    where = _place(source, received_on, cells, known)
    bureau = None
    if cells[BUREAU]:
        bureau = known.bureaus.get(folded(cells[BUREAU]))
        if bureau is None:
            raise LineError(BUREAU, [f"「{cells[BUREAU][:20]}」という局はありません。"])
    if not cells[CLASS] and any(cells[name] for name in (ANSWER, REASON, TIMING)):
        raise LineError(CLASS, ["対応を取り込むときは、対応区分を入力してください。"])
    [(side, place)] = where.items()
    twin = Opinion.objects.filter(
        **{side: place}, source=source, title=cells[TITLE], text=cells[TEXT]
    )
    if twin.exists():
        raise LineError(TITLE, [f"同じ意見が、すでに{twin.first().label}として登録されています。"])
    opinion = taken(
        "",
        opinions.register_opinion,
        source=source,
        received_on=received_on,
        title=cells[TITLE],
        text=cells[TEXT],
        scope=_read(SCOPE, one_of, Scope, cells[SCOPE] or Scope.WARD.label),
        section=cells[SECTION],
        bureau=bureau,
        actor=actor,
        **where,
    )
    if cells[CLASS]:
        taken(
            CLASS,
            responses.write_response,
            opinion,
            response_class=_read(CLASS, one_of, ResponseClass, cells[CLASS]),
            text=cells[ANSWER],
            reason=cells[REASON],
            timing=cells[TIMING],
            actor=actor,
        )
    return Row(number, opinion.label, opinion.title, ())


def _place(
    source: str, received_on: date | None, cells: dict[str, str], known: _Known
) -> dict[str, Any]:
    """Return the session or the gathering that a line names."""
    if source in FROM_SESSIONS:
        if cells[GATHERING]:
            raise LineError(GATHERING, ["会議での意見と事前意見では、空欄にしてください。"])
        year = _read(YEAR, fiscal_year_from_text, cells[YEAR])
        time = folded(cells[TIME]).removeprefix("第").removesuffix("回")
        found = []
        if time.isascii() and time.isdigit() and len(time) < 5:
            found = known.sessions.get((year, folded(cells[PART]), int(time)), [])
        if not found:
            raise LineError(TIME, ["この年度・部会・回の会議は登録されていません。"])
        return {"session": _of_the_day(found, source, received_on)}
    for column in (YEAR, PART, TIME):
        if cells[column]:
            raise LineError(column, [f"経路が「{cells[SOURCE]}」のときは、空欄にしてください。"])
    found = known.gatherings.get((source, folded(cells[GATHERING])), [])
    if len(found) != 1:
        told = (
            "件名が同じものが二つ以上あります。"
            if found
            else "この件名のものは登録されていません。"
        )
        raise LineError(GATHERING, [told])
    return {"gathering": found[0]}


def _of_the_day(found: list[ForumSession], source: str, received_on: date | None) -> ForumSession:
    """Return the session that a day means: the last one by it, of 事前意見 the next one from it."""
    if len(found) == 1:
        return found[0]
    fitting = []
    if received_on is not None and source == OpinionSource.ADVANCE:
        fitting = [one for one in found if received_on <= day_of(one)]
    elif received_on is not None:
        fitting = [one for one in reversed(found) if day_of(one) <= received_on]
    if not fitting:
        days = "、".join(wareki(day_of(one)) for one in found)
        raise LineError(
            DAY,
            [f"この年度・部会・回の会議は、{days}にあります。どれか分かる日を入力してください。"],
        )
    return fitting[0]
