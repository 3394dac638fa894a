"""What follows when a mail reaches nobody: higher apps say it, the desk calls them.

`consultations` opens a task 「電話で連絡」 that way, and the desk knows nothing of it.
"""

from collections.abc import Callable

from wards.desk.models import OutgoingMail

FollowUp = Callable[[OutgoingMail], None]
_follow_ups: list[FollowUp] = []


def when_undelivered(follow_up: FollowUp) -> FollowUp:
    """Register what to do with a mail that was parked or came back; usable as a decorator.

    It runs inside the ward, in the transaction that parks the mail; `mail.key` and `mail.about` say
    what it was about, `mail.bounced_at` whether it came back. A mail may be parked again after a
    resend, so it must be idempotent by the mail's key.
    """
    if follow_up not in _follow_ups:
        _follow_ups.append(follow_up)
    return follow_up


def follow_up_undelivered(mail: OutgoingMail) -> None:
    """Do everything that is registered; the first failure is raised."""
    for follow_up in _follow_ups:
        follow_up(mail)
