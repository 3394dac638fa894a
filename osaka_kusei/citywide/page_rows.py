"""The lines and cells that the city's pages print: plain, frozen, already put into words."""

from dataclasses import dataclass

from kpis.presentation import Shown
from osaka_kusei.citywide import charts
from osaka_kusei.citywide.report_rows import (
    IndicatorFacts,
    Table2Row,
    WardFacts,
)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A ward's value of one indicator in the heat map."""

    shown: Shown
    href: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A ward's line of the heat map, with how many of its counted indicators are on track."""

    ward: WardFacts
    href: str
    cells: tuple[HeatCell, ...]
    on_track: int
    counted: int


@dataclass(frozen=True, slots=True)
class IndicatorSummary:
    """An indicator over the wards: its line of 表2 as a bar and in words."""

    indicator: IndicatorFacts
    line: Table2Row
    in_brackets: bool
    segments: tuple[charts.Segment, ...]

    @property
    def merely_on_track(self) -> int:
        """Return how many are on track without being achieved."""
        return (self.line.on_track or 0) - (self.line.achieved or 0)


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """Wards that share a judgement, named in words beside the map."""

    word: str
    wards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardLine:
    """A ward's line on the page of an indicator."""

    ward: str
    href: str
    value: str
    respondents: int | None
    shown: Shown
    implementation: str
    before: str
    before_shown: Shown
