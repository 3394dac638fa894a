"""Cells as the published tables print them."""

from django import template

register = template.Library()


@register.filter
def printed(cell: int | None, in_brackets: bool = False) -> str:
    """Write a count: 1,234, （24） for an indicator in brackets, ― where there is none."""
    if cell is None:
        return "―"
    return f"（{cell:,}）" if in_brackets else f"{cell:,}"


@register.filter
def difference(cell: int | None, in_brackets: bool = False) -> str:
    """Write a difference: ▲ 152 for minus."""
    if cell is None:
        return "―"
    text = f"▲ {-cell:,}" if cell < 0 else f"{cell:,}"
    return f"（{text}）" if in_brackets else text
