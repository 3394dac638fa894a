from councils.forum.models.edition import ForumEdition
from councils.forum.models.evaluation import EvaluationItem, EvaluationSheet, MemberEvaluation
from councils.forum.models.gathering import Gathering
from councils.forum.models.opinion import (
    ForumEntry,
    Measure,
    Opinion,
    Response,
    ResponsePublication,
)
from councils.forum.models.practice import ForumPractice
from councils.forum.models.recruitment import MemberApplication, MemberCall, ScreeningScore
from councils.forum.models.session import (
    AgendaItem,
    Attendance,
    ForumSession,
    Minutes,
    Observer,
    SessionPaper,
)
from councils.forum.models.term import (
    Adviser,
    ForumMember,
    ForumOffice,
    ForumTerm,
    MemberAnnouncement,
    Subcommittee,
    SubcommitteeSeat,
)

__all__ = [
    "Adviser",
    "AgendaItem",
    "Attendance",
    "EvaluationItem",
    "EvaluationSheet",
    "ForumEdition",
    "ForumEntry",
    "ForumMember",
    "ForumOffice",
    "ForumPractice",
    "ForumSession",
    "ForumTerm",
    "Gathering",
    "Measure",
    "MemberAnnouncement",
    "MemberApplication",
    "MemberCall",
    "MemberEvaluation",
    "Minutes",
    "Observer",
    "Opinion",
    "Response",
    "ResponsePublication",
    "ScreeningScore",
    "SessionPaper",
    "Subcommittee",
    "SubcommitteeSeat",
]
