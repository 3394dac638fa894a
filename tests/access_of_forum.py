"""Who gets which answer on the pages of 区政会議 in a ward: rows of tests/test_access.py."""

from .access_of_forum_members import (
    forum_member_things,
    of_forum_members,
    of_public_calls,
)
from .access_of_forum_opinions import forum_opinions_things, of_forum_opinions
from .access_of_forum_public import forum_public_things, of_forum_public
from .access_of_forum_sessions import forum_session_things, of_forum_sessions


def of_the_forum(row, of_a_model, public, staff: str) -> list:
    """Return the rows; `row`, `of_a_model` and `public` are those of the table."""
    return [
        *of_forum_members(row, of_a_model, staff),
        *of_public_calls(public),
        *of_forum_sessions(row, of_a_model, staff),
        *of_forum_opinions(row, of_a_model, staff),
        *of_forum_public(row, of_a_model, staff),
    ]


def forum_things(officer, manager, mayor) -> dict[str, object]:
    """Make what the addresses name in the ward served; return the numbers."""
    people = (officer, manager, mayor)
    # The first makes the term in which the others act.
    return {
        **forum_member_things(*people),
        **forum_session_things(*people),
        **forum_opinions_things(*people),
        **forum_public_things(*people),
    }
