"""Words and addresses that every page of the portal needs."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from wards import languages
from wards.addresses import address_at
from wards.fiscal_year import fiscal_year_label
from wards.spoken_days import day_in
from wards.text import is_nobodys_number
from wards.wareki import wareki, wareki_minute

register = template.Library()


@register.filter
def fiscal_year(year: int) -> str:
    """Write a fiscal year as 平成28年度."""
    return fiscal_year_label(year)


@register.filter
def wareki_day(moment) -> str:
    """Write the day of a moment, or a date, as 令和8年11月21日."""
    if not moment:
        return ""
    return wareki(timezone.localtime(moment).date() if hasattr(moment, "hour") else moment)


@register.filter
def wareki_moment(moment) -> str:
    """Write a moment as 令和8年11月21日 02:10, in Osaka's time."""
    if not moment:
        return ""
    return wareki_minute(timezone.localtime(moment))


@register.filter
def spoken_day(day) -> str:
    """Write a day with its weekday, in the language of the page."""
    return day_in(get_language() or "ja", day) if day else ""


@register.simple_tag(takes_context=True)
def address(context, slug: str, path: str = "/") -> str:
    """Return the address of a path on a ward's host."""
    return address_at(context["request"], slug, path)


@register.simple_tag
def phone(number: str) -> str:
    """Return a number to press; one that is nobody's, as in sample data, cannot be pressed."""
    if not number:
        return ""
    if not is_nobodys_number(number):
        return format_html('<a class="phone" href="tel:{0}">{0}</a>', number)
    told = gettext("（見本の番号です。かかりません）")
    return format_html('<span class="phone">{}</span> <small>{}</small>', number, told)


@register.simple_tag
def page_language() -> str:
    """Return the language of the page for `<html lang>`: ja, ja-Hira, zh-Hans."""
    return languages.language_tag(get_language() or "ja")


@register.filter
def office_name(ward) -> str:
    """Return the office's name in the language of the page."""
    return languages.office_name(ward)


@register.simple_tag(takes_context=True)
def languages_to_choose(context) -> list[languages.Choice]:
    """List the languages of the switcher."""
    return languages.choices(context["request"])
