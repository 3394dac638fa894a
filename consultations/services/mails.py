"""Mails to citizens: each is an outbox row of the transaction whose fact it tells."""

from django.db import connection

from consultations.choices import ReplyBy
from consultations.models import Consultation, Reply
from wards.addresses import absolute_address
from wards.desk.services import post_mail
from wards.wareki import wareki


def _signature() -> str:
    return f"\n\n{connection.tenant.office_name}\n（このメールには返信できません）"


def _mail_address(consultation: Consultation) -> str:
    contact = getattr(consultation, "contact", None)
    return contact.email if contact is not None else ""


def post_receipt_mail(consultation: Consultation) -> None:
    """Acknowledge a case by mail where an address was given; the 合言葉 stands on the screen only."""
    if not (address := _mail_address(consultation)):
        return
    post_mail(
        key=f"receipt:{consultation.number}",
        to=address,
        subject=f"受け付けました（受付番号 {consultation.number}）",
        body=(
            "相談・要望を受け付けました。\n\n"
            f"受付番号：{consultation.number}\n"
            f"担当：{consultation.section}\n"
            f"{wareki(consultation.due_on)}までに回答します。\n\n"
            "対応の状況は、受付番号と合言葉（送信後の画面に出たもの）で確かめられます。\n"
            f"{absolute_address(connection.tenant, '/consultations/track/')}"
            f"{_signature()}"
        ),
        about=consultation.number,
    )


def post_reply_mail(reply: Reply) -> bool:
    """Mail an answer where the citizen chose mail; return False when it must go another way.

    The text goes into the mail only when the citizen agreed; without that the mail only says that
    the office will call.
    """
    consultation = reply.consultation
    contact = getattr(consultation, "contact", None)
    if contact is None or contact.reply_by != ReplyBy.EMAIL or not contact.email:
        return False
    if contact.answer_in_mail:
        told = f"次のとおり{reply.get_kind_display()}します。\n\n{reply.text}"
    else:
        told = (
            f"{reply.get_kind_display()}の用意ができました。内容は、担当の課から電話でお伝えするか、"
            "窓口でお渡しします。お急ぎのときは、受付番号を担当の課にお伝えください。"
        )
    post_mail(
        key=f"reply:{consultation.number}:{reply.pk}",
        to=contact.email,
        subject=f"{reply.get_kind_display()}のお知らせ（受付番号 {consultation.number}）",
        body=(
            f"受付番号：{consultation.number}\n担当：{consultation.section}"
            f"{'　電話 ' + consultation.section.phone if consultation.section.phone else ''}\n\n"
            f"{told}\n\n"
            "回答が届いたか、分かったかを、次の画面で教えてください。\n"
            f"{absolute_address(connection.tenant, '/consultations/track/')}"
            f"{_signature()}"
        ),
        about=consultation.number,
    )
    return contact.answer_in_mail
