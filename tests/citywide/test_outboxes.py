"""The outboxes of 24 wards: who is woken, what the health page and the command say."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from osaka_kusei.citywide import outboxes
from osaka_kusei.citywide import tasks as city_tasks
from osaka_kusei.citywide.outboxes import read_outboxes
from osaka_kusei.citywide.run_log import other_runs
from wards import clock
from wards.desk.models import OutgoingMail
from wards.desk.morning import MORNING_MAIL
from wards.desk.relay import DUMMY_BACKEND
from wards.desk.services import post_mail
from wards.desk.tasks import relay_outbox
from wards.jobs import ask_for
from wards.models import Job, Ward
from wards.tasks import WardTask


@pytest.fixture
def post_in(enter):
    """Post a mail in a ward and go back to 本庁: `post_in("kita", "a@example.jp")`."""

    def make(slug: str, to: str, **changes) -> int:
        enter(slug)
        mail = post_mail(key=to, to=to, subject="受付", body="本文", about="A-1")
        OutgoingMail.objects.filter(pk=mail.pk).update(**changes)
        enter("osaka")
        return mail.pk

    return make


@pytest.fixture
def woken(monkeypatch):
    """Collect the messages to the workers instead of sending them."""
    sent = []
    monkeypatch.setattr(
        relay_outbox,
        "apply_async",
        lambda args, kwargs, **more: sent.append((kwargs["ward"], more["expires"])),
    )
    monkeypatch.setattr(WardTask, "silent_until", 0.0)
    return sent


def states(enter, slug: str) -> list[str]:
    enter(slug)
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def test_only_wards_with_something_due_are_woken_and_briefly(city, post_in, woken):
    later = timezone.now() + timedelta(minutes=3)
    post_in("kita", "a@example.jp")
    post_in("kita", "b@example.jp")
    post_in("nishi", "c@example.jp")
    post_in("naniwa", "d@example.jp", not_before=later)
    post_in("fukushima", "e@example.jp", lease_until=later)
    post_in("minato", "f@example.jp", state="sent", sent_at=later)

    assert city_tasks.dispatch_due_mail() == {"sent": 2}

    assert {ward for ward, _ in woken} == {"kita", "nishi"}
    assert {expires for _, expires in woken} == {15}


def test_a_broker_that_is_away_costs_one_try_a_round(city, post_in, monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(kwargs)
        raise OSError("refused")

    monkeypatch.setattr(relay_outbox, "apply_async", refuse)
    monkeypatch.setattr(WardTask, "silent_until", 0.0)
    post_in("kita", "a@example.jp")
    post_in("nishi", "b@example.jp")

    assert city_tasks.dispatch_due_mail() == {"sent": 0}
    assert len(asked) == 1


def test_without_a_mail_server_nobody_is_woken(city, post_in, woken, settings):
    settings.EMAIL_BACKEND = DUMMY_BACKEND
    post_in("kita", "a@example.jp")

    assert city_tasks.dispatch_due_mail() == {"sent": 0}
    assert woken == []


def test_a_ward_whose_tables_are_gone_stops_no_other(city, post_in, woken, monkeypatch):
    post_in("kita", "a@example.jp")
    post_in("nishi", "b@example.jp")
    standing = outboxes._schemas_with_an_outbox()
    assert len(standing) == 24
    monkeypatch.setattr(outboxes, "_schemas_with_an_outbox", lambda: standing - {"kita"})

    city_tasks.dispatch_due_mail()

    assert [ward for ward, _ in woken] == ["nishi"]
    assert len(read_outboxes(timezone.now())) == 23


# --- /readyz ---


def test_mail_that_waits_for_more_than_ten_minutes_is_degraded_and_named(client, city, post_in):
    now = timezone.now()
    post_in("kita", "a@example.jp", created_at=now - timedelta(minutes=9))
    post_in("nishi", "b@example.jp", created_at=now - timedelta(minutes=10, seconds=1))
    post_in("naniwa", "c@example.jp", created_at=now - timedelta(days=1), state="parked")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["outbox_late"] == ["nishi"]
    assert 601 <= answer.json()["outbox_age_seconds"] < 660


def test_an_empty_outbox_has_no_age(client, city):
    answer = client.get("/readyz").json()

    assert (answer["outbox_age_seconds"], answer["outbox_late"]) == (0, [])
    assert answer["mail_server"] == "ok"


def test_readyz_says_in_words_that_no_mail_server_is_set(client, city, settings):
    settings.EMAIL_BACKEND = DUMMY_BACKEND

    assert "メールサーバーが設定されていません" in client.get("/readyz").json()["mail_server"]


# --- outbox_relay --once ---


def test_the_command_sends_what_waits_in_every_ward_and_counts_it(
    city, post_in, mailoutbox, capsys, enter
):
    post_in("kita", "a@example.jp")
    post_in("nishi", "b@example.jp")

    call_command("outbox_relay", "--once")

    said = capsys.readouterr().out
    assert "北区　送信 1件" in said
    assert "合計　24区　送信 2件、後で再送 0件、送れず 0件、送信待ち 0件" in said
    assert sorted(m.to[0] for m in mailoutbox) == ["a@example.jp", "b@example.jp"]
    assert (states(enter, "kita"), states(enter, "nishi")) == (["sent"], ["sent"])


def test_the_command_run_twice_sends_once(city, post_in, mailoutbox, capsys):
    post_in("kita", "a@example.jp")

    call_command("outbox_relay", "--once")
    call_command("outbox_relay", "--once")

    assert len(mailoutbox) == 1
    assert "送信 0件" in capsys.readouterr().out


def test_the_command_keeps_to_one_ward_when_asked(city, post_in, mailoutbox, enter):
    post_in("kita", "a@example.jp")
    post_in("nishi", "b@example.jp")

    call_command("outbox_relay", "--once", "--ward", "nishi")

    assert [m.to for m in mailoutbox] == [["b@example.jp"]]
    assert states(enter, "kita") == ["waiting"]


def test_the_command_fails_when_something_could_not_be_sent(city, post_in, monkeypatch, enter):
    def fail(self, messages):
        raise ConnectionResetError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    post_in("kita", "a@example.jp")

    with pytest.raises(CommandError, match="1件を送れませんでした"):
        call_command("outbox_relay", "--once")
    assert states(enter, "kita") == ["waiting"]


def test_the_command_fails_when_the_mail_server_is_away(city, post_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post_in("kita", "a@example.jp")

    with pytest.raises(CommandError, match="メールサーバーに接続できません"):
        call_command("outbox_relay", "--once")


def test_the_command_says_that_no_mail_server_is_set_and_sends_nothing(
    city, post_in, settings, capsys, enter
):
    settings.EMAIL_BACKEND = DUMMY_BACKEND
    call_command("outbox_relay", "--once")
    assert "メールサーバーが設定されていません" in capsys.readouterr().out
    post_in("kita", "a@example.jp")

    with pytest.raises(CommandError, match="1件が送信待ちのまま"):
        call_command("outbox_relay", "--once")
    assert states(enter, "kita") == ["waiting"]


def test_a_ward_that_fails_is_named_and_the_others_are_done(city, post_in, monkeypatch, mailoutbox):
    from osaka_kusei.citywide.management.commands import outbox_relay as command

    relay = command.relay_in_its_ward

    def fail_in_kita(ward, limit):
        if ward == "kita":
            raise RuntimeError("壊れた区")
        return relay(ward, limit)

    monkeypatch.setattr(command, "relay_in_its_ward", fail_in_kita)
    post_in("kita", "a@example.jp")
    post_in("nishi", "b@example.jp")

    with pytest.raises(CommandError, match="北区のメールを処理できませんでした"):
        call_command("outbox_relay", "--once")
    assert [m.to for m in mailoutbox] == [["b@example.jp"]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--once", "--ward", "sakai"], "という区はありません"),
        (["--once", "--ward", "osaka"], "本庁には"),
        ([], "--once"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(city, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("outbox_relay", *arguments)


def test_a_round_leaves_the_connection_in_the_public_schema(city, post_in, woken):
    post_in("kita", "a@example.jp")

    city_tasks.dispatch_due_mail()

    assert connection.schema_name == "public"


# --- the run log ---


def test_the_run_log_names_a_morning_mail_that_failed_and_no_other(city, sign_in, hire):
    for slug, changes in (
        ("kita", {"state": "done", "last_done_at": timezone.now()}),
        ("nishi", {"state": "failed", "error": "RuntimeError: 壊れた処理"}),
    ):
        row = ask_for(Ward.objects.get(slug=slug), MORNING_MAIL, day=clock.today())
        Job.objects.filter(pk=row.pk).update(**changes)

    assert [run.slug for run in other_runs(clock.today())] == ["nishi"]
    page = sign_in(hire("osaka", "operator"), "osaka").get("/admin/runs/").content.decode()
    assert "できなかった毎日の処理" in page
    assert page.count("朝のまとめメール") == 1
