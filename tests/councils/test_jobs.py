"""The councils' daily work: papers of the year, due days told once to the right people."""

from datetime import date

import pytest

from councils import jobs
from councils.models import Confirmation, Filing
from councils.services import areas, certifications, filings
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice


def told() -> list[tuple[str, str]]:
    """Return whom open notices tell what, without 認定 and applications."""
    rows = Notice.objects.filter(done_at=None).order_by("pk")
    return [(row.person.name, row.text) for row in rows.select_related("person")]


@pytest.fixture
def certified(certify_council, at):
    """A council certified on 1 April 2026, to be confirmed by 1 April 2027; nothing told yet."""
    at("2026-04-01 10:00")
    council = certify_council(since=date(2025, 4, 1))
    Notice.objects.all().delete()
    return council


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-12-31", None),
        ("2027-01-01", "90日以内です。"),
        ("2027-01-30", "90日以内です。"),
        ("2027-01-31", "60日以内です。"),
        ("2027-03-02", "30日以内です。"),
        ("2027-04-01", "30日以内です。"),
        ("2027-04-02", "失効候補です。"),
    ],
)
def test_a_confirmation_is_told_of_at_90_60_30_days_and_when_it_has_lapsed(
    certified, run_job, at, day, words
):
    Filing.objects.all().delete()
    at(f"{day} 05:15")
    row = run_job(jobs.REMIND)
    run_job(jobs.REMIND)

    about = Notice.objects.filter(url=Confirmation.objects.get().get_absolute_url())
    assert row.result["confirmations"] == (words is not None)
    assert {notice.text[-len(words or "") :] for notice in about} == ({words} if words else set())
    # Nobody looks after the area, so the one manager is told; twice a day is once.
    assert about.count() == (words is not None)


def test_whoever_looks_after_the_area_is_told_and_the_managers_of_a_lapse(
    certified, area, officer, manager, run_job, at
):
    areas.appoint_area_staff(
        area, officer, valid_from=date(2026, 4, 1), is_lead=True, actor=manager
    )
    at("2027-01-01 05:15")
    run_job(jobs.REMIND)
    about = Notice.objects.filter(url=Confirmation.objects.get().get_absolute_url())
    assert {notice.person for notice in about} == {officer}

    at("2027-04-02 05:15")
    run_job(jobs.REMIND)
    lapsed = about.filter(kind=NoticeKind.OVERDUE)
    assert {notice.person for notice in lapsed} == {officer, manager}


def test_who_has_left_the_ward_office_is_told_nothing(certified, area, hire, manager, run_job, at):
    leaves = hire("kita", "officer", until=date(2026, 12, 31))
    areas.appoint_area_staff(area, leaves, valid_from=date(2026, 4, 1), is_lead=True, actor=manager)
    at("2027-01-01 05:15")

    run_job(jobs.REMIND)

    about = Notice.objects.filter(url=Confirmation.objects.get().get_absolute_url())
    assert {notice.person for notice in about} == {manager}


def test_the_papers_of_the_year_are_put_on_the_list_once_and_told_of_when_late(
    certified, officer, run_job, at
):
    at("2026-04-02 05:15")
    first, again = run_job(jobs.REMIND), run_job(jobs.REMIND)
    kinds = Filing.objects.filter(fiscal_year=2026)
    assert (first.result["opened"], again.result["opened"], kinds.count()) == (6, 0, 6)

    at("2026-05-01 05:15")
    assert run_job(jobs.REMIND).result["filings"] == 1
    url = certified.part_url("filings")
    [notice] = Notice.objects.filter(url=url)
    assert notice.text == (
        f"{certified}の提出書類（予算、規約、事業計画、名簿）が、期限（令和8年4月30日）を過ぎました。"
    )

    late = list(Filing.objects.with_state(date(2026, 5, 1)).filter(state_on_day="late"))
    for place, filing in enumerate(late):
        assert Notice.objects.filter(url=url, done_at=None).exists(), place
        filings.submit_filing(filing, submitted_on=date(2026, 5, 1), actor=officer)
    assert not Notice.objects.filter(url=url, done_at=None).exists()
    # What is given back is owed again, and the notice with it.
    filings.return_filing(late[0], reason="金額が合いません。", actor=officer)
    assert Notice.objects.filter(url=url, done_at=None).count() == 1


def test_a_late_correction_and_a_missing_statement_are_told_of_and_done_with(
    certified, officer, manager, mayor, run_job, at
):
    Filing.objects.all().delete()
    [held] = certified.certifications.all()
    request = certifications.request_correction(
        held, reason="会計を公開してください。", due_on=date(2026, 4, 20), actor=manager
    )
    revocation = certifications.propose_revocation(
        held, reason="活動していない。", statement_due_on=date(2026, 4, 20), actor=manager
    )
    at("2026-04-20 05:15")
    on_the_day = run_job(jobs.REMIND).result
    at("2026-04-21 05:15")
    after = run_job(jobs.REMIND).result
    assert (on_the_day["corrections"], on_the_day["statements"]) == (0, 0)
    assert (after["corrections"], after["statements"]) == (1, 1)
    by_url = {row.url: row.person for row in Notice.objects.filter(done_at=None)}
    assert by_url[certified.part_url("corrections")] == manager
    assert by_url[certified.part_url("revocation")] == mayor

    certifications.resolve_correction(request, resolution="公開した。", actor=manager)
    assert not Notice.objects.filter(url=certified.part_url("corrections"), done_at=None).exists()
    certifications.decide_revocation(
        revocation, revoke=True, reason="弁明がなかった。", actor=mayor
    )
    assert told() == []
