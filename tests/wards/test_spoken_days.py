"""Days with their weekday in each language, and when somebody is at the office."""

from datetime import date, datetime

import pytest

from wards.office_hours import Closed, closed_at
from wards.spoken_days import day_in

WEDNESDAY = date(2026, 12, 9)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ja", "令和8年12月9日（水）"),
        ("ja-hira", "2026ねん 12がつ 9にち（すいようび）"),
        ("en", "Wednesday, 9 December 2026"),
        ("zh-hans", "2026年12月9日（星期三）"),
        ("zh-hant", "2026年12月9日（星期三）"),
        ("ko", "2026년 12월 9일(수)"),
        ("vi", "Thứ Tư, ngày 9 tháng 12 năm 2026"),
        ("fr", "令和8年12月9日（水）"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(language, written):
    assert day_in(language, WEDNESDAY) == written


def test_sunday_is_the_last_day_of_the_week_in_every_language():
    sunday = date(2026, 12, 13)

    assert day_in("ja", sunday).endswith("（日）")
    assert day_in("en", sunday).startswith("Sunday")
    assert day_in("vi", sunday).startswith("Chủ Nhật")


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        ("2026-11-25 08:59", Closed(all_day=False, opens_on=date(2026, 11, 25))),
        ("2026-11-25 09:00", None),
        ("2026-11-25 17:29", None),
        ("2026-11-25 17:30", Closed(all_day=False, opens_on=date(2026, 11, 26))),
        ("2026-11-20 18:00", Closed(all_day=False, opens_on=date(2026, 11, 24))),
        ("2026-11-21 12:00", Closed(all_day=True, opens_on=date(2026, 11, 24))),
        ("2026-12-31 12:00", Closed(all_day=True, opens_on=date(2027, 1, 4))),
    ],
)
def test_an_office_that_is_closed_says_when_it_opens(moment, closed):
    assert closed_at(datetime.fromisoformat(moment)) == closed
