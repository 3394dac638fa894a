"""Searching columns for words, in the width that was typed or folded to the other."""

import unicodedata
from collections.abc import Collection
from typing import Final

from django.db.models import Q

# Each word is looked for in every place: a page of words would be a page of conditions.
MOST_WORDS: Final = 5


def words_of(given: str) -> list[str]:
    """Return the first words of what somebody typed."""
    return given.split()[:MOST_WORDS]


def containing(word: str, places: Collection[str]) -> Q:
    """Return the condition that a word stands in one of the columns, as typed or folded (NFKC)."""
    spellings = {word, unicodedata.normalize("NFKC", word)}
    found = Q()
    for place in places:
        for spelling in spellings:
            found |= Q(**{f"{place}__icontains": spelling})
    return found


def containing_all(given: str, places: Collection[str]) -> Q:
    """Return the condition that each of the words stands in one of the columns."""
    found = Q()
    for word in words_of(given):
        found &= containing(word, places)
    return found
