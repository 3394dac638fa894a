"""What the templates of the staff screens say in Japanese ways: 年度, 和暦 and badges."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from wards.badges import badge
from wards.fiscal_year import fiscal_year_label
from wards.wareki import wareki, wareki_minute

register = template.Library()

register.simple_tag(badge, name="badge")


@register.filter
def nendo(fiscal_year: int) -> str:
    """Write a fiscal year as 「平成28年度」."""
    return fiscal_year_label(int(fiscal_year))


@register.filter
def moment(at: datetime | date | None) -> str:
    """Write a moment as 「令和8年11月21日 02:10」 in Osaka's time, a day without the hour."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return wareki(at)
    return wareki_minute(timezone.localtime(at))


@register.filter
def chosen_choice(choices) -> str:
    """Return the words of the selected choice of a filter of a list."""
    return next((str(choice["display"]) for choice in choices if choice["selected"]), "")


@register.filter
def choices_of(spec, cl) -> list[dict]:
    """Return the choices of a filter of a list, for a template that asks for them twice."""
    return list(spec.choices(cl))
