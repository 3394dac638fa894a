"""A roster of new members as a table: every line through the engagement of the screen, or none."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.db import transaction

from councils.forum.choices import AgeBand, MemberCategory, Sex
from councils.forum.models import ForumTerm
from councils.forum.services.members import MAY_ENGAGE, engage_member
from councils.roster_columns import one_of
from wards.access import may
from wards.file_trial import LineError, Problem, taken
from wards.spreadsheets import Line
from wards.table_columns import cells_of, columns_of, has_cells_without_heading
from wards.text import search_key, with_plain_line_ends
from wards.wareki import day_from_wareki
from wards.worksheets import FileError

NAME, KANA, CATEGORY, BODY, REASON = "氏名", "ふりがな", "区分", "推薦団体・所属", "選任の理由"
FIRST, LAST, SEX, AGE, EMAIL, PHONE = "初日", "末日", "性別", "年代", "メール", "電話"
HEADINGS: Final = (NAME, KANA, CATEGORY, BODY, REASON, FIRST, LAST, SEX, AGE, EMAIL, PHONE)
MOST_LINES: Final = 100


class _RefusedFileError(Exception):
    """Takes back what the good lines of a file with bad ones have stored."""


def take_in_members(term: ForumTerm, lines: Sequence[Line], *, actor) -> tuple[int, list[Problem]]:
    """Engage every member of a table, or nobody; return how many, and what is wrong with which line.

    Raise FileError for a table of another shape.
    """
    may(actor, MAY_ENGAGE)
    work = _cells(lines)
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    try:
        with transaction.atomic():
            for number, cells in work:
                key = search_key(cells[NAME])
                if key and key in seen:
                    problems.append(Problem(number, NAME, f"{seen[key]}行目と同じ氏名です。"))
                    continue
                seen[key] = number
                problems += _engage(term, number, cells, actor)
            if problems:
                raise _RefusedFileError
    except _RefusedFileError:
        return 0, problems
    return len(work), []


def _engage(term: ForumTerm, number: int, cells: dict[str, str], actor) -> list[Problem]:
    try:
        with transaction.atomic():
            taken(
                "",
                engage_member,
                term,
                name=cells[NAME],
                kana=cells[KANA],
                category=_read(lambda text: one_of(MemberCategory, text), cells, CATEGORY),
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
    except LineError as refused:
        return [Problem(number, refused.column, reason) for reason in refused.reasons]
    return []


def _read(parse: Callable[[str], str], cells: dict[str, str], column: str) -> str:
    try:
        return parse(cells[column])
    except ValueError as problem:
        raise LineError(column, [str(problem)]) from problem


def _choice(choices, cells: dict[str, str], column: str) -> str:
    if not cells[column]:
        return choices.NOT_GIVEN
    return _read(lambda text: one_of(choices, text), cells, column)


def _day(cells: dict[str, str], column: str) -> date | None:
    return _read(day_from_wareki, cells, column) if cells[column] else None


def _cells(lines: Sequence[Line]) -> list[tuple[int, dict[str, str]]]:
    places = columns_of(lines[0], HEADINGS)
    if len(lines) == 1:
        raise FileError("見出しの行だけで、値の行がありません。")
    if len(lines) - 1 > MOST_LINES:
        raise FileError(
            f"{len(lines) - 1:,}行あります。一度に取り込めるのは{MOST_LINES}行までです。"
        )
    for line in lines[1:]:
        if has_cells_without_heading(line, places):
            raise FileError(f"{line.number}行目に、見出しのない列の値があります。")
    return [
        (
            line.number,
            {
                name: with_plain_line_ends(cell).strip()
                for name, cell in cells_of(line, places).items()
            },
        )
        for line in lines[1:]
    ]
