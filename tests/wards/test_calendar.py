"""開庁日, at the edges of holidays, weekends and the turn of the year."""

from datetime import date

import pytest

from wards.calendar import is_open, next_open_day, open_days_between, reason_closed


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 20), ""),
        (date(2026, 11, 21), "土曜日"),
        (date(2026, 11, 22), "日曜日"),
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 11, 24), ""),
        # 2025-02-23 is a Sunday and a holiday; the Monday after it is its substitute.
        (date(2025, 2, 24), "天皇誕生日 振替休日"),
        (date(2026, 12, 28), ""),
        (date(2026, 12, 29), "年末年始"),
        (date(2027, 1, 1), "年末年始"),
        (date(2027, 1, 3), "年末年始"),
        (date(2027, 1, 4), ""),
        # Between two holidays: 国民の休日.
        (date(2026, 9, 22), "国民の休日"),
    ],
)
def test_offices_close_on_weekends_holidays_and_at_the_turn_of_the_year(day, reason):
    assert reason_closed(day) == reason
    assert is_open(day) is (reason == "")


def test_open_days_are_counted_after_the_first_and_up_to_the_last_day():
    assert open_days_between(date(2026, 11, 20), date(2026, 11, 24)) == 1
    assert open_days_between(date(2026, 11, 24), date(2026, 11, 24)) == 0
    assert open_days_between(date(2026, 11, 25), date(2026, 11, 24)) == 0


def test_the_next_open_day_after_the_turn_of_the_year_is_the_fourth():
    assert next_open_day(date(2026, 12, 29)) == date(2027, 1, 4)
    assert next_open_day(date(2026, 12, 28)) == date(2026, 12, 28)
