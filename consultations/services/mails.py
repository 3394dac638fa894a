"""Mails to citizens: each is an outbox row of the transaction whose fact it tells.

They are written in the language in which the citizen wrote; the answer itself is the officer's text.
"""

from datetime import date

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from consultations.choices import ReplyBy, ReplyKind
from consultations.models import Consultation, Reply
from wards.addresses import absolute_address
from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.desk.relay import mail_is_set_up
from wards.desk.services import post_mail
from wards.languages import office_name
from wards.wareki import wareki


def _day(day: date) -> str:
    """Write a day as the reader of the mail's language does; 和暦 is for those who read Japanese."""
    japanese = (translation.get_language() or "ja").startswith("ja")
    return wareki(day) if japanese else day.isoformat()


def _look_up() -> str:
    return absolute_address(connection.tenant, "/consultations/track/")


def _with_signature(*paragraphs: str) -> str:
    signature = f"{office_name(connection.tenant)}\n{gettext('（このメールには返信できません）')}"
    return "\n\n".join([*paragraphs, signature])


def _number_line(consultation: Consultation) -> str:
    return gettext("受付番号：%(number)s") % {"number": consultation.number}


def _section_line(consultation: Consultation) -> str:
    section = consultation.section
    name = f"{section.name} {section.phone}".strip()
    return gettext("担当：%(section)s") % {"section": name}


def _receipt_key(consultation: Consultation) -> str:
    return f"receipt:{consultation.number}"


def state_of_receipt_mail(consultation: Consultation) -> str:
    """Return where the acknowledgement stands; "" where none was asked for, or none can leave."""
    mails = OutgoingMail.objects.filter(key=_receipt_key(consultation))
    state = mails.values_list("state", flat=True).first() or ""
    return "" if state == MailState.WAITING and not mail_is_set_up() else state


def post_receipt_mail(consultation: Consultation) -> None:
    """Acknowledge a case by mail where an address was given; the 合言葉 stands on the screen only."""
    contact = getattr(consultation, "contact", None)
    if contact is None or not contact.email:
        return
    with translation.override(consultation.language):
        due = gettext("%(day)sまでに回答します。") % {"day": _day(consultation.due_on)}
        subject = gettext("受け付けました（受付番号 %(number)s）") % {"number": consultation.number}
        body = _with_signature(
            gettext("相談・要望を受け付けました。"),
            f"{_number_line(consultation)}\n{_section_line(consultation)}\n{due}",
            gettext(
                "対応の状況は、受付番号と合言葉（送信した後の画面に出たもの）で確かめられます。"
            )
            + f"\n{_look_up()}",
        )
    post_mail(
        key=_receipt_key(consultation),
        to=contact.email,
        subject=subject,
        body=body,
        about=consultation.number,
    )


def post_reply_mail(reply: Reply) -> bool:
    """Mail an answer where the citizen chose mail; return False when it must also go another way.

    The text goes into the mail only when the citizen agreed; without that the mail only says that
    the office will call.
    """
    consultation = reply.consultation
    contact = getattr(consultation, "contact", None)
    if contact is None or contact.reply_by != ReplyBy.EMAIL or not contact.email:
        return False
    is_interim = reply.kind == ReplyKind.INTERIM
    with translation.override(consultation.language):
        subject = (
            gettext("途中の経過のお知らせ（受付番号 %(number)s）")
            if is_interim
            else gettext("回答のお知らせ（受付番号 %(number)s）")
        ) % {"number": consultation.number}
        told = (
            reply.text
            if contact.answer_in_mail
            else gettext(
                "お伝えする内容の用意ができました。担当の課から電話で連絡するか、窓口でお渡しします。"
                "お急ぎのときは、受付番号を担当の課に伝えてください。"
            )
        )
        paragraphs = [f"{_number_line(consultation)}\n{_section_line(consultation)}", told]
        if not is_interim:
            paragraphs.append(
                gettext("回答が届いたか、内容が分かったかを、次の画面で教えてください。")
                + f"\n{_look_up()}"
            )
        body = _with_signature(*paragraphs)
    post_mail(
        key=f"reply:{consultation.number}:{reply.pk}",
        to=contact.email,
        subject=subject,
        body=body,
        about=consultation.number,
    )
    return contact.answer_in_mail
