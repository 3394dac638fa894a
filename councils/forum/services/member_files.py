"""A roster of new members as a table: every line through the engagement of the screen, or none."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from councils.forum.choices import AgeBand, MemberCategory, Sex
from councils.forum.models import ForumMember, ForumTerm
from councils.forum.services.members import MAY_ENGAGE, engage_member
from councils.roster_columns import one_of
from wards.access import may
from wards.file_trial import Outcome, Problem, all_or_none, lines_taken, read_cell, taken
from wards.spreadsheets import Line
from wards.table_columns import cells_by_line
from wards.text import search_key
from wards.wareki import day_from_wareki

NAME, KANA, CATEGORY, BODY, REASON = "氏名", "ふりがな", "区分", "推薦団体・所属", "選任の理由"
FIRST, LAST, SEX, AGE, EMAIL, PHONE = "初日", "末日", "性別", "年代", "メール", "電話"
HEADINGS: Final = (NAME, KANA, CATEGORY, BODY, REASON, FIRST, LAST, SEX, AGE, EMAIL, PHONE)
MOST_LINES: Final = 100


def take_in_members(term: ForumTerm, lines: Sequence[Line], *, actor) -> tuple[int, list[Problem]]:
    """Engage every member of a table, or nobody; return how many, and what is wrong with which line.

    Raise FileError for a table of another shape.
    """
    may(actor, MAY_ENGAGE)
    work, problems = [], []
    seen: dict[str, int] = {}
    for number, cells in cells_by_line(lines, HEADINGS, most=MOST_LINES, advice=""):
        key = search_key(cells[NAME])
        if key and key in seen:
            problems.append(Problem(number, NAME, f"{seen[key]}行目と同じ氏名です。"))
            continue
        seen[key] = number
        work.append((number, cells))

    def take_all() -> Outcome:
        rows, refused = lines_taken(work, lambda number, cells: _engage(term, cells, actor))
        told = sorted([*problems, *refused], key=lambda problem: problem.line)
        return Outcome(tuple(rows), tuple(told))

    outcome = all_or_none(take_all)
    return len(outcome.rows), list(outcome.problems)


def _engage(term: ForumTerm, cells: dict[str, str], actor) -> ForumMember:
    return taken(
        "",
        engage_member,
        term,
        name=cells[NAME],
        kana=cells[KANA],
        category=read_cell(partial(one_of, MemberCategory), cells, CATEGORY),
        body=cells[BODY],
        reason=cells[REASON],
        valid_from=_day(cells, FIRST),
        valid_to=_day(cells, LAST),
        sex=_choice(Sex, cells, SEX),
        age_band=_choice(AgeBand, cells, AGE),
        email=cells[EMAIL],
        phone=cells[PHONE],
        actor=actor,
    )


def _choice(choices, cells: dict[str, str], column: str) -> str:
    if not cells[column]:
        return choices.NOT_GIVEN
    return read_cell(partial(one_of, choices), cells, column)


def _day(cells: dict[str, str], column: str) -> date | None:
    return read_cell(day_from_wareki, cells, column) if cells[column] else None
