"""Which column of a table is which: by its heading, in any order."""

import unicodedata
from collections.abc import Iterator, Sequence

from wards.spreadsheets import Line
from wards.text import with_plain_line_ends
from wards.worksheets import FileError


def folded(text: str) -> str:
    """Return a code or a header as it is compared: half width, no white space, small letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def columns_of(header: Line, headings: Sequence[str]) -> dict[str, int]:
    """Return where each column stands, in any order; raise FileError naming what is wrong."""
    known = {folded(name): name for name in headings}
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, cell in enumerate(header.cells):
        if not cell.strip():
            continue
        name = known.get(folded(cell))
        if name is None:
            unknown.append(cell.strip()[:20])
        elif name in places:
            twice.append(name)
        else:
            places[name] = place
    missing = [name for name in headings if name not in places]
    complaints = [
        f"{called}「{'」「'.join(names[:10])}」{verb}"
        for called, names, verb in (
            ("見出し", missing, "がありません。"),
            ("見出し", unknown, "は使えません。"),
            ("見出し", twice, "が二つあります。"),
        )
        if names
    ]
    if complaints:
        raise FileError(
            f"{''.join(complaints)}{header.number}行目を"
            f"「{','.join(headings)}」の{len(headings)}列にしてください。"
        )
    return places


def cells_of(line: Line, places: dict[str, int]) -> dict[str, str]:
    """Return the cells of a line by their headings.

    Excel leaves out trailing commas of a CSV where the last columns are empty.
    """
    return {
        name: line.cells[place] if place < len(line.cells) else "" for name, place in places.items()
    }


def has_cells_without_heading(line: Line, places: dict[str, int]) -> bool:
    """Say whether a value stands in a column that nobody reads."""
    known = set(places.values())
    return any(cell.strip() for place, cell in enumerate(line.cells) if place not in known)


def cells_by_line(
    lines: Sequence[Line],
    headings: Sequence[str],
    *,
    most: int,
    advice: str = "行を分けてください。",
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and cells of every line below the header, without white space around them.

    Raise FileError for a table of another shape, an empty one, or one of more than `most` lines;
    `advice` says what to do about the last.
    """
    places = columns_of(lines[0], headings)
    if len(lines) == 1:
        raise FileError("見出しの行だけで、値の行がありません。")
    if len(lines) - 1 > most:
        raise FileError(
            f"{len(lines) - 1:,}行あります。一度に取り込めるのは{most:,}行までです。{advice}"
        )
    for line in lines[1:]:
        if has_cells_without_heading(line, places):
            raise FileError(f"{line.number}行目に、見出しのない列の値があります。")
        cells = cells_of(line, places).items()
        yield line.number, {name: with_plain_line_ends(cell).strip() for name, cell in cells}
