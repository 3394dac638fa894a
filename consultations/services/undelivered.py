"""A mail to a citizen that reached nobody: somebody calls instead."""

from consultations.models import Consultation, SectionPost
from consultations.services.deliveries import reply_came_back
from consultations.services.routing import CONFIGURES
from wards import clock
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.models import OutgoingMail
from wards.desk.services import notify


def call_instead(mail: OutgoingMail) -> None:
    """Open a task 「電話で連絡」 for a mail about a case that was parked or came back.

    It goes to who is in charge, else to the section's people, else to the managers; once for each
    mail. The sentence says so when there is no telephone number.
    """
    consultation = (
        Consultation.objects.with_names().filter(number=mail.about).first() if mail.about else None
    )
    if consultation is None:
        return
    reply_came_back(mail)
    for person in _who_calls(consultation):
        notify(
            person,
            key=f"undelivered:{mail.key}:{person.pk}",
            kind=NoticeKind.CALL,
            text=f"{consultation.number}の電子メールが届きませんでした。{_what_to_do(consultation)}",
            url=consultation.get_absolute_url(),
            due_on=consultation.due_on if consultation.is_open else clock.today(),
        )


def _who_calls(consultation: Consultation) -> list:
    if consultation.assignee is not None and consultation.assignee.is_active:
        return [consultation.assignee]
    posts = SectionPost.objects.in_force(clock.today()).filter(section=consultation.section)
    people = {post.person_id: post.person for post in posts.select_related("person")}
    return list(people.values()) or people_with_permission(CONFIGURES)


def _what_to_do(consultation: Consultation) -> str:
    contact = getattr(consultation, "contact", None)
    if contact is not None and contact.phone:
        return "電話で連絡してください。"
    if contact is not None and contact.address:
        return "電話番号がありません。郵便で知らせてください。"
    return "電話番号も住所もありません。メールアドレスの打ち間違いがないか確かめてください。"
