"""Ledgers that lived in Excel: every line through the services of the screen, or none of them."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from councils.forum.choices import OpinionSource, ResponseClass, Scope
from councils.forum.models import ForumSession, Gathering, Opinion
from councils.forum.services import opinions, responses
from councils.forum.services.opinions import FROM_SESSIONS, day_of
from councils.roster_columns import day as day_of_text
from councils.roster_columns import one_of
from wards.access import may
from wards.file_trial import (
    LineError,
    LineFaults,
    Outcome,
    Row,
    all_or_none,
    lines_taken,
    read_cell,
    taken,
)
from wards.fiscal_year import fiscal_year_from_text
from wards.models import Bureau
from wards.spreadsheets import Line
from wards.table_columns import cells_by_line, folded
from wards.wareki import wareki

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


def import_opinions(lines: Sequence[Line], *, actor) -> Outcome:
    """Register every line of a file, answers as drafts; with one bad line nothing is kept.

    Raise FileError for a file of another shape.
    """
    may(actor, opinions.MAY_ADD)
    work = list(cells_by_line(lines, HEADINGS, most=MOST_LINES))
    known = _Known()

    def take_all() -> Outcome:
        rows, problems = lines_taken(work, lambda number, cells: _take(number, cells, known, actor))
        return Outcome(tuple(rows), tuple(problems))

    return all_or_none(take_all)


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


def _take(number: int, cells: dict[str, str], known: _Known, actor) -> Row:
    faults = LineFaults()
    source = faults.of(read_cell, partial(one_of, OpinionSource), cells, SOURCE)
    received_on = faults.of(read_cell, day_of_text, cells, DAY) if cells[DAY] else None
    is_day_wrong = bool(cells[DAY]) and received_on is None
    where = source and not is_day_wrong and faults.of(_place, source, received_on, cells, known)
    words = faults.of(_words, cells, known)
    answer = faults.of(_answer, cells)
    faults.refuse()
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
        actor=actor,
        **words,
        **where,
    )
    if answer:
        taken(CLASS, responses.write_response, opinion, actor=actor, **answer)
    return Row(number, opinion.label, opinion.title, ())


def _words(cells: dict[str, str], known: _Known) -> dict[str, Any]:
    """Return what the opinion of a line says."""
    faults = LineFaults()
    bureau = known.bureaus.get(folded(cells[BUREAU]))
    if cells[BUREAU] and bureau is None:
        faults.fault(BUREAU, f"「{cells[BUREAU][:20]}」という局はありません。")
    scope = faults.of(read_cell, lambda text: one_of(Scope, text or Scope.WARD.label), cells, SCOPE)
    words = faults.of(
        taken,
        {"title": TITLE, "text": TEXT, "section": SECTION, "bureau": BUREAU},
        opinions.read_words,
        title=cells[TITLE],
        text=cells[TEXT],
        # What is wrong with them is told already; what is right asks for nothing more.
        scope=Scope.WARD if faults.found.faults else scope,
        section=cells[SECTION],
        bureau=bureau,
    )
    faults.refuse()
    return words


def _answer(cells: dict[str, str]) -> dict[str, Any] | None:
    """Return what the answer of a line says; without a class there is none."""
    said = {"text": cells[ANSWER], "reason": cells[REASON], "timing": cells[TIMING]}
    if not cells[CLASS]:
        if any(said.values()):
            raise LineError(CLASS, ["対応を取り込むときは、対応区分を入力してください。"])
        return None
    said["response_class"] = read_cell(partial(one_of, ResponseClass), cells, CLASS)
    columns = {"text": ANSWER, "reason": REASON, "timing": TIMING}
    taken(columns, responses.read_answer, **said)
    return said


def _place(
    source: str, received_on: date | None, cells: dict[str, str], known: _Known
) -> dict[str, Any]:
    """Return the session or the gathering that a line names."""
    if source in FROM_SESSIONS:
        if cells[GATHERING]:
            raise LineError(GATHERING, ["会議での意見と事前意見では、空欄にしてください。"])
        year = read_cell(fiscal_year_from_text, cells, YEAR)
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
