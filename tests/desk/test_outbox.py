"""Posting a mail: one row in the transaction of the fact it tells."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from wards.desk.models import OutgoingMail
from wards.desk.relay import relay_waiting
from wards.desk.services import note_bounce, post_mail, send_again
from wards.models import ForeignWardError
from wards.tasks import WardTask


def test_a_mail_waits_in_the_ward_until_it_is_relayed(kita, post, mailoutbox):
    mail = post("a@example.jp")

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.sent_at, mail.lease_until) == ("waiting", 0, None, None)
    assert mail.about == "北-000123"
    assert mailoutbox == []


def test_the_same_key_is_one_mail_and_the_first_one_stays(kita, post):
    first = post("a@example.jp", key="receipt:1", body="はじめの本文")
    second = post("b@example.jp", key="receipt:1", body="あとの本文")

    assert (second.pk, second.message_id) == (first.pk, first.message_id)
    assert OutgoingMail.objects.get().body == "はじめの本文"


def test_a_mail_disappears_with_the_fact_that_was_rolled_back(kita, post):
    with transaction.atomic():
        post("a@example.jp")
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_posting_touches_no_broker_and_no_mail_server(kita, post, monkeypatch, settings):
    def reach_out(*args, **kwargs):
        raise AssertionError("the submission path went outside")

    monkeypatch.setattr(WardTask, "apply_async", reach_out)
    monkeypatch.setattr("django.core.mail.get_connection", reach_out)
    monkeypatch.setattr("wards.desk.relay.get_connection", reach_out)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert post("a@example.jp").state == "waiting"


def test_the_message_id_names_the_wards_registered_domain(kita, post):
    mail = post("a@example.jp")

    assert mail.message_id.startswith("<")
    assert mail.message_id.endswith("@kita.localhost>")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85", "\x00"])
def test_a_line_break_in_the_subject_starts_no_header(kita, post, mailoutbox, line_break):
    post("a@example.jp", subject=f"受付{line_break}Bcc: everybody@example.jp")

    run = relay_waiting(OutgoingMail.objects.get().not_before)

    (sent,) = mailoutbox
    assert (run.sent, sent.subject) == (1, "受付 Bcc: everybody@example.jp")
    assert sent.recipients() == ["a@example.jp"]
    assert sent.message()["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@example.jp\nBcc: b@example.jp",
        "a@example.jp, b@example.jp",
        "a b@example.jp",
    ],
)
def test_what_is_no_single_address_is_refused_and_nothing_is_stored(kita, post, address):
    with pytest.raises(ValidationError) as refusal:
        post(address)

    assert "to_address" in refusal.value.message_dict
    assert not OutgoingMail.objects.exists()


def test_a_mail_of_kita_does_not_exist_in_nishi_and_cannot_be_saved_there(enter, post):
    enter("kita")
    mail = post("a@example.jp")
    enter("nishi")

    assert not OutgoingMail.objects.exists()
    with pytest.raises(ForeignWardError):
        mail.save()


def test_a_sent_mail_without_a_moment_is_refused_by_the_database(kita, post):
    mail = post("a@example.jp")

    with pytest.raises(IntegrityError, match="sent_mail_says_when"), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(state="sent")


def test_history_tells_what_became_of_a_mail_but_not_to_whom_and_what_it_said(kita, post):
    mail = post("a@example.jp", body="ひみつの本文")
    relay_waiting(mail.not_before)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ward_desk_outgoingmailevent ORDER BY pgh_id")
        columns = {column.name for column in cursor.description}
        rows = [dict(zip([c.name for c in cursor.description], row, strict=True)) for row in cursor]
    assert [row["state"] for row in rows] == ["waiting", "sent"]
    assert columns & {"to_address", "subject", "body", "last_error", "bounce_reason"} == set()


# --- sending again, and mail that comes back ---


@pytest.fixture
def parked(kita, post):
    """A mail that was given up after all its tries."""
    mail = post("a@example.jp")
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state="parked", attempts=48, last_error="メールサーバーが宛先を受け付けませんでした。"
    )
    mail.refresh_from_db()
    return mail


def test_an_officer_sends_a_parked_mail_again_with_the_same_message_id(
    parked, kita_officer, mailoutbox
):
    send_again(parked, kita_officer)
    relay_waiting(OutgoingMail.objects.get().not_before)

    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == ("sent", 1)
    assert mailoutbox[0].extra_headers["Message-ID"] == parked.message_id


def test_a_viewer_cannot_send_a_mail_again(parked, hire):
    with pytest.raises(PermissionDenied, match="区職員と区課長"):
        send_again(parked, hire("kita", "viewer"))

    parked.refresh_from_db()
    assert parked.state == "parked"


def test_a_mail_that_waits_or_was_sent_is_not_sent_again(kita, post, kita_officer):
    mail = post("a@example.jp")
    with pytest.raises(ValidationError, match="送信待ち"):
        send_again(mail, kita_officer)
    relay_waiting(mail.not_before)

    with pytest.raises(ValidationError, match="送信済"):
        send_again(mail, kita_officer)
    mail.refresh_from_db()
    assert mail.attempts == 1


def test_a_mail_that_comes_back_is_parked_and_followed_up_once(kita, post, follow_ups):
    told = []
    follow_ups.append(lambda mail: told.append((mail.about, mail.bounced_at is not None)))
    mail = post("a@example.jp")
    relay_waiting(mail.not_before)

    note_bounce(mail.message_id, "550 no such\nuser")
    note_bounce(mail.message_id, "550 once more")

    mail.refresh_from_db()
    assert (mail.state, mail.bounce_reason) == ("parked", "550 no such user")
    assert told == [("北-000123", True)]


def test_a_bounce_of_a_mail_that_is_not_ours_is_nobodys(kita, post, follow_ups):
    mail = post("a@example.jp")

    assert note_bounce("<stranger@example.jp>", "550") is None
    assert note_bounce(mail.message_id, "550") is None
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_post_mail_refuses_an_empty_text(kita):
    with pytest.raises(ValidationError) as refusal:
        post_mail(key="k", to="a@example.jp", subject="", body="")
    assert {"subject", "body"} <= set(refusal.value.message_dict)
