"""朝のまとめメール: one a day to whoever has something waiting, and nothing about citizens."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from wards import jobs
from wards.desk.choices import NoticeKind
from wards.desk.models import OutgoingMail
from wards.desk.morning import MORNING_MAIL
from wards.desk.services import mark_done, notify
from wards.models import Job, User, Ward

DAY = date(2026, 11, 25)
URL = "/admin/consultations/consultation/1/change/"


@pytest.fixture
def morning(kita, at):
    """Let it be seven o'clock on a day and do the ward's job: `morning(26)`."""

    def come(day: int = 25) -> dict:
        at(2026, 11, day, 7)
        row = jobs.ask_for(kita, MORNING_MAIL, day=date(2026, 11, day), again=True)
        jobs.do_job(row.pk)
        row.refresh_from_db()
        assert row.state == Job.State.DONE
        return row.result

    return come


@pytest.fixture
def tell(at):
    """Tell a person something on the evening before."""

    def make(person, key: str, *, due_on=None, day=24, text=""):
        at(2026, 11, day, 18)
        text = text or f"仕事 {key} があります。"
        return notify(person, key=key, kind=NoticeKind.ASSIGNED, text=text, url=URL, due_on=due_on)

    return make


def test_one_mail_tells_what_is_overdue_due_soon_and_new(kita, kita_officer, tell, morning):
    tell(kita_officer, "late", due_on=DAY - timedelta(days=1))
    tell(kita_officer, "soon", due_on=DAY + timedelta(days=3))
    tell(kita_officer, "new", due_on=DAY + timedelta(days=4))

    assert morning() == {"rows": 1}

    mail = OutgoingMail.objects.get()
    assert mail.key == f"morning:{kita_officer.pk}:2026-11-25"
    assert mail.to_address == kita_officer.email
    assert mail.subject == ("【北区役所】今日の仕事：期限切れ 1件、3日以内に期限 1件、新着 1件")
    assert (
        "・仕事 late があります。［期限：令和8年11月24日］\n　http://kita.localhost" + URL
        in mail.body
    )
    assert mail.body.index("仕事 late") < mail.body.index("仕事 soon") < mail.body.index("仕事 new")
    assert [mail.body.count(f"仕事 {key} ") for key in ("late", "soon", "new")] == [1, 1, 1]
    assert "http://kita.localhost/admin/\n" in mail.body


def test_in_production_the_links_are_https(kita, kita_officer, tell, morning, settings):
    settings.PORTAL_LOCAL = False
    tell(kita_officer, "1")

    morning()

    assert f"https://kita.localhost{URL}" in OutgoingMail.objects.get().body
    assert "http://" not in OutgoingMail.objects.get().body


def test_nothing_waiting_is_no_mail(kita, kita_officer, tell, morning):
    mark_done(tell(kita_officer, "1", due_on=DAY), kita_officer)

    assert morning() == {"rows": 0}
    assert not OutgoingMail.objects.exists()


def test_the_job_done_twice_posts_one_mail(kita, kita_officer, tell, morning):
    tell(kita_officer, "1", due_on=DAY)

    assert [morning(), morning()] == [{"rows": 1}, {"rows": 0}]
    assert OutgoingMail.objects.count() == 1


def test_what_is_not_urgent_is_told_once_and_what_is_overdue_every_morning(
    kita, kita_officer, tell, morning
):
    tell(kita_officer, "whenever")
    assert morning(25) == {"rows": 1}
    assert morning(26) == {"rows": 0}

    tell(kita_officer, "late", due_on=DAY, day=26)
    assert (morning(27), morning(28)) == ({"rows": 1}, {"rows": 1})
    assert "whenever" not in OutgoingMail.objects.get(key__endswith="2026-11-28").body


def test_what_came_after_the_last_mornings_mail_is_new(kita, kita_officer, tell, morning):
    tell(kita_officer, "first")
    morning(25)
    tell(kita_officer, "second", day=25)

    morning(26)

    body = OutgoingMail.objects.get(key__endswith="2026-11-26").body
    assert "仕事 second" in body
    assert "仕事 first" not in body


@pytest.mark.parametrize(
    ("since", "until", "mails"),
    [
        (DAY, None, 1),
        (DAY + timedelta(days=1), None, 0),
        (date(2020, 4, 1), DAY, 1),
        (date(2020, 4, 1), DAY - timedelta(days=1), 0),
    ],
)
def test_only_who_works_there_that_day_is_written_to(
    kita, hire, tell, morning, since, until, mails
):
    tell(hire("kita", "officer", since=since, until=until), "1")

    assert morning() == {"rows": mails}


def test_who_is_deactivated_is_not_written_to(kita, kita_officer, tell, morning, enter):
    tell(kita_officer, "1")
    enter("osaka")
    User.objects.filter(pk=kita_officer.pk).update(is_active=False)
    enter("kita")

    assert morning() == {"rows": 0}


def test_a_stranger_to_the_ward_can_be_told_nothing(kita, nishi_officer, tell):
    with pytest.raises(ValidationError) as refusal:
        tell(nishi_officer, "1")

    assert "person" in refusal.value.message_dict


def test_a_person_with_two_roles_gets_one_mail(kita, kita_officer, tell, morning, enter):
    from wards.models import Membership

    enter("osaka")
    ward = Ward.objects.get(slug="kita")
    Membership.objects.create(user=kita_officer, ward=ward, role="viewer", valid_from=DAY)
    enter("kita")
    tell(kita_officer, "1")

    assert morning() == {"rows": 1}


def test_a_long_list_is_cut_and_counted(kita, kita_officer, tell, morning):
    for number in range(25):
        tell(kita_officer, str(number))

    morning()

    body = OutgoingMail.objects.get().body
    assert body.count("\n　http://") == 20
    assert "・ほか5件" in body
    assert "（25件）" in body


def test_the_job_has_a_name_that_officers_read():
    assert jobs.job_label(MORNING_MAIL) == "朝のまとめメール"
