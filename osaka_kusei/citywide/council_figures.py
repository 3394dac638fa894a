"""地域活動協議会 in figures: what is counted of each ward on a day, and how it adds up. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from osaka_kusei.citywide.report_rows import added_up


@dataclass(frozen=True, slots=True)
class CouncilFigures:
    """What there is in a ward, or in all of them, on a day; sums of aid are those of its fiscal year."""

    areas: int = 0
    certified: int = 0
    correcting: int = 0
    applying: int = 0
    preparing: int = 0
    confirmations_overdue: int = 0
    filings_required: int = 0
    filings_accepted: int = 0
    filings_late: int = 0
    operating_yen: int = 0
    area_grant_yen: int = 0
    project_yen: int = 0
    subsidy_yen: int = 0
    samples: int = 0

    @property
    def formation_rate(self) -> Decimal | None:
        """Return the share of areas with a certified council in percent; None for no area."""
        return _share(self.certified, self.areas)

    @property
    def filing_rate(self) -> Decimal | None:
        """Return the share of required papers that are accepted in percent; None where none is."""
        return _share(self.filings_accepted, self.filings_required)

    @property
    def aid_yen(self) -> int:
        """Return all aid that was decided in the fiscal year."""
        return self.operating_yen + self.area_grant_yen + self.project_yen + self.subsidy_yen


def _share(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def total_of(rows: Iterable[CouncilFigures]) -> CouncilFigures:
    """Add up the figures of wards."""
    return added_up(CouncilFigures, rows)


@dataclass(frozen=True, slots=True)
class AidRow:
    """Aid of one ward, fiscal year and kind: applications decided, and yen decided and settled."""

    slug: str
    fiscal_year: int
    kind: str
    count: int
    decided_yen: int
    settled_yen: int
