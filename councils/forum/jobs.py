"""The daily work of 区政会議: what falls due is told, and what bureaus have answered or have not."""

from typing import Final

from councils.forum.services.bureau_requests import (
    remind_of_requests,
    take_news_of_requests,
)
from councils.forum.services.opinion_reminders import remind_of_opinions
from councils.forum.services.session_reminders import remind_of_sessions
from wards.jobs import job
from wards.models import Job

REMIND: Final = "remind_forum"
# 本庁 asks for it as soon as a bureau was named, a request returned, or its answer published.
NEWS: Final = "forum_news"


@job(REMIND, "区政会議の期限の知らせ")
def remind_forum(row: Job) -> dict:
    """Tell of papers, notices, minutes, answers and requests that are due; no repetition tells twice."""
    told = {
        **remind_of_sessions(row.day),
        **remind_of_opinions(row.day),
        **remind_of_requests(row.day),
    }
    return {"rows": sum(told.values()), **told}


@job(NEWS, "局への要請・提案の知らせ")
def take_news(row: Job) -> dict:
    """Carry what became of the ward's requests into its records and notices."""
    taken = take_news_of_requests(row.day)
    return {"rows": sum(taken.values()), **taken}
