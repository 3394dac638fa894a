"""Sending what waits, through a real mail server that misbehaves (SECURITY F9, F10, F19, F20)."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from wards.desk import relay
from wards.desk.models import OutgoingMail
from wards.desk.relay import NO_MAIL_SERVER, relay_waiting
from wards.desk.smtp_answers import in_words, is_refused_for_good
from wards.desk.tasks import relay_outbox
from wards.desk.undelivered import when_undelivered


def state_of(mail) -> tuple[str, int]:
    mail.refresh_from_db()
    return mail.state, mail.attempts


def run_now():
    return relay_waiting(timezone.now())


def test_a_mail_arrives_as_it_was_written_from_the_office_that_wrote_it(kita, post, mail_server):
    text = "𠮷田様、髙橋と﨑山です。①㈱👨‍👩‍👧\n" + "長い行" * 400
    mail = post("a@example.jp", subject="【北区役所】髙橋𠮷 ①", body=text)

    run = run_now()

    ((address, message),) = mail_server.taken
    assert (run.sent, run.tried, run.waiting) == (1, 1, 0)
    assert address == "a@example.jp"
    assert message.get_content().splitlines() == text.splitlines()
    assert message["Subject"] == "【北区役所】髙橋𠮷 ①"
    assert message["From"].addresses[0].display_name == "北区役所"
    assert message["From"].addresses[0].addr_spec == "noreply@kita.localhost"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.lease_until) == ("sent", 1, None)
    assert mail.sent_at >= mail.created_at


def test_the_senders_address_can_be_set_and_the_office_keeps_its_name(
    kita, post, mail_server, settings
):
    settings.MAIL_FROM = "portal@city.example"
    post("a@example.jp")

    run_now()

    sender = mail_server.taken[0][1]["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("北区役所", "portal@city.example")


def test_what_was_sent_is_not_sent_again(kita, post, mail_server):
    post("a@example.jp")

    runs = [run_now().sent, run_now().sent]

    assert runs == [1, 0]
    assert mail_server.addresses == ["a@example.jp"]


def test_a_refused_address_is_parked_at_once_and_stops_no_other(
    kita, post, mail_server, follow_ups
):
    called = []
    follow_ups.append(lambda mail: called.append(mail.key))
    mail_server.refuse["gone@example.jp"] = "550 5.1.1 no such user <gone@example.jp>"
    gone = post("gone@example.jp")
    post("a@example.jp")
    post("b@example.jp")

    run = run_now()

    assert (run.sent, run.parked, run.put_off) == (2, 1, 0)
    assert state_of(gone) == ("parked", 1)
    assert "550 5.1.1 no such user" in gone.last_error
    assert "gone@example.jp" not in gone.last_error
    assert called == ["receipt:gone@example.jp"]
    assert mail_server.addresses == ["a@example.jp", "b@example.jp"]


def test_a_refused_text_is_parked_at_once(kita, post, mail_server):
    mail_server.refuse_text["a@example.jp"] = "554 5.6.0 not wanted"
    mail = post("a@example.jp")

    assert run_now().parked == 1
    assert state_of(mail) == ("parked", 1)


@pytest.mark.parametrize("stage", ["refuse", "refuse_text"])
def test_a_temporary_refusal_is_tried_again_five_minutes_later(kita, post, mail_server, stage):
    getattr(mail_server, stage)["busy@example.jp"] = "451 4.7.1 try again later"
    busy = post("busy@example.jp")
    post("a@example.jp")
    now = timezone.now()

    run = relay_waiting(now)
    too_early = relay_waiting(now + timedelta(minutes=4, seconds=59))
    getattr(mail_server, stage).clear()
    in_time = relay_waiting(now + timedelta(minutes=5, seconds=10))

    assert (run.sent, run.put_off) == (1, 1)
    assert (too_early.tried, too_early.waiting) == (0, 1)
    assert in_time.sent == 1
    assert state_of(busy) == ("sent", 2)
    assert busy.last_error == ""


def test_after_48_tries_a_mail_is_given_up_and_followed_up_once(
    kita, post, mail_server, follow_ups
):
    called = []
    follow_ups.append(lambda mail: called.append((mail.key, mail.attempts, mail.state)))
    mail_server.refuse["busy@example.jp"] = "451 try again later"
    mail = post("busy@example.jp")
    now = timezone.now()

    put_off = [relay_waiting(now + n * timedelta(minutes=5, seconds=5)).put_off for n in range(47)]
    assert put_off == [1] * 47
    assert state_of(mail) == ("waiting", 47)

    last = relay_waiting(now + timedelta(minutes=47 * 6))
    assert (last.parked, last.put_off) == (1, 0)
    assert state_of(mail) == ("parked", 48)
    assert called == [("receipt:busy@example.jp", 48, "parked")]
    assert relay_waiting(now + timedelta(days=1)).tried == 0


def test_a_server_that_stalls_on_one_address_delays_only_that_one(kita, post, mail_server):
    mail_server.stall.add("slow@example.jp")
    slow = post("slow@example.jp")
    post("a@example.jp")

    run = run_now()

    assert (run.sent, run.put_off) == (1, 1)
    assert mail_server.addresses == ["a@example.jp"]
    assert state_of(slow) == ("waiting", 1)
    assert "応答しなくなりました" in slow.last_error


def test_a_server_that_stalls_on_three_in_a_row_is_left_alone_for_five_minutes(
    kita, post, mail_server
):
    addresses = [f"{number}@example.jp" for number in range(5)]
    mail_server.stall.update(addresses)
    mails = [post(address) for address in addresses]
    now = timezone.now()

    run = relay_waiting(now)

    assert (run.put_off, run.server_away, run.waiting) == (3, True, 5)
    assert [state_of(mail) for mail in mails] == [("waiting", 1)] * 3 + [("waiting", 0)] * 2
    mail_server.stall.clear()
    assert relay_waiting(now + timedelta(minutes=4)).tried == 0
    assert relay_waiting(now + timedelta(minutes=6)).sent == 5


def test_a_connection_dropped_after_the_text_may_double_it_but_under_one_message_id(
    kita, post, mail_server
):
    mail_server.drop_after_data.add("a@example.jp")
    mail = post("a@example.jp")
    post("b@example.jp")
    now = timezone.now()
    assert (relay_waiting(now).put_off, mail_server.addresses) == (
        1,
        ["a@example.jp", "b@example.jp"],
    )

    mail_server.drop_after_data.clear()
    relay_waiting(now + timedelta(minutes=6))

    assert state_of(mail) == ("sent", 2)
    ids = [m["Message-ID"] for address, m in mail_server.taken if address == "a@example.jp"]
    assert ids == [mail.message_id] * 2


def test_a_mail_server_that_is_away_costs_no_try_and_all_arrive_after_it_is_back(
    kita, post, mail_server
):
    mail_server.stop()
    mails = [post(f"{name}@example.jp") for name in "abc"]
    now = timezone.now()

    run = relay_waiting(now)
    assert (run.server_away, run.tried, run.waiting) == (True, 0, 3)
    assert {state_of(mail) for mail in mails} == {("waiting", 0)}
    assert "接続できませんでした" in mails[0].last_error
    # A whole night away: longer than 48 tries would last.
    for hour in range(1, 13):
        assert relay_waiting(now + timedelta(hours=hour)).server_away
    mail_server.start()
    back = relay_waiting(now + timedelta(hours=13))

    assert (back.sent, back.waiting) == (3, 0)
    assert sorted(mail_server.addresses) == ["a@example.jp", "b@example.jp", "c@example.jp"]


def test_a_worker_killed_before_sending_leaves_the_mail_to_the_next_when_its_lease_is_over(
    kita, post, mail_server
):
    mail = post("a@example.jp")
    now = timezone.now()
    assert relay._take_next(now, now).pk == mail.pk  # and then the process dies

    assert relay_waiting(now).tried == 0
    assert relay_waiting(now + OutgoingMail.LEASE - timedelta(seconds=1)).tried == 0
    assert mail_server.taken == []

    assert relay_waiting(now + OutgoingMail.LEASE + timedelta(seconds=1)).sent == 1
    assert state_of(mail) == ("sent", 2)
    assert mail_server.addresses == ["a@example.jp"]


def test_a_worker_that_outlived_its_lease_does_not_overwrite_what_the_next_one_noted(kita, post):
    post("a@example.jp")
    now = timezone.now()
    late = relay._take_next(now, now)
    later = now + timedelta(minutes=3)
    relay_waiting(later)

    relay._note_failure(late, later, TimeoutError(), relay.Relayed())

    assert state_of(late) == ("sent", 2)


def test_a_mail_that_kills_its_worker_every_time_is_given_up_in_the_end(kita, post, follow_ups):
    called = []
    follow_ups.append(lambda mail: called.append(mail.key))
    mail = post("a@example.jp")
    ago = timezone.now() - timedelta(minutes=5)
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=48, lease_until=ago)
    other = post("b@example.jp")

    run = run_now()

    assert (run.sent, run.parked) == (1, 1)
    assert state_of(mail) == ("parked", 48)
    assert "止まりました" in mail.last_error
    assert state_of(other) == ("sent", 1)
    assert called == ["receipt:a@example.jp"]


def test_a_mail_that_cannot_even_be_built_stops_no_other(kita, post, mailoutbox):
    poison = post("a@example.jp")
    OutgoingMail.objects.filter(pk=poison.pk).update(subject="x\nBcc: b@example.jp")
    post("c@example.jp")

    run = run_now()

    assert (run.sent, run.put_off) == (1, 1)
    assert state_of(poison) == ("waiting", 1)
    assert "BadHeaderError" in poison.last_error
    assert [m.to for m in mailoutbox] == [["c@example.jp"]]


def test_a_follow_up_that_fails_is_tried_again_and_never_hides_the_mail(
    kita, post, mail_server, follow_ups
):
    def fail(mail):
        raise RuntimeError("壊れた手続き")

    follow_ups.append(fail)
    mail_server.refuse["gone@example.jp"] = "550 no such user"
    mail = post("gone@example.jp")
    now = timezone.now()

    run = relay_waiting(now)
    assert (run.parked, run.put_off) == (0, 1)
    assert state_of(mail) == ("waiting", 1)

    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=47)
    assert relay_waiting(now + timedelta(minutes=6)).parked == 1
    assert state_of(mail) == ("parked", 48)
    assert "後の手続きもできませんでした" in mail.last_error


def test_without_a_mail_server_nothing_counts_as_sent(kita, post, settings):
    settings.EMAIL_BACKEND = relay.DUMMY_BACKEND
    mail = post("a@example.jp")

    run = run_now()

    assert (run.sent, run.tried, run.waiting) == (0, 0, 1)
    assert state_of(mail) == ("waiting", 0)
    assert "EMAIL_URL" in NO_MAIL_SERVER


def test_a_run_ends_at_its_limit_and_the_next_goes_on(kita, post, mailoutbox):
    for number in range(5):
        post(f"{number}@example.jp")

    runs = [relay_waiting(timezone.now(), limit=2).sent for _ in range(3)]

    assert runs == [2, 2, 1]
    assert [m.to[0][0] for m in mailoutbox] == list("01234")


def test_the_task_sends_the_mail_of_its_ward_only(enter, post, mailoutbox):
    for slug in ("kita", "nishi"):
        enter(slug)
        post(f"{slug}@example.jp")

    assert relay_outbox(ward="nishi")["sent"] == 1

    assert [m.to for m in mailoutbox] == [["nishi@example.jp"]]
    assert mailoutbox[0].from_email.endswith("<noreply@nishi.localhost>")
    enter("kita")
    assert OutgoingMail.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("problem", "for_good"),
    [
        (smtplib.SMTPRecipientsRefused({"a@example.jp": (500, b"no")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.jp": (599, b"no")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.jp": (499, b"later")}), False),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(452, b"later"), False),
        (smtplib.SMTPSenderRefused(550, b"not you", "x@example.jp"), False),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), False),
        (TimeoutError(), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
    ],
)
def test_only_a_5xx_to_recipient_or_text_is_for_good(problem, for_good):
    assert is_refused_for_good(problem) is for_good
    assert in_words(problem).startswith("メールサーバーが")


def test_a_higher_app_says_once_what_follows_an_undelivered_mail(
    kita, post, mail_server, follow_ups
):
    called = []

    @when_undelivered
    def call_by_phone(mail):
        called.append(mail.about)

    when_undelivered(call_by_phone)
    mail_server.refuse["gone@example.jp"] = "550 no such user"
    post("gone@example.jp")
    run_now()

    assert follow_ups == [call_by_phone]
    assert called == ["北-000123"]


def test_a_mail_that_another_worker_took_this_moment_is_left_to_it(kita, post, monkeypatch):
    mail = post("a@example.jp")
    now = timezone.now()

    def late(now, moment):
        OutgoingMail.objects.filter(pk=mail.pk).update(lease_until=now + timedelta(minutes=1))
        return take_next(now, moment)

    take_next = relay._take_next
    monkeypatch.setattr(relay, "_take_next", late)

    assert relay_waiting(now).tried == 0
    assert state_of(mail) == ("waiting", 0)


def test_a_mail_that_was_taken_over_is_not_parked_by_its_former_worker(kita, post, follow_ups):
    called = []
    follow_ups.append(lambda mail: called.append(mail.key))
    mail = post("a@example.jp")
    now = timezone.now()
    late = relay._take_next(now, now)
    relay._take_next(now + timedelta(minutes=3), now + timedelta(minutes=3))

    assert relay.park(late, "550", now) is False
    assert state_of(mail) == ("waiting", 2)
    assert called == []


def test_a_backend_that_takes_nothing_has_sent_nothing(kita, post, monkeypatch):
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", lambda self, mails: 0
    )
    mail = post("a@example.jp")

    assert run_now().put_off == 1
    assert state_of(mail) == ("waiting", 1)
