"""運営助成, 地域交付金, 事業助成, 補助金: which council may get which in which year. Pure."""

from collections.abc import Collection
from decimal import Decimal

from councils.choices import CouncilState, SupportKind
from wards.fiscal_year import fiscal_year_label

HELD_BY = {
    SupportKind.OPERATING_AID: (CouncilState.CERTIFIED, CouncilState.CORRECTING),
    # 「協議会の形成に向けて取り組む準備的な組織への地域交付金の交付」(事項1-④ ア(イ))
    SupportKind.AREA_GRANT: (
        CouncilState.CERTIFIED,
        CouncilState.CORRECTING,
        CouncilState.PREPARATORY,
        CouncilState.APPLYING,
    ),
    SupportKind.PROJECT_AID: (CouncilState.CERTIFIED, CouncilState.CORRECTING),
    SupportKind.SUBSIDY: (CouncilState.CERTIFIED, CouncilState.CORRECTING),
}
# 運営助成と地域交付金は平成23年度から、事業助成は平成24年度から(事項1-① イ)。
FIRST_YEAR = {
    SupportKind.OPERATING_AID: 2011,
    SupportKind.AREA_GRANT: 2011,
    SupportKind.PROJECT_AID: 2012,
}


def operating_aid_years(formed_in: int, *, years: int, counts_formation_year: bool) -> range:
    """Return the fiscal years of 運営助成: 「形成から3カ年度間」(事項1-① イ(ア)).

    Whether the year of formation counts is the ward's setting; the source is silent.
    """
    first = formed_in if counts_formation_year else formed_in + 1
    return range(first, first + years)


def reasons_not_to_support(
    kind: str, *, fiscal_year: int, state: str, aid_years: Collection[int]
) -> list[str]:
    """List why a council gets no such support in a year; empty means that it may apply.

    `aid_years` are those of 運営助成; empty before the council is formed.
    """
    asked = SupportKind(kind)
    reasons = []
    if state not in HELD_BY[asked]:
        reasons.append(
            f"状態が「{CouncilState(state).label}」の組織は、{asked.label}の対象になりません。"
        )
    first = FIRST_YEAR.get(asked)
    if first is not None and fiscal_year < first:
        reasons.append(f"{asked.label}は{fiscal_year_label(first)}からの制度です。")
    if asked == SupportKind.OPERATING_AID and aid_years and fiscal_year not in aid_years:
        known = sorted(aid_years)
        reasons.append(
            f"運営助成は形成から{len(known)}カ年度間（{fiscal_year_label(known[0])}から"
            f"{fiscal_year_label(known[-1])}まで）です。{fiscal_year_label(fiscal_year)}は対象になりません。"
        )
    return reasons


def most_by_rate(eligible_yen: int, percent: Decimal) -> int:
    """Return the most that a rate allows, in yen; fractions of a yen are cut off."""
    return int(Decimal(eligible_yen) * percent / 100)


def reasons_against_sums(
    *,
    eligible_yen: int | None,
    percent: Decimal | None,
    decided_yen: int | None,
    paid_yen: int | None,
    settled_yen: int | None,
) -> list[str]:
    """List what is wrong between the sums of one support, in yen."""
    reasons = []
    if eligible_yen is not None and percent is not None and decided_yen is not None:
        most = most_by_rate(eligible_yen, percent)
        if decided_yen > most:
            reasons.append(
                f"交付決定額が、対象経費{eligible_yen:,}円の{percent.normalize():f}％（{most:,}円）を超えています。"
            )
    if paid_yen and decided_yen is not None and paid_yen > decided_yen:
        reasons.append("支払額が交付決定額を超えています。")
    if settled_yen is not None and decided_yen is not None and settled_yen > decided_yen:
        reasons.append("確定額が交付決定額を超えています。")
    return reasons


def to_return(paid_yen: int, settled_yen: int) -> int:
    """Return what a council pays back, in yen: paid beyond the settled sum."""
    return max(paid_yen - settled_yen, 0)
