"""A day as readers of each language write it, always with its weekday. Pure.

Japanese pages write 和暦; the others write the Western year, which stands on residents' papers too.
"""

from datetime import date
from typing import Final

from wards.wareki import wareki

# Monday first, as `date.weekday` counts.
_WEEKDAYS: Final = {
    "ja": "月 火 水 木 金 土 日",
    "ja-hira": "げつようび かようび すいようび もくようび きんようび どようび にちようび",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "zh-hans": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    "zh-hant": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    "ko": "월 화 수 목 금 토 일",
    "vi": "Thứ_Hai Thứ_Ba Thứ_Tư Thứ_Năm Thứ_Sáu Thứ_Bảy Chủ_Nhật",
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PATTERNS: Final = {
    "ja": "{wareki}（{weekday}）",
    "ja-hira": "{year}ねん {month}がつ {day}にち（{weekday}）",
    "en": "{weekday}, {day} {month_name} {year}",
    "zh-hans": "{year}年{month}月{day}日（{weekday}）",
    "zh-hant": "{year}年{month}月{day}日（{weekday}）",
    "ko": "{year}년 {month}월 {day}일({weekday})",
    "vi": "{weekday}, ngày {day} tháng {month} năm {year}",
}


def day_in(language: str, day: date) -> str:
    """Write a day in a language: 令和8年12月9日（水）, Wednesday, 9 December 2026."""
    if language not in _PATTERNS:
        language = "ja"
    weekday = _WEEKDAYS[language].split()[day.weekday()].replace("_", " ")
    return _PATTERNS[language].format(
        wareki=wareki(day),
        weekday=weekday,
        year=day.year,
        month=day.month,
        month_name=_MONTHS[day.month - 1],
        day=day.day,
    )
