"""What the staff screens show beside words: badges, and the choices of a list's filters."""

from django import template

from wards.badges import badge

register = template.Library()

register.simple_tag(badge, name="badge")


@register.filter
def chosen_choice(choices) -> str:
    """Return the words of the selected choice of a filter of a list."""
    return next((str(choice["display"]) for choice in choices if choice["selected"]), "")


@register.filter
def choices_of(spec, cl) -> list[dict]:
    """Return the choices of a filter of a list, for a template that asks for them twice."""
    return list(spec.choices(cl))
