"""What higher apps add to a 地域カルテ: a lower app does not reach up, so they register here."""

from collections.abc import Callable

# Takes request and area, returns a template and its context, or None.
Section = Callable[..., tuple[str, dict] | None]
_sections: list[Section] = []


def add_section(section: Section) -> Section:
    """Put a section of a higher app on every 地域カルテ; usable as a decorator."""
    _sections.append(section)
    return section


def sections_of(request, area) -> list[dict]:
    """Return the sections that this person may see."""
    shown = filter(None, (section(request, area) for section in _sections))
    return [{"template": template, "context": context} for template, context in shown]
