"""Notices: one sentence to one person, on the start page until it is done."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from wards import clock
from wards.desk.admin.notices import my_notices
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice
from wards.desk.services import mark_all_done_for, mark_done, notify

DAY = date(2026, 11, 25)
CASE = "/admin/consultations/consultation/1/change/"


@pytest.fixture
def tell():
    """Tell a person something: `tell(officer, "1", due_on=…)`."""

    def make(person, key: str, **more) -> Notice:
        fields = {
            "kind": NoticeKind.ASSIGNED,
            "text": f"相談 {key} の担当になりました。",
            "url": CASE,
        }
        return notify(person, key=key, **{**fields, **more})

    return make


def test_the_same_key_is_one_notice(kita, kita_officer, tell):
    first = tell(kita_officer, "assigned:1")
    second = tell(kita_officer, "assigned:1", text="別の文")

    assert second.pk == first.pk
    assert Notice.objects.get().text == "相談 assigned:1 の担当になりました。"


def test_a_notice_disappears_with_the_fact_that_was_rolled_back(kita, kita_officer, tell):
    with transaction.atomic():
        tell(kita_officer, "assigned:1")
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["", "admin/", "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"],
)
def test_a_notice_leads_nowhere_but_into_its_ward(kita, kita_officer, tell, url):
    with pytest.raises(ValidationError):
        tell(kita_officer, "1", url=url)
    assert not Notice.objects.exists()
    notice = tell(kita_officer, "2")
    with pytest.raises(IntegrityError, match="leads_into_its_ward"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(url=url)


def test_an_unknown_kind_is_refused(kita, kita_officer, tell):
    with pytest.raises(ValidationError) as refusal:
        tell(kita_officer, "1", kind="gossip")
    assert "kind" in refusal.value.message_dict


def test_open_notices_begin_with_the_longest_overdue_and_end_with_those_without_a_day(
    kita, kita_officer, kita_manager, tell
):
    tell(kita_officer, "no day")
    tell(kita_officer, "later", due_on=DAY + timedelta(days=9))
    tell(kita_officer, "late", due_on=DAY - timedelta(days=1))
    tell(kita_officer, "very late", due_on=DAY - timedelta(days=30))
    tell(kita_manager, "another's", due_on=DAY)
    mark_done(tell(kita_officer, "done", due_on=DAY), kita_officer)

    keys = [notice.key for notice in Notice.objects.open_for(kita_officer)]
    assert keys == ["very late", "late", "later", "no day"]


@pytest.mark.parametrize(
    ("days", "overdue", "soon"),
    [
        (-1, True, False),
        (0, False, True),
        (3, False, True),
        (4, False, False),
        (None, False, False),
    ],
)
def test_a_day_is_overdue_from_the_next_day_on_and_soon_three_days_before(
    kita, kita_officer, tell, days, overdue, soon
):
    due_on = None if days is None else DAY + timedelta(days=days)
    notice = tell(kita_officer, "1", due_on=due_on)

    assert Notice.objects.overdue(DAY).exists() is overdue
    assert notice.is_overdue(DAY) is overdue
    assert Notice.objects.due_within(3, of=DAY).exists() is soon


def test_a_notice_is_done_once_and_by_its_own_person_only(kita, kita_officer, kita_manager, tell):
    notice = tell(kita_officer, "1")
    with pytest.raises(PermissionDenied):
        mark_done(notice, kita_manager)

    assert [mark_done(notice, kita_officer), mark_done(notice, kita_officer)] == [True, False]
    notice.refresh_from_db()
    assert notice.done_by == kita_officer
    assert notice.done_at is not None


def test_finished_work_takes_every_notice_about_it_off_everybodys_desk(
    kita, kita_officer, kita_manager, tell
):
    tell(kita_officer, "1")
    tell(kita_manager, "2", kind=NoticeKind.OVERDUE)
    tell(kita_manager, "3", kind=NoticeKind.CALL)
    tell(kita_manager, "4", url="/admin/consultations/consultation/11/change/")

    assert mark_all_done_for(CASE, actor=kita_officer, kinds=[NoticeKind.CALL]) == 1
    assert mark_all_done_for(CASE) == 2
    assert mark_all_done_for(CASE) == 0
    assert [n.key for n in Notice.objects.filter(done_at=None)] == ["4"]
    assert Notice.objects.get(key="3").done_by == kita_officer
    assert Notice.objects.get(key="1").done_by is None


def test_a_notice_of_kita_does_not_exist_in_nishi(enter, kita_officer, tell):
    enter("kita")
    tell(kita_officer, "1")
    enter("nishi")

    assert not Notice.objects.exists()
    assert not Notice.objects.open_for(kita_officer).exists()


def test_the_history_tells_who_did_what_with_a_notice(kita, kita_officer, tell):
    notice = tell(kita_officer, "1")
    mark_done(notice, kita_officer)

    events = notice.events.order_by("pgh_id")
    assert [(event.pgh_label, event.done_by_id) for event in events] == [
        ("insert", None),
        ("update", kita_officer.pk),
    ]


# --- the start page and the list ---


@pytest.fixture
def desk(sign_in, kita_officer, enter):
    """The officer's browser at 北区."""
    client = sign_in(kita_officer, "kita")
    enter("kita")
    return client


def test_the_start_page_lists_my_notices_overdue_first_and_nobody_elses(
    desk, kita_officer, kita_manager, tell
):
    today = clock.today()
    tell(kita_officer, "soon", text="明日までの仕事です。", due_on=today + timedelta(days=1))
    tell(kita_officer, "late", text="期限を過ぎた仕事です。", due_on=today - timedelta(days=1))
    tell(kita_manager, "other", text="課長の仕事です。")

    page = desk.get("/admin/").content.decode()

    assert page.index("期限を過ぎた仕事です。") < page.index("明日までの仕事です。")
    assert "課長の仕事です。" not in page
    assert "期限切れ" in page
    assert f'href="{CASE}"' in page
    assert "済んでいないもの 2件（うち期限切れ 1件）" in page


def test_a_start_page_without_notices_says_so_in_words(desk):
    assert "あなた宛ての仕事とお知らせはありません" in desk.get("/admin/").content.decode()


def test_a_start_page_shows_ten_and_leads_to_the_rest(desk, kita_officer, tell):
    for number in range(13):
        tell(kita_officer, str(number), url=f"/admin/consultations/consultation/{number}/change/")

    page = desk.get("/admin/").content.decode()

    assert page.count("済みにする<") == 10
    assert "残り3件を含む一覧を見る" in page


def test_the_start_page_tells_of_each_page_once_what_there_is_to_do_first(
    desk, kita_officer, tell, enter
):
    tell(kita_officer, "1", text="担当になりました。", due_on=DAY)
    tell(kita_officer, "2", text="電話で連絡してください。", kind=NoticeKind.CALL, due_on=DAY)
    other = tell(kita_officer, "3", text="別の案件です。", url="/admin/")

    page = desk.get("/admin/").content.decode()

    assert page.count(f'href="{CASE}"') == 1
    assert page.index("電話で連絡してください。</a>") < page.index(">担当になりました。</p>")
    assert "済んでいないもの 3件" in page
    first, second = Notice.objects.filter(url=CASE).order_by("-pk")
    answer = desk.post(
        f"/admin/ward_desk/notice/{first.pk}/done/",
        {"also": [second.pk, other.pk, "x"]},
        follow=True,
    )
    assert "「電話で連絡してください。」など2件を済みにしました。" in answer.content.decode()
    enter("kita")
    assert list(Notice.objects.open_for(kita_officer)) == [other]


def test_the_panel_asks_the_database_few_questions(
    desk, kita_officer, tell, django_assert_max_num_queries
):
    for number in range(30):
        tell(kita_officer, str(number))
    desk.get("/admin/")

    with django_assert_max_num_queries(25):
        desk.get("/admin/")


def test_the_button_takes_a_notice_off_my_desk(desk, kita_officer, tell, enter):
    notice = tell(kita_officer, "1")

    answer = desk.post(f"/admin/ward_desk/notice/{notice.pk}/done/", follow=True)

    assert "を済みにしました" in answer.content.decode()
    enter("kita")
    notice.refresh_from_db()
    assert notice.done_by == kita_officer


def test_the_button_needs_its_form(desk, kita_officer, tell, enter):
    notice = tell(kita_officer, "1")
    desk.handler.enforce_csrf_checks = True

    assert desk.post(f"/admin/ward_desk/notice/{notice.pk}/done/").status_code == 403
    enter("kita")
    notice.refresh_from_db()
    assert notice.done_at is None


@pytest.mark.parametrize("path", ["", "change/", "history/", "done/"])
def test_anothers_notice_does_not_exist_for_me(desk, kita_manager, tell, path, enter):
    notice = tell(kita_manager, "1", text="課長だけの仕事です。")

    address = f"/admin/ward_desk/notice/{notice.pk}/{path}"
    answer = (desk.post if path == "done/" else desk.get)(address, follow=True)

    assert answer.status_code == 404
    assert "課長だけの仕事です。" not in answer.content.decode()
    enter("kita")
    notice.refresh_from_db()
    assert notice.done_at is None


def test_the_list_shows_open_ones_and_on_demand_the_rest(desk, kita_officer, tell):
    tell(kita_officer, "open", text="まだの仕事です。")
    mark_done(tell(kita_officer, "done", text="済んだ仕事です。"), kita_officer)

    def shown(query: str) -> tuple[bool, bool]:
        page = desk.get(f"/admin/ward_desk/notice/{query}").content.decode()
        return "まだの仕事です。" in page, "済んだ仕事です。" in page

    assert shown("") == (True, False)
    assert shown("?done=yes") == (False, True)
    assert shown("?done=all") == (True, True)
    assert shown("?done=maybe") == (False, False)
    assert shown("?kind=call") == (False, False)
    assert shown("?kind=assigned&done=all") == (True, True)


def test_many_are_marked_as_done_at_once(desk, kita_officer, tell, enter):
    numbers = [tell(kita_officer, str(number)).pk for number in range(3)]

    answer = desk.post(
        "/admin/ward_desk/notice/",
        {"action": "mark_selected_done", "_selected_action": numbers[:2]},
        follow=True,
    )

    assert "2件を済みにしました。" in answer.content.decode()
    enter("kita")
    assert [n.pk for n in Notice.objects.open_for(kita_officer)] == numbers[2:]


def test_a_notice_has_a_page_of_its_own_that_changes_nothing(desk, kita_officer, tell, enter):
    notice = tell(kita_officer, "1", due_on=DAY)

    page = desk.get(f"/admin/ward_desk/notice/{notice.pk}/change/").content.decode()

    assert notice.text in page
    assert "令和8年11月25日" in page
    assert 'name="_save"' not in page


def test_a_judge_sees_their_own_notices_and_nothing_of_the_outbox(sign_in, hire, enter, tell):
    judge = hire("kita", "judge")
    client = sign_in(judge, "kita")
    enter("kita")
    tell(judge, "1", text="審査をお願いします。")

    page = client.get("/admin/").content.decode()

    assert "審査をお願いします。" in page
    assert "送信メール" not in page


def test_who_holds_no_role_here_gets_no_panel(kita, nishi_officer):
    request = RequestFactory().get("/admin/")
    request.user = nishi_officer

    assert my_notices(request) is None


def test_opening_the_address_of_the_button_changes_nothing(desk, kita_officer, tell, enter):
    notice = tell(kita_officer, "1")

    assert desk.get(f"/admin/ward_desk/notice/{notice.pk}/done/").status_code == 405
    enter("kita")
    notice.refresh_from_db()
    assert notice.done_at is None


def test_the_list_says_in_words_that_a_day_has_passed(desk, kita_officer, tell):
    today = clock.today()
    tell(kita_officer, "late", due_on=today - timedelta(days=1))
    assert "期限切れ" in desk.get("/admin/ward_desk/notice/").content.decode()
    Notice.objects.update(due_on=today)

    assert "期限切れ" not in desk.get("/admin/ward_desk/notice/").content.decode()
