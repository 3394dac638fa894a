"""How many were newly created in a year, and the 成果指標 that count them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction

from kpis.choices import EntryState
from kpis.entry_states import reasons_not_to_edit
from kpis.models import Result
from kpis.services import enter_result
from socialbiz.models import CommissionedProject, Venture
from wards.access import may
from wards.typed import refuse

MAY_ENTER: Final = "kpis.change_result"
# 成果指標1-3: (b) newly created CB/SB, (c) newly created 社会的ビジネス; other years' are not counted.
COUNTED_BY: Final[Mapping[str, type]] = {"1-3-b": Venture, "1-3-c": CommissionedProject}
NO_RESULT: Final = "この年度の成果指標に、CB/SBと社会的ビジネスの件数はありません。"


@dataclass(frozen=True, slots=True)
class Count:
    """What the register counts for a 成果指標 in a year, and what stands as its 実績."""

    code: str
    indicator: str
    counted: int
    result: Result

    @property
    def entered(self) -> Decimal | None:
        """Return the 実績 as it was entered."""
        return self.result.actual

    @property
    def is_entered(self) -> bool:
        """Say whether the 実績 says what the register says."""
        return self.result.actual == self.counted

    @property
    def reasons_not_to_enter(self) -> list[str]:
        """List why the count cannot be entered now."""
        return [] if self.is_entered else reasons_not_to_edit(EntryState(self.result.state))


def counted(fiscal_year: int) -> dict[str, int]:
    """Return by 成果指標 how many were newly created in a fiscal year."""
    return {
        code: model.objects.newly_created(fiscal_year, fiscal_year).count()
        for code, model in COUNTED_BY.items()
    }


def results_of(fiscal_year: int):
    """Return the results that the counts of a year belong to; none where nobody asks for them."""
    results = Result.objects.for_fiscal_year(fiscal_year).filter(indicator__code__in=COUNTED_BY)
    return results.select_related("indicator")


def counts_of(fiscal_year: int, results=None) -> list[Count]:
    """Return the counts of a year with their results, or with these rows of them."""
    numbers = counted(fiscal_year)
    return [
        Count(one.indicator.code, str(one.indicator), numbers[one.indicator.code], one)
        for one in (results_of(fiscal_year) if results is None else results)
    ]


def reasons_not_to_enter(counts: Iterable[Count]) -> list[str]:
    """List why the counts of a year cannot be entered now, each with its 成果指標."""
    return [f"{one.indicator}：{reason}" for one in counts for reason in one.reasons_not_to_enter]


@transaction.atomic
def enter_counts(fiscal_year: int, *, actor) -> int:
    """Enter the counts of a year as 実績, both or none; return how many changed.

    Raises ValidationError with every reason, such as that a result was handed in.
    """
    may(actor, MAY_ENTER)
    counts = counts_of(fiscal_year, results_of(fiscal_year).select_for_update(of=("self",)))
    if not counts:
        refuse([NO_RESULT])
    refuse(reasons_not_to_enter(counts))
    return sum(
        enter_result(one.result, actor=actor, actual=Decimal(one.counted))
        for one in counts
        if not one.is_entered
    )
