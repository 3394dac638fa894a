"""Where everything lies in the drawings: pure geometry for SVGs that templates write out.

Strict CSP: positions are SVG attributes, looks are classes. Every drawing repeats figures that also
stand in a table or in words on the same page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kpis.presentation import Shown

TILE_WIDTH: Final = 100
TILE_HEIGHT: Final = 88
TILE_GAP: Final = 6

PANEL_WIDTH: Final = 132
PANEL_TOP: Final = 18
PANEL_HEIGHT: Final = 66
PANEL_FOOT: Final = 16
FIGURE_HEIGHT: Final = 12

SHARE_WIDTH: Final = 240


@dataclass(frozen=True, slots=True)
class Tile:
    """One ward's square on the tile map."""

    x: int
    y: int
    name: str
    ward: str
    href: str
    shown: Shown

    @property
    def middle(self) -> int:
        """Return the x of the tile's centre line."""
        return self.x + TILE_WIDTH // 2

    @property
    def name_line(self) -> int:
        """Return the baseline of the name."""
        return self.y + 36

    @property
    def figure_line(self) -> int:
        """Return the baseline of mark and figure."""
        return self.y + 68

    @property
    def label(self) -> str:
        """Return what a screen reader says for the tile."""
        return f"{self.ward} {self.shown.spoken}"


@dataclass(frozen=True, slots=True)
class TileMap:
    """The 24 wards on a grid of 6 × 6, neighbours beside one another."""

    width: int
    height: int
    tiles: tuple[Tile, ...]


def tile_map(
    grid: Iterable[Mapping], shown: Mapping[str, Shown], hrefs: Mapping[str, str]
) -> TileMap:
    """Lay out the wards of `fixtures/tile_grid.json`, each with its value and its link.

    A ward that has no square yet is in the tables only.
    """
    tiles = tuple(
        Tile(
            x=2 + square["col"] * (TILE_WIDTH + TILE_GAP),
            y=2 + square["row"] * (TILE_HEIGHT + TILE_GAP),
            name=square["name"].removesuffix("区") or square["name"],
            ward=square["name"],
            href=hrefs[square["slug"]],
            shown=shown[square["slug"]],
        )
        for square in sorted(grid, key=lambda square: square["order"])
        if square["slug"] in shown
    )
    return TileMap(
        width=max((tile.x for tile in tiles), default=0) + TILE_WIDTH + 2,
        height=max((tile.y for tile in tiles), default=0) + TILE_HEIGHT + 2,
        tiles=tiles,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One year of a small multiple; `value` is None where nothing is handed in."""

    x: int
    y: float
    width: int
    height: float
    value_line: float
    css: str
    year: str
    value: str
    mark: str
    is_reference_only: bool

    @property
    def middle(self) -> int:
        """Return the x of the bar's centre line."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Panel:
    """A ward's small multiple: a bar per year and the target as a dashed line."""

    ward: str
    href: str
    bars: tuple[Bar, ...]
    target_y: float
    label: str
    width: int = PANEL_WIDTH
    base: int = PANEL_TOP + PANEL_HEIGHT
    height: int = PANEL_TOP + PANEL_HEIGHT + PANEL_FOOT

    @property
    def year_line(self) -> int:
        """Return the baseline of the years."""
        return self.height - 3


@dataclass(frozen=True, slots=True)
class YearValue:
    """A value of one year, as drawn and as written."""

    year: str
    value: Decimal | None
    text: str
    shown: Shown


def panel(
    ward: str,
    href: str,
    values: Sequence[YearValue],
    *,
    target: Decimal,
    target_text: str,
    highest: Decimal,
) -> Panel:
    """Draw a ward's years on a scale from 0 to the highest value of all wards, or the target."""
    top = max(highest, target)
    slot = PANEL_WIDTH // len(values)
    width = min(30, slot - 8)

    def height_of(value: Decimal) -> float:
        return round(float(value / top) * PANEL_HEIGHT, 1) if top else 0.0

    target_y = round(PANEL_TOP + PANEL_HEIGHT - height_of(target), 1)
    bars = []
    for number, one in enumerate(values):
        height = 0.0 if one.value is None else height_of(one.value)
        top_of_bar = round(PANEL_TOP + PANEL_HEIGHT - height, 1)
        bars.append(
            Bar(
                x=number * slot + (slot - width) // 2,
                y=top_of_bar,
                width=width,
                height=height,
                value_line=_value_line(top_of_bar, target_y),
                css=one.shown.css,
                year=one.year,
                value=one.text if one.value is not None else "―",
                mark=one.shown.mark if one.value is not None else "",
                is_reference_only=one.shown.is_reference_only,
            )
        )
    spoken = "、".join(
        f"{one.year} {one.shown.word if one.value is None else f'{one.text} {one.shown.word}'}"
        for one in values
    )
    return Panel(
        ward=ward,
        href=href,
        bars=tuple(bars),
        target_y=target_y,
        label=f"{ward}：{spoken}（目標{target_text}）",
    )


def _value_line(bar_top: float, target_y: float) -> float:
    """Return the baseline of a figure above its bar, or above the target line that would cross it."""
    baseline = bar_top - 4
    crossed = baseline - FIGURE_HEIGHT < target_y < baseline + 3
    return round(target_y - 4 if crossed else baseline, 1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a share bar: how many wards are in one class."""

    x: float
    width: float
    css: str


def share_bar(counts: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    """Divide a bar among the classes in proportion to their numbers; empty when there are none."""
    total = sum(number for _, number in counts)
    segments, x = [], 0.0
    for css, number in counts:
        if not number:
            continue
        width = SHARE_WIDTH * number / total
        segments.append(Segment(round(x, 1), round(width, 1), css))
        x += width
    return tuple(segments)
