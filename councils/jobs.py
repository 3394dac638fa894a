"""The daily work of 地域活動協議会: papers of the year put on the list, due days told."""

from typing import Final

from councils.services.filings import open_this_years_filings
from councils.services.reminders import remind_of_councils
from councils.services.roster_files import forget_old
from wards.jobs import job
from wards.models import Job

REMIND: Final = "remind_councils"


@job(REMIND, "地域活動協議会の期限の知らせ")
def remind_councils(row: Job) -> dict:
    """Put this year's papers of every certified council on the list, and tell of what falls due."""
    forget_old()
    opened = open_this_years_filings(row.day)
    told = remind_of_councils(row.day)
    return {"rows": opened + sum(told.values()), "opened": opened, **told}
