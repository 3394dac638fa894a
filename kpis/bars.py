"""A progress bar's geometry: 0 to 150 ％, a line at the year's threshold and one at the target."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

WIDTH: Final = 360
FULL: Final = Decimal(150)


def _x(percent: Decimal) -> float:
    return round(float(min(percent, FULL) / FULL) * WIDTH, 1)


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """Where the bar ends and where its two lines stand; labels never cover one another."""

    filled: float
    overflows: bool
    threshold_x: float | None
    target_x: float
    threshold: Decimal | None
    width: int = WIDTH

    @property
    def lines_coincide(self) -> bool:
        """Say whether threshold and target are one line, as in the policy's last year."""
        return self.threshold_x is not None and abs(self.threshold_x - self.target_x) < 1


def progress_bar(rate: Decimal, threshold: Decimal | None) -> ProgressBar:
    """Lay out the bar of a 進捗率 in percent."""
    return ProgressBar(
        filled=_x(rate),
        overflows=rate > FULL,
        threshold_x=None if threshold is None else _x(threshold),
        target_x=_x(Decimal(100)),
        threshold=threshold,
    )
