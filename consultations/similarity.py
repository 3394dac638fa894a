"""Which open cases say the same: shared pairs of letters, no extension of the database. Pure."""

from collections.abc import Iterable
from typing import Final

from wards.text import search_key

# Below this two texts share only the words that every complaint has.
ALIKE: Final = 0.3
MOST_SHOWN: Final = 5


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of a text, folded: Japanese has no spaces to cut at."""
    key = "".join(sign for sign in search_key(text) if sign.isalnum())
    return frozenset(key[i : i + 2] for i in range(len(key) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of pairs in common, 0 to 1 (Dice): the same text is 1."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def most_alike(
    text: str, others: Iterable[tuple[int, str]], *, at_least: float = ALIKE
) -> list[tuple[int, float]]:
    """Return numbers and likeness of the texts most alike, the best first, at most five."""
    pairs = pairs_of(text)
    scored = ((number, likeness(pairs, pairs_of(other))) for number, other in others)
    alike = [(number, score) for number, score in scored if score >= at_least]
    return sorted(alike, key=lambda pair: (-pair[1], pair[0]))[:MOST_SHOWN]
