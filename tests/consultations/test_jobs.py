"""The work of each day: due days told, rules looked through, referrals fetched, waste removed."""

import io
import os
import sys
import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import ProgrammingError
from django.utils import timezone

from consultations import jobs
from consultations.choices import CaseState, HandoverState
from consultations.city.models import Referral
from consultations.models import Category, Consultation, Section, WaitingFile
from consultations.services import (
    handling,
    handovers,
    publishing,
    referral_news,
    referrals,
    replies,
)
from osaka_kusei.citywide import collecting, tasks
from osaka_kusei.citywide.reading import read_each_ward
from tests.consultations.conftest import WANTS_A_CALL, WANTS_A_MAIL
from wards import clock
from wards.desk.models import Notice, OutgoingMail
from wards.desk.relay import park
from wards.desk.services import note_bounce
from wards.intake.models import SubmissionWindow
from wards.jobs import do_job
from wards.models import Bureau, Job, Membership, Ward


@pytest.fixture
def run(run_job):
    """Do a job of the ward as a worker does: `run(jobs.REMIND)` returns its row."""
    return run_job


# --- what each job does --------------------------------------------------------------------------


def test_the_morning_tells_of_due_days_and_a_second_run_tells_nothing_more(
    submit, section, post, run, at, kita_officer, kita_manager
):
    at("2026-11-25 05:00")
    post(section, kita_officer)
    soon, late, _ = (submit(key=f"k{days}", days_ago=days) for days in (12, 16, 1))
    Consultation.objects.update(section=section)
    Notice.objects.all().delete()
    row = run(jobs.REMIND)
    told = Notice.objects.count()
    run(jobs.REMIND)

    assert row.result == {"rows": 2, "due_soon": 1, "chief": 1, "head": 0, "mayors_office": 0}
    urls = set(Notice.objects.values_list("url", flat=True))
    assert urls == {case.consultation.get_absolute_url() for case in (soon, late)}
    assert Notice.objects.count() == told


def test_a_ward_whose_categories_reach_nobody_tells_each_manager_once_a_day(
    run, hire, kita_manager, at
):
    at("2026-11-25 05:00")
    other, officer = hire("kita", "manager"), hire("kita", "officer")
    row = run(jobs.CHECK_ROUTING)
    run(jobs.CHECK_ROUTING)

    gaps = Category.objects.filter(stop_answer="").count()
    assert row.result["rows"] == gaps
    notices = Notice.objects.filter(kind="check")
    assert {notice.person for notice in notices} == {kita_manager, other}
    assert notices.count() == 2
    assert f"{gaps}件" in notices[0].text
    assert officer.pk not in notices.values_list("person", flat=True)
    run(jobs.CHECK_ROUTING, day=date(2026, 11, 26))
    assert Notice.objects.filter(kind="check").count() == 4


def test_a_ward_whose_categories_all_reach_somebody_is_told_nothing(
    run, post, kita_officer, kita_manager
):
    post(Section.objects.front_desk(), kita_officer)

    assert run(jobs.CHECK_ROUTING).result["rows"] == 0
    assert not Notice.objects.exists()


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    folder = tmp_path / "kita" / "consultations"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path, name: str, hours_ago: float) -> Path:
    path = folder / name
    path.write_bytes(b"%PDF-")
    moment = (clock.now() - timedelta(hours=hours_ago)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_the_night_removes_what_was_never_sent_and_keeps_what_belongs_to_a_case(run, submit, media):
    described = {
        "display_name": "写真.pdf",
        "content_type": "application/pdf",
        "size": 5,
        "sha256": "0" * 64,
    }
    of_case = f"consultations/{'a' * 32}.pdf"
    submit(key="k", files=[{"stored_name": of_case, **described}])
    kept = put(media, f"{'a' * 32}.pdf", 100)
    names = {"old": "b" * 32, "young": "c" * 32}
    for age, hours in (("old", 49), ("young", 47)):
        WaitingFile.objects.create(
            submission_token=age,
            stored_name=f"consultations/{names[age]}.pdf",
            added_at=clock.now() - timedelta(hours=hours),
            **described,
        )
    never_sent, still_waiting = (
        put(media, f"{names['old']}.pdf", 49),
        put(media, f"{names['young']}.pdf", 47),
    )
    lost, just_written = put(media, f"{'d' * 32}.pdf", 49), put(media, f"{'e' * 32}.pdf", 1)
    half, at_work = put(media, f"{'f' * 32}.part", 2), put(media, f"{'0' * 32}.part", 0)
    now = clock.now()
    SubmissionWindow.objects.create(client_digest="old", started_at=now - timedelta(hours=1))
    SubmissionWindow.objects.create(client_digest="new", started_at=now)
    row = run(jobs.SWEEP_FILES)

    assert row.result == {
        "rows": 3,
        "waiting": 1,
        "lost": 1,
        "half_written": 1,
        "windows": 1,
        "bulk_updates": 0,
    }
    assert not any(path.exists() for path in (never_sent, lost, half))
    assert all(path.exists() for path in (kept, still_waiting, just_written, at_work))
    assert [file.submission_token for file in WaitingFile.objects.all()] == ["young"]
    assert [window.client_digest for window in SubmissionWindow.objects.all()] == ["new"]
    assert run(jobs.SWEEP_FILES).result["rows"] == 0


# --- when they are asked for ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-25 02:59", set()),
        ("2026-11-25 03:00", {jobs.SWEEP_FILES}),
        (
            "2026-11-25 05:00",
            {jobs.SWEEP_FILES, jobs.COLLECT_REFERRALS, jobs.CHECK_ROUTING, jobs.REMIND},
        ),
    ],
)
def test_the_days_work_is_asked_for_in_every_ward_and_not_at_headquarters(city, at, moment, due):
    tasks.ask_for_the_night(at(moment))

    ours = Job.objects.filter(name__in=[name for name, _ in tasks.JOBS_OF_EVERY_WARD])
    assert set(ours.values_list("name", flat=True)) == due
    assert ours.count() == 24 * len(due)
    assert not ours.filter(ward=city).exists()


def asked() -> list[tuple[str, str]]:
    """Return ward and step of every job that a referral led to."""
    rows = Job.objects.filter(name=jobs.COLLECT_REFERRALS).exclude(key="").order_by("pk")
    return [(job.ward.slug, job.key.rpartition(":")[2]) for job in rows.select_related("ward")]


def done_here() -> list[Job]:
    """Do what referrals led to in the ward served; return the rows."""
    for job in Job.objects.filter(name=jobs.COLLECT_REFERRALS, state=Job.State.WAITING):
        do_job(job.pk)
    return list(Job.objects.filter(name=jobs.COLLECT_REFERRALS, state=Job.State.DONE))


def look(enter) -> list[tuple[str, str]]:
    """Let the dispatcher look for referrals; return what has been asked for until now."""
    enter("osaka")
    collecting.ask_to_collect()
    return asked()


def test_a_referral_to_another_ward_calls_first_the_receiver_and_then_the_sender_once_each(
    submit, kita_officer, nishi_officer, enter
):
    case = submit(key="k", **WANTS_A_CALL).consultation
    handovers.hand_over(case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区です")
    assert look(enter) == [("nishi", "sent")]
    assert look(enter) == [("nishi", "sent")]
    enter("nishi")
    assert [row.result["arrived"] for row in done_here()] == [1]
    assert Notice.objects.filter(person=nishi_officer, text__contains=case.number).count() == 1
    referrals.accept_referral_as_ward(
        Referral.objects.get(), Category.objects.get(code="road"), actor=nishi_officer
    )
    assert look(enter) == [("nishi", "sent"), ("kita", "accepted")]
    assert look(enter) == [("nishi", "sent"), ("kita", "accepted")]
    enter("kita")
    assert [row.result["rows"] for row in done_here()] == [1]
    assert Consultation.objects.get().state == CaseState.TRANSFERRED
    assert len(look(enter)) == 2


def test_a_bureaus_first_word_and_its_answer_each_reach_the_ward(submit, kita_officer, hire, enter):
    enter("osaka")
    bureau = Bureau.objects.create(code="x", name="見本の局")
    answerer = hire("osaka", "bureau_officer")
    Membership.objects.filter(user=answerer).update(bureau=bureau)
    kita = enter("kita")
    case = submit(key="k").consultation
    handover = handovers.hand_over(case, bureau, actor=kita_officer, reason="局の仕事です")
    assert look(enter) == []
    referrals.accept_referral_as_bureau(Referral.objects.get(), actor=answerer)
    assert look(enter) == [("kita", "accepted")]
    connection.set_tenant(kita)
    referral_news.collect_referrals()
    enter("osaka")
    referrals.answer_referral(Referral.objects.get(), actor=answerer, text="直します。")
    assert look(enter) == [("kita", "accepted"), ("kita", "answered")]
    connection.set_tenant(kita)
    assert referral_news.collect_referrals() == 1
    handover.refresh_from_db()
    assert (handover.state, handover.answer) == (HandoverState.ANSWERED, "直します。")


@pytest.mark.parametrize("column", ["body", "contact", "place", "answer", "reason"])
def test_the_city_sees_that_a_referral_goes_and_no_word_of_it(
    submit, kita_officer, city, enter, column
):
    enter("kita")
    case = submit(key="k", **WANTS_A_CALL).consultation
    handovers.hand_over(case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区です")
    enter("osaka")
    with connection.city_reading():
        assert list(Referral.objects.order_by("pk").values_list("state", flat=True)) == ["sent"]
        with pytest.raises(ProgrammingError, match="permission denied"):
            list(Referral.objects.order_by("pk").values_list(column, flat=True))


def test_the_city_sees_no_more_of_referrals_when_it_reads_inside_wards(submit, kita_officer, enter):
    enter("kita")
    case = submit(key="k").consultation
    handovers.hand_over(case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区です")
    connection.set_schema_to_public()

    def count(ward):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_column_privilege('portal_city',"
                " 'public.consultation_city_referral', 'body', 'SELECT')"
            )
            return cursor.fetchone()[0]

    assert set(read_each_ward(count)) == {False}


# --- a mail that reached nobody ------------------------------------------------------------------


def parked(mail: OutgoingMail) -> None:
    """Give a mail up as a worker does that was refused for good."""
    mail.refresh_from_db()
    park(mail, "550 見本", clock.now())


def test_a_parked_mail_becomes_a_call_of_who_is_in_charge(submit, kita_officer, kita_manager):
    case = submit(key="k", phone="06-6208-0000", **WANTS_A_MAIL).consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    mail = OutgoingMail.objects.get(key=f"receipt:{case.number}")
    parked(mail)

    (call,) = Notice.objects.filter(kind="call")
    assert call.person == kita_officer
    assert call.text == f"{case.number}の電子メールが届きませんでした。電話で連絡してください。"
    assert (call.url, call.due_on) == (case.get_absolute_url(), case.due_on)
    assert "hanako" not in call.text


def test_a_mail_that_fails_again_after_a_resend_is_one_call(submit, kita_officer, kita_manager):
    case = submit(key="k", **WANTS_A_MAIL).consultation
    mail = OutgoingMail.objects.get(key=f"receipt:{case.number}")
    parked(mail)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="waiting")
    parked(mail)

    assert Notice.objects.filter(kind="call").count() == 1


def test_without_anybody_in_charge_the_sections_people_call_and_else_the_managers(
    submit, post, section, kita_officer, kita_manager
):
    first = submit(key="a", **WANTS_A_MAIL).consultation
    parked(OutgoingMail.objects.get(about=first.number))
    assert [notice.person for notice in Notice.objects.filter(kind="call")] == [kita_manager]
    Notice.objects.all().delete()
    post(section, kita_officer)
    second = submit(key="b", **WANTS_A_MAIL).consultation
    Consultation.objects.filter(pk=second.pk).update(section=section)
    parked(OutgoingMail.objects.get(about=second.number))
    assert [notice.person for notice in Notice.objects.filter(kind="call")] == [kita_officer]


@pytest.mark.parametrize(
    ("contact", "says"),
    [
        ({"address": "大阪市北区見本1"}, "電話番号がありません。郵便で知らせてください。"),
        ({}, "電話番号も住所もありません。メールアドレスの打ち間違いがないか確かめてください。"),
    ],
)
def test_who_has_no_telephone_is_written_to(submit, kita_manager, contact, says):
    case = submit(key="k", **WANTS_A_MAIL, **contact).consultation
    parked(OutgoingMail.objects.get(about=case.number))

    assert Notice.objects.get(kind="call").text.endswith(says)


def test_an_answer_that_comes_back_is_a_call_although_the_case_has_ended(
    submit, kita_officer, kita_manager
):
    case = submit(key="k", answer_in_mail="yes", **WANTS_A_MAIL).consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。")
    replies.submit_draft(case, actor=kita_officer)
    replies.answer_consultation(case, actor=kita_manager)
    mail = OutgoingMail.objects.get(key__startswith="reply:")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=clock.now())
    note_bounce(mail.message_id, "no such user")

    call = Notice.objects.get(kind="call", done_at=None)
    assert (call.person, call.due_on) == (kita_officer, clock.today())
    # Deciding on publication does not make the call.
    publishing.withhold_publication(case, actor=kita_manager, reason="6")
    call.refresh_from_db()
    assert call.done_at is None


def test_a_receipt_that_the_mail_server_pipes_back_is_a_call(
    submit, kita_officer, enter, monkeypatch
):
    case = submit(key="k", phone="06-6208-0000", **WANTS_A_MAIL).consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    mail = OutgoingMail.objects.get(key=f"receipt:{case.number}")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=clock.now())
    notification = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.jp\n\n"
        "Final-Recipient: rfc822; hanako@example.jp\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {mail.message_id}\n\n--b--\n"
    )
    enter("osaka")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(notification.encode())))
    call_command("take_bounce")

    enter("kita")
    call = Notice.objects.get(kind="call")
    assert (call.person, call.url) == (kita_officer, case.get_absolute_url())
    assert call.text == f"{case.number}の電子メールが届きませんでした。電話で連絡してください。"


def test_a_mail_about_no_case_calls_nobody(kita, kita_manager):
    mail = OutgoingMail.objects.create(
        key="morning:1", to_address="a@example.jp", subject="朝", body="朝", about="朝のまとめ",
        message_id="<a@example.jp>", not_before=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    parked(mail)

    assert not Notice.objects.exists()


# --- the clock set back --------------------------------------------------------------------------


def test_a_clock_that_is_set_back_moves_this_thread_alone_and_never_into_the_future():
    moment = timezone.make_aware(datetime(2026, 4, 1, 0, 30))
    elsewhere = []
    with clock.set_back(moment):
        thread = threading.Thread(target=lambda: elsewhere.append(clock.now()))
        thread.start()
        thread.join()
        assert (clock.now(), clock.today()) == (moment, date(2026, 4, 1))
        with pytest.raises(RuntimeError, match="stop"), clock.set_back(moment - timedelta(days=1)):
            raise RuntimeError("stop")
        assert clock.now() == moment
    assert elsewhere[0] > moment
    assert clock.now() > moment
    with (
        pytest.raises(ValueError, match="not forward"),
        clock.set_back(timezone.now() + timedelta(minutes=1)),
    ):
        pass


def test_a_case_taken_in_with_the_clock_set_back_is_of_that_day(submit):
    with clock.set_back(timezone.make_aware(datetime(2026, 3, 31, 23, 59))):
        case = submit(key="k").consultation

    assert (case.received_on, case.fiscal_year) == (date(2026, 3, 31), 2025)
    assert case.number.startswith("R07-KITA-")
