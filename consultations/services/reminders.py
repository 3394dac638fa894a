"""The clock at work: reminders before the due day, and the ladder 主査 → 課長 → 区長室 after it."""

from collections.abc import Iterable
from datetime import date

from consultations.choices import SectionPostKind
from consultations.models import Consultation, Section, SectionPost
from wards.access import people_with_permission
from wards.deadlines import TOLD, Escalation, escalation, is_due_soon
from wards.desk.choices import NoticeKind
from wards.desk.services import notify


def _people_by_post(day: date) -> dict[tuple[int, str], list]:
    people: dict[tuple[int, str], list] = {}
    for post in SectionPost.objects.in_force(day).select_related("person"):
        people.setdefault((post.section_id, post.post), []).append(post.person)
    return people


def remind_of_due_days(day: date) -> dict[str, int]:
    """Tell whoever has to act today about open cases: due soon, and late, each step once.

    Returns how many cases were near their day, and how many told 主査, 課長 and 区長室. Where a post
    is vacant the next one up is told, at last everybody who may decide an answer.
    """
    people = _people_by_post(day)
    mayors_office = Section.objects.mayors_office()
    deciders = people_with_permission("consultations.approve_reply")
    done = {"due_soon": 0, "chief": 0, "head": 0, "mayors_office": 0}
    cases = Consultation.objects.open().select_related("deadline_rule", "assignee", "section")
    for case in cases.iterator(chunk_size=1000):
        rule = case.deadline_rule.clock
        if is_due_soon(case.due_on, day, rule):
            _tell(
                [case.assignee] if case.assignee else _staff_of(case, people),
                case,
                f"due:{case.pk}",
                NoticeKind.DUE_SOON,
                f"{case.number}の期限が近づいています。",
            )
            done["due_soon"] += 1
        step = escalation(case.due_on, day, rule)
        for level in range(1, step + 1):
            told = Escalation(level)
            _tell(
                _who_is_told(told, case, people, mayors_office, deciders),
                case,
                f"late:{case.pk}:{level}",
                NoticeKind.ESCALATED,
                f"{case.number}が期限の日になっても終わっていません（{TOLD[told]}への知らせ）。",
            )
        if step:
            done[step.name.lower()] += 1
    return done


def _staff_of(case: Consultation, people) -> list:
    return [
        person
        for post in SectionPostKind.values
        for person in people.get((case.section_id, post), [])
    ]


def _who_is_told(level: Escalation, case, people, mayors_office, deciders) -> list:
    section = case.section_id
    if level == Escalation.CHIEF:
        chiefs = people.get((section, SectionPostKind.CHIEF), [])
        return chiefs or people.get((section, SectionPostKind.HEAD), []) or deciders
    if level == Escalation.HEAD:
        return people.get((section, SectionPostKind.HEAD), []) or deciders
    if mayors_office is None:
        return deciders
    return [
        person
        for post in SectionPostKind.values
        for person in people.get((mayors_office.pk, post), [])
    ] or deciders


def _tell(persons: Iterable, case: Consultation, key: str, kind: NoticeKind, text: str) -> None:
    for person in persons:
        notify(
            person,
            key=f"{key}:{case.due_on}:{person.pk}",
            kind=kind,
            text=text,
            url=case.get_absolute_url(),
            due_on=case.due_on,
        )
