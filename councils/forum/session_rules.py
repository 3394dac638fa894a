"""会議: its state, quorum, what falls due around it, and the days until its minutes. Pure.

Sources (DOMAIN 3.2): at least two sessions a fiscal year; observers by quota, the desk opens 30
minutes before; how many members make a quorum is for the ward's 要綱. That somebody is reminded 3
and 7 days after a session is the portal's own rule; the target of publication is the ward's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from councils.forum.choices import SessionState

FIRST_REMINDER = 3
SECOND_REMINDER = 7


class MinutesStep(IntEnum):
    """Who is told that minutes are missing: nobody, the writers, the writers again, the manager."""

    NONE = 0
    WRITERS = 1
    WRITERS_AGAIN = 2
    HEAD = 3


def session_state(
    *, announced: bool, ended: bool, minutes_published: bool, cancelled: bool
) -> SessionState:
    """Return how a session stands."""
    if cancelled:
        return SessionState.CANCELLED
    if minutes_published:
        return SessionState.DONE
    if ended:
        return SessionState.MINUTES
    return SessionState.ANNOUNCED if announced else SessionState.PREPARING


def quorum(members: int, percent: int) -> int:
    """Return how many members have to attend: half of 15 is 8, and never nobody."""
    return max(1, -(-members * percent // 100))


def has_quorum(attending: int, members: int, percent: int) -> bool:
    """Say whether enough members attend; advisers and the city's people are not among them."""
    return attending >= quorum(members, percent)


def days_since(ended_on: date, day: date) -> int:
    """Return the days since a session, of which the day itself is none."""
    return (day - ended_on).days


def minutes_due_on(ended_on: date, target_days: int) -> date:
    """Return the day by which the ward wants the minutes published."""
    return ended_on + timedelta(days=target_days)


def minutes_step(ended_on: date, day: date, target_days: int) -> MinutesStep:
    """Return who has to be told on a day that minutes are not published: +3, +7, and past the target."""
    passed = days_since(ended_on, day)
    if passed > max(target_days, SECOND_REMINDER):
        return MinutesStep.HEAD
    if passed >= SECOND_REMINDER:
        return MinutesStep.WRITERS_AGAIN
    return MinutesStep.WRITERS if passed >= FIRST_REMINDER else MinutesStep.NONE


def papers_due_on(starts_on: date, papers_days: int) -> date:
    """Return the day by which the papers go to the members (資料送付日)."""
    return starts_on - timedelta(days=papers_days)


def notice_due_on(starts_on: date, notice_days: int) -> date:
    """Return the day by which a session is made known."""
    return starts_on - timedelta(days=notice_days)


@dataclass(frozen=True, slots=True)
class Attended:
    """How many attend of how many in office."""

    members: int
    attending: int
    percent: int

    @property
    def needed(self) -> int:
        """Return the quorum."""
        return quorum(self.members, self.percent)

    @property
    def is_enough(self) -> bool:
        """Say whether the quorum is met."""
        return self.attending >= self.needed

    @property
    def needed_in_words(self) -> str:
        """Say how many make the quorum, before anybody attends."""
        return f"委員{self.members}人のうち{self.needed}人の出席で、定足数を満たします。"

    @property
    def words(self) -> str:
        """Say it as the page does."""
        met = "満たしています" if self.is_enough else "満たしていません"
        return (
            f"委員{self.members}人のうち{self.attending}人が出席。"
            f"定足数（{self.needed}人）を{met}。"
        )
