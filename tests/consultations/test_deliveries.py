"""An answer until it has reached the citizen: told by a person, or by a mail that arrived."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations import case_states
from consultations.choices import DeliveredBy
from consultations.models import Consultation, Reply
from consultations.services import deliveries, handling, replies
from tests.consultations.conftest import WANTS_A_MAIL
from wards import clock
from wards.desk.models import Notice, OutgoingMail
from wards.desk.services import note_bounce

LIST = "/admin/consultations/consultation/"


@pytest.fixture
def answered(case, kita_officer, kita_manager):
    """A case that was answered, whose citizen is still to be called."""
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。", hand_in=True)
    return replies.answer_consultation(case, actor=kita_manager)


def test_who_was_to_be_called_is_called_and_it_is_noted(answered, kita_officer):
    case = answered.consultation
    assert "「伝えたことを記録する」" in case_states.next_step(handling.facts_of(case))

    deliveries.note_delivery(answered, actor=kita_officer, way="phone", note="ご家族に伝言")

    answered.refresh_from_db()
    assert (answered.delivered_by, answered.delivered_at is not None) == (DeliveredBy.PHONE, True)
    assert case.entries.last().text == "回答を電話で伝えました。ご家族に伝言"
    assert not Notice.objects.filter(done_at=None, kind="call").exists()
    case = Consultation.objects.get(pk=case.pk)
    assert "公表するかどうか" in case_states.next_step(handling.facts_of(case))


def test_a_viewer_notes_nothing(answered, hire):
    with pytest.raises(PermissionDenied):
        deliveries.note_delivery(answered, actor=hire("kita", "viewer"), way="phone")


@pytest.mark.parametrize(
    ("way", "note", "sentence"),
    [
        ("", "", "伝えた方法を選んでください。"),
        ("email", "", "伝えた方法を選んでください。"),
        ("not_wanted", "", "伝えた方法を選んでください。"),
        ("pigeon", "", "伝えた方法を選んでください。"),
        ("phone", "あ" * 201, "200文字"),
        ("phone", "\x00", "制御文字"),
    ],
)
def test_how_an_answer_was_told_is_noted_in_one_of_three_ways(
    answered, kita_officer, way, note, sentence
):
    with pytest.raises(ValidationError) as refused:
        deliveries.note_delivery(answered, actor=kita_officer, way=way, note=note)

    assert sentence in " ".join(refused.value.messages)
    answered.refresh_from_db()
    assert answered.delivered_by == ""


def test_an_answer_is_told_once_and_not_before_it_is_decided(answered, kita_officer):
    deliveries.note_delivery(answered, actor=kita_officer, way="letter")
    with pytest.raises(ValidationError, match="すでに「郵便」で届けています"):
        deliveries.note_delivery(answered, actor=kita_officer, way="phone")

    draft = Reply.objects.create(
        consultation=answered.consultation, text="次の案", drafted_at=clock.now()
    )
    with pytest.raises(ValidationError, match="決裁が済んでいない"):
        deliveries.note_delivery(draft, actor=kita_officer, way="phone")


def test_a_mail_that_came_back_leaves_its_answer_to_be_told(submit, kita_officer, kita_manager):
    case = submit(key="m", **WANTS_A_MAIL, answer_in_mail="yes").consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。", hand_in=True)
    reply = replies.answer_consultation(case, actor=kita_manager)
    assert reply.delivered_by == DeliveredBy.EMAIL
    mail = OutgoingMail.objects.get(key=f"reply:{case.number}:{reply.pk}")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=clock.now())

    note_bounce(mail.message_id, "550 no such user")

    reply.refresh_from_db()
    assert reply.is_undelivered
    (task,) = Notice.objects.filter(kind="call", done_at=None)
    assert (task.person, "届きませんでした" in task.text) == (kita_officer, True)
    deliveries.note_delivery(reply, actor=kita_officer, way="counter")
    assert not Notice.objects.filter(kind="call", done_at=None).exists()


def test_what_is_still_to_be_told_leads_the_start_page_and_has_its_list(
    answered, submit, kita_officer, sign_in
):
    submit(key="other")
    officer = sign_in(kita_officer, "kita")
    start = officer.get("/admin/").content.decode()
    assert "決裁した回答がまだ本人に届いていません。" in start
    assert f"{LIST}?mine=me&amp;reply=undelivered" in start

    listed = officer.get(f"{LIST}?mine=me&reply=undelivered").content.decode()
    assert answered.consultation.number in listed
    assert "全1件" in listed

    deliveries.note_delivery(answered, actor=kita_officer, way="phone")
    assert "まだ本人に届いていません" not in officer.get("/admin/").content.decode()
    assert "全0件" in officer.get(f"{LIST}?reply=undelivered").content.decode()


def test_the_officer_notes_on_the_page_of_the_case_how_it_was_told(answered, kita_officer, sign_in):
    case = answered.consultation
    officer = sign_in(kita_officer, "kita")
    page = officer.get(case.get_absolute_url()).content.decode()
    assert "まだ届いていません" in page
    address = f"{case.get_absolute_url().removesuffix('change/')}act/deliver/"

    refused = officer.post(address, {"reply": answered.pk, "way": ""}).content.decode()
    assert "伝えた方法を選んでください。" in refused
    assert officer.post(address, {"reply": 999_999, "way": "phone"}).status_code == 404
    done = officer.post(address, {"reply": answered.pk, "way": "counter"}, follow=True)
    page = done.content.decode()

    assert "伝えたことを記録しました。" in page
    assert "窓口（令和" in page
    assert "伝えたことを記録する</button>" not in page
