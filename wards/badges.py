"""Badges of the staff screens: a state is told by its mark and its word, never by colour alone."""

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString


def badge(text: str, tone: str, mark: str = "") -> SafeString:
    """Return a badge; `tone` is good, warn, bad, info or plain, `mark` a sign before the word."""
    if not mark:
        return format_html('<span class="badge badge-{}">{}</span>', tone, text)
    return format_html(
        '<span class="badge badge-{}"><span class="badge-mark" aria-hidden="true">{}</span>{}</span>',
        tone,
        mark,
        text,
    )


def badge_of(value, looks: Mapping) -> SafeString:
    """Return the badge of a value of a fixed list; `looks` has tone and mark of each."""
    return badge(value.label, *looks[value])
