"""What stands in the parts of an xlsx: walked over before the reader sees it.

Whatever a person cannot see or did not type is refused by its place: formulas, merged cells, hidden
rows and columns, values shown as ％, cells that would unfold into gigabytes.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELL_CHARACTERS = 5_000
MOST_CHARACTERS = 10_000_000

_BUILT_IN_PERCENT = {9, 10}
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
UNREADABLE = (
    "Excel のファイルとして読み取れません。壊れているか、xlsx ではありません。"
    "「Excelブック（xlsx）」で保存し直してください。"
)


class FileError(ValueError):
    """A file that cannot be taken in; its message is one Japanese sentence for the officer."""


def too_many_rows() -> str:
    """Word the refusal of a table that is too long."""
    return f"行が多すぎます。一度に取り込めるのは{MOST_ROWS:,}行までです。"


def too_long(where: str) -> str:
    """Word the refusal of a cell that is too long; `where` names it."""
    return f"{where}のセルが長すぎます。{MOST_CELL_CHARACTERS:,}文字以内にしてください。"


@dataclass(slots=True)
class Sheet:
    """What one worksheet holds, as far as it matters before its values are read."""

    name: str
    is_hidden: bool
    has_values: bool = False
    filled_columns: set[int] = field(default_factory=set)


def _refuse_doctype(*_) -> None:
    raise FileError("Excel のファイルに文書型の宣言（DTD）が含まれているため、取り込めません。")


def walk(data: bytes, *, start=None, end=None, characters=None) -> None:
    """Walk a part; element names come without their namespace prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if start:
        parser.StartElementHandler = lambda name, attributes: start(
            name.rpartition(":")[2], attributes
        )
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if characters:
        parser.CharacterDataHandler = characters
    try:
        parser.Parse(data, True)
    except FileError:
        raise
    # An encoding that the parser does not know is a LookupError or a plain ValueError.
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise FileError(UNREADABLE) from problem


def shared_text_lengths(data: bytes) -> list[int]:
    """Return how long each shared text is, so that a short file cannot unfold into a huge one."""
    lengths: list[int] = []

    def start(name, attributes):
        if name == "si":
            lengths.append(0)

    def characters(text):
        if lengths:
            lengths[-1] += len(text)

    if data:
        walk(data, start=start, characters=characters)
    return lengths


def percent_styles(data: bytes) -> set[str]:
    """Return the styles that show a number times 100 with ％."""
    percent_formats = {str(number) for number in _BUILT_IN_PERCENT}
    styles: set[str] = set()
    inside = [False, 0]

    def start(name, attributes):
        if name == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", attributes.get("formatCode", "")):
            percent_formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            if attributes.get("numFmtId") in percent_formats:
                styles.add(str(inside[1]))
            inside[1] += 1

    def end(name):
        if name == "cellXfs":
            inside[0] = False

    if data:
        walk(data, start=start, end=end)
    return styles


class SheetCheck:
    """One walk over a worksheet: what cannot be seen or was not typed is refused by its cell."""

    def __init__(self, sheet: Sheet, lengths: list[int], percent_styles: set[str]):
        self.sheet = sheet
        self.lengths = lengths
        self.percent_styles = percent_styles
        self.row = self.column = 0
        self.row_is_hidden = self.rows_are_hidden = False
        self.is_in_cell = False
        self.kind = self.style = ""
        self.text: list[str] | None = None
        self.hidden_columns: list[tuple[int, int]] = []
        self.characters_left = MOST_CHARACTERS

    def check(self, data: bytes) -> None:
        """Refuse the sheet by a sentence that names it and the place, or note what it holds."""
        walk(data, start=self._start, end=self._end, characters=self._characters)
        for first, last in self.hidden_columns:
            hidden = sorted(c for c in self.sheet.filled_columns if first <= c <= last)
            if hidden:
                self._refuse(
                    f"{_letters(hidden[0])}列が非表示です。表示して確かめてから取り込んでください。"
                )

    def _refuse(self, sentence: str) -> None:
        raise FileError(f"シート「{self.sheet.name}」の{sentence}")

    @property
    def _place(self) -> str:
        return f"{_letters(self.column)}{self.row}"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif self.is_in_cell:
            # Outside of cells, <f> also stands in rules for input.
            if name == "f":
                self._refuse(
                    f"{self._place}に数式があります。値に置き換えてから取り込んでください。"
                )
            if name in {"v", "t"}:
                self.text = []
            if name in {"v", "is"}:
                self._refuse_far_cell()
        elif name == "row":
            row = _number(attributes.get("r"), 0) if "r" in attributes else self.row + 1
            if row <= self.row:
                raise FileError(UNREADABLE)
            self.row = row
            self.column = 0
            self.row_is_hidden = _is_hidden(attributes, "ht") or self.rows_are_hidden
        elif name == "mergeCell":
            cells = attributes.get("ref", "")
            self._refuse(f"{cells}が結合されています。結合を解除してから取り込んでください。")
        elif name == "col" and _is_hidden(attributes, "width"):
            self.hidden_columns.append(
                (_number(attributes.get("min"), 1), _number(attributes.get("max"), 1))
            )
        elif name == "sheetFormatPr":
            self.rows_are_hidden = attributes.get("zeroHeight") in {"1", "true"}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.is_in_cell = True
        self.column += 1
        if reference := attributes.get("r"):
            match = _CELL.fullmatch(reference)
            if not match or int(match[2]) != self.row:
                raise FileError(UNREADABLE)
            self.column = _column_number(match[1])
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")

    def _characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        if name == "c":
            self.is_in_cell = False
        elif name in {"v", "t"} and self.text is not None:
            text, self.text = "".join(self.text), None
            if text:
                self._value(text)

    def _refuse_far_cell(self) -> None:
        # The reader lays out every cell up to the last one.
        if self.row > MOST_ROWS + 1:
            raise FileError(too_many_rows())
        if self.column > MOST_COLUMNS:
            self._refuse(f"{self._place}は右に離れすぎています。余分なセルを消してください。")

    def _value(self, text: str) -> None:
        self.sheet.has_values = True
        self.sheet.filled_columns.add(self.column)
        if self.row_is_hidden:
            self._refuse(
                f"{self.row}行目が非表示です（フィルターで隠れた行も含みます）。"
                "表示して確かめてから取り込んでください。"
            )
        if self.kind == "e":
            self._refuse(f"{self._place}がエラー値（{text[:10]}）です。値を入力し直してください。")
        if self.kind == "n" and self.style in self.percent_styles:
            self._refuse(
                f"{self._place}が「％」の表示形式です。"
                "表示形式を「標準」にし、50.9％なら50.9と入力してください。"
            )
        length = len(text)
        if self.kind == "s":
            index = _number(text, -1)
            if not 0 <= index < len(self.lengths):
                raise FileError(UNREADABLE)
            length = self.lengths[index]
        if length > MOST_CELL_CHARACTERS:
            raise FileError(too_long(f"シート「{self.sheet.name}」の{self._place}"))
        self.characters_left -= length
        if self.characters_left < 0:
            raise FileError("ファイルの文字が多すぎます。行を分けて取り込んでください。")


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Say whether a row or column is hidden, or so thin that it comes to the same."""
    if attributes.get("hidden") in {"1", "true"}:
        return True
    try:
        return float(attributes.get(size, "1")) == 0
    except ValueError:
        return False


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters or "A"
