"""会議録の議事: who speaks where in the text, what is wrong with its marks, what was changed. Pure.

A speaker stands at the beginning of a line, in one of the two ways that ward offices write:
「（議長）　…」 or 「○委員：…」. Names of members are not needed; what is said in brackets about the room
(「（拍手）」, 「（休憩）」) is no speaker.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

LONGEST_SPEAKER: Final = 30
CIRCLES: Final = "○◯〇●"
IN_THE_ROOM: Final = frozenset(
    {
        "笑",
        "笑い",
        "笑声",
        "拍手",
        "休憩",
        "再開",
        "開会",
        "閉会",
        "中断",
        "異議なし",
        "了承",
        "一同了承",
        "挙手",
    }
)
# Bounded, so that a line of 200,000 spaces is read as quickly as any other.
_IN_BRACKETS: Final = re.compile(r"[（(]([^（）()]{1,60})[）)][\s：:]{0,4}(.*)")
_AFTER_A_CIRCLE: Final = re.compile(rf"[{CIRCLES}]([^：:]{{1,60}})[：:](.*)")
# Beyond so many lines that differ, telling them line by line helps nobody and takes long.
MOST_LINES_COMPARED: Final = 3_000


@dataclass(frozen=True, slots=True)
class Block:
    """What one speaker says, or what is told of the room (no speaker)."""

    speaker: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class MarkFault:
    """A line whose mark cannot be read, with the sentence that says how to mend it."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.line}行目：{self.sentence}"


def _speaker_of(line: str) -> tuple[str, str] | None:
    """Return the speaker that a line begins with and the rest of it."""
    found = _IN_BRACKETS.fullmatch(line) or _AFTER_A_CIRCLE.fullmatch(line)
    if found is None:
        return None
    speaker, rest = found[1].strip(), found[2].strip()
    if not speaker or len(speaker) > LONGEST_SPEAKER or speaker in IN_THE_ROOM:
        return None
    return speaker, rest


def blocks_of(body: str) -> list[Block]:
    """Split a text into what each speaker says, in its order; nothing of the text is lost."""
    blocks: list[Block] = []
    speaker, lines, began = "", [], 1
    for number, line in enumerate(body.splitlines(), start=1):
        found = _speaker_of(line.strip())
        if found is None:
            lines.append(line.rstrip())
            continue
        if speaker or any(lines):
            blocks.append(Block(speaker, "\n".join(lines).strip("\n"), began))
        speaker, lines, began = found[0], [found[1]], number
    if speaker or any(lines):
        blocks.append(Block(speaker, "\n".join(lines).strip("\n"), began))
    return blocks


def faults_of_marks(body: str) -> list[MarkFault]:
    """List the marks that look like a speaker's and are none, and speakers who say nothing."""
    faults = []
    for number, line in enumerate(body.splitlines(), start=1):
        line = line.strip()
        if line and _speaker_of(line) is None:
            faults += [MarkFault(number, sentence) for sentence in _faults_of_line(line)]
    faults += [
        MarkFault(block.line, f"「{block.speaker}」の発言がありません。")
        for block in blocks_of(body)
        if block.speaker and not block.text.strip()
    ]
    return sorted(faults, key=lambda fault: fault.line)


def _faults_of_line(line: str) -> Iterator[str]:
    if line[0] in CIRCLES and not ("：" in line or ":" in line):
        yield f"「{line[0]}」の後は、「{line[0]}委員：」のように、発言した人と「：」を書いてください。"
    elif line[0] in CIRCLES:
        yield f"発言した人は、{LONGEST_SPEAKER}文字以内で書いてください。"
    elif line[0] in "（(" and not re.search(r"[）)]", line):
        yield "発言した人の（ ）が閉じていません。"


def changed_lines(before: str, after: str) -> list[tuple[int, str, str]]:
    """Return what differs between two texts: the line of the first, its old and its new lines."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if not old and not new:
        return []
    if len(old) + len(new) > MOST_LINES_COMPARED:
        return [(start + 1, "\n".join(old), "\n".join(new))]
    return [
        (start + i1 + 1, "\n".join(old[i1:i2]), "\n".join(new[j1:j2]))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes()
        if tag != "equal"
    ]
