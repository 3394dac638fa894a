"""How long a case is kept, and when it is due for disposal. Pure.

The city keeps documents in six classes, 30, 10, 5, 3 and 1 year and less than one, set per 簿冊
(大阪市 公文書の保存期間). Years are counted from 1 April after the fiscal year in which a case ended.
"""

from datetime import date

from wards.fiscal_year import first_day, fiscal_year_of


def disposal_due_on(closed_on: date, years: int) -> date:
    """Return the first day on which a case may be disposed of.

    Closed on 2027-03-31 (令和8年度) with 3 years: kept through 2030-03-31, due on 2030-04-01. Zero
    years is 「1年未満」: due on 1 April after the fiscal year of closing.
    """
    return first_day(fiscal_year_of(closed_on) + 1 + years)


def closed_before(as_of: date, years: int) -> date:
    """Return the day before which a case must have ended to be due on a day.

    The other way round of `disposal_due_on`: on 2030-04-01, with 3 years, ended before 2027-04-01.
    """
    return first_day(fiscal_year_of(as_of) - years)


def reasons_not_to_dispose(
    *, closed_on: date | None, years: int, legal_hold: str, as_of: date, has_open_companion: bool
) -> list[str]:
    """List why a case may not be disposed of on a day; empty means that it may.

    `has_open_companion`: a case that follows it, or was bundled with it, has not ended.
    """
    if closed_on is None:
        return ["対応が終わっていません。"]
    reasons = []
    if legal_hold:
        reasons.append(f"保存の指定があります（{legal_hold}）。")
    if as_of < disposal_due_on(closed_on, years):
        reasons.append("保存期間が終わっていません。")
    if has_open_companion:
        reasons.append("続きの案件が終わっていません。")
    return reasons
