"""A bureau at 本庁: sees what was referred to it, answers, and the ward's case knows."""

import re
import uuid
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from consultations.choices import HandoverState
from consultations.city.models import Referral, ReferralFile
from consultations.models import Entry, Handover
from consultations.services import handovers, referral_news, referrals
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from osaka_kusei.citywide import collecting
from osaka_kusei.citywide.tasks import dispatch_due_jobs
from wards import clock
from wards.models import Bureau, CityAccessEvent, Job, Membership, Ward

DESK = "/admin/referrals/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def construction(city):
    return Bureau.objects.create(code="construction", name="建設局")


@pytest.fixture
def officer(hire, construction):
    """Somebody of 建設局."""
    person = hire("osaka", "bureau_officer")
    Membership.objects.filter(user=person).update(bureau=construction)
    return person


@pytest.fixture
def desk(officer, sign_in):
    """Their browser at 本庁."""
    return sign_in(officer, "osaka")


@pytest.fixture
def refer(enter, hire, construction):
    """Refer a case of 北区: `refer(due_in=3)` returns the referral, at 本庁 again."""
    manager = hire("kita", "manager")

    def make(*, due_in=10, bureau=None):
        enter("kita")
        checked = check_submission(
            {
                "category": "park", "place": "扇町公園", "body": "樹木の根で歩道が浮いています。",
                "wants_reply": "yes", "reply_by": "phone", "name": "大阪 花子", "phone": "06-6208-0000",
            }
        )  # fmt: skip
        due_on = clock.today() + timedelta(days=due_in)
        received_at = clock.now() - timedelta(days=10)
        case = receive_consultation(
            checked, Circumstances(due_on=due_on, received_at=received_at)
        ).consultation
        handover = handovers.hand_over(
            case, bureau or construction, actor=manager, reason="街路樹の根は局の担当です。"
        )
        enter("osaka")
        return Referral.objects.get(pk=handover.referral_id)

    return make


def numbers_of(response) -> list[str]:
    return re.findall(r">(R\d\d-KITA-\d{6}-\d)</a>", response.content.decode())


def test_what_waits_stands_by_its_due_day_and_the_overdue_first(desk, refer, officer):
    later, late, soon = refer(due_in=9), refer(due_in=-2), refer(due_in=1)
    referrals.answer_referral(refer(), actor=officer, text="直します。")

    page = desk.get(DESK)

    assert numbers_of(page) == [one.receipt_number for one in (late, soon, later)]
    assert "2日超過" in text_of(page)
    assert "対応が必要 3件" in text_of(page)
    start = text_of(desk.get("/admin/"))
    assert "対応が必要なもの 3件 （うち期限を過ぎたもの 1件）" in start.replace("件（", "件 （")


def test_a_bureau_sees_what_is_asked_and_never_who_asks(desk, refer):
    page = desk.get(f"{DESK}{refer().pk}/")

    words = text_of(page)
    for told in (
        "扇町公園",
        "樹木の根で歩道が浮いています。",
        "街路樹の根は局の担当です。",
        "公園・街路樹",
        "北区",
    ):
        assert told in words
    for hidden in ("大阪 花子", "06-6208-0000"):
        assert hidden not in words


def test_a_bureaus_people_read_whose_desk_they_sit_at(desk, hire, sign_in):
    page = desk.get(DESK).content.decode()
    of_the_city = sign_in(hire("osaka", "city_officer"), "osaka").get("/admin/").content.decode()

    assert "大阪市 建設局 区政ポータル</title>" in page
    assert "大阪市 市民局" not in page
    assert "大阪市 市民局 区政ポータル</title>" in of_the_city


def test_a_picture_that_came_along_is_opened_by_its_bureau_and_goes_with_the_answer(
    desk, refer, enter
):
    referral = refer()
    other = refer(bureau=Bureau.objects.create(code="harbour", name="大阪港湾局"))
    enter("kita")
    files = [
        ReferralFile.objects.create(
            referral=one, display_name="現場.jpg", content_type="image/jpeg", extension=".jpg",
            sha256="0" * 64, content=b"\xff\xd8picture",
        )
        for one in (referral, other)
    ]  # fmt: skip
    enter("osaka")

    assert "現場.jpg" in text_of(desk.get(f"{DESK}{referral.pk}/"))
    taken = desk.get(f"{DESK}{referral.pk}/files/{files[0].pk}/")
    assert b"".join(taken.streaming_content) == b"\xff\xd8picture"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert desk.get(f"{DESK}{referral.pk}/files/{files[1].pk}/").status_code == 404
    assert desk.get(f"{DESK}{other.pk}/files/{files[1].pk}/").status_code == 404
    desk.post(f"{DESK}{referral.pk}/", {"step": "answer", "text": "直します。"})
    assert not ReferralFile.objects.filter(referral=referral).exists()


def test_another_bureaus_referral_does_not_exist(desk, refer):
    other = refer(bureau=Bureau.objects.create(code="harbour", name="大阪港湾局"))

    assert numbers_of(desk.get(f"{DESK}?state=all")) == []
    assert desk.get(f"{DESK}{other.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert (
        desk.post(f"{DESK}{other.pk}/", {"step": "answer", "text": "x"}).status_code
        == HTTPStatus.NOT_FOUND
    )
    assert desk.get(f"{DESK}{uuid.uuid4()}/").status_code == HTTPStatus.NOT_FOUND
    other.refresh_from_db()
    assert other.state == Referral.State.SENT


def test_who_serves_no_bureau_is_told_whom_to_ask(hire, sign_in, city):
    client = sign_in(hire("osaka", "bureau_officer"), "osaka")

    refused = client.get(DESK)

    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "局が登録されていません。運用管理者に" in text_of(refused)
    assert "局が登録されていません" in text_of(client.get("/admin/"))


def test_a_bureau_that_moved_on_sees_nothing_of_its_former_one(desk, officer, refer):
    referral = refer()
    Membership.objects.filter(user=officer).update(
        valid_from=date(2020, 4, 1), valid_to=clock.today() - timedelta(days=1)
    )

    assert desk.get(f"{DESK}{referral.pk}/").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("step", "text", "sentence"),
    [
        ("answer", "", "回答を入力してください。"),
        ("answer", "あ" * 4001, "4,000文字以内"),
        ("answer", "あ\u202eい", "制御文字"),
        ("return", "　", "返す理由を入力してください。"),
    ],
)
def test_a_text_that_cannot_be_taken_is_kept_on_the_page_with_the_reason(
    desk, refer, step, text, sentence
):
    referral = refer()

    page = desk.post(f"{DESK}{referral.pk}/", {"step": step, "text": text})

    assert sentence in text_of(page)
    assert "<title>エラー：" in page.content.decode()
    if text.strip():
        assert text[:50] in page.content.decode()
    referral.refresh_from_db()
    assert referral.state == Referral.State.SENT


def test_a_second_answer_is_refused_and_the_first_one_stands(desk, refer):
    referral = refer()
    desk.post(f"{DESK}{referral.pk}/", {"step": "answer", "text": "点検します。"})

    again = desk.post(f"{DESK}{referral.pk}/", {"step": "answer", "text": "点検しません。"})

    assert "「回答済」で終わっています" in text_of(again)
    referral.refresh_from_db()
    assert referral.answer == "点検します。"


def test_an_unknown_step_is_not_found(desk, refer):
    assert desk.post(f"{DESK}{refer().pk}/", {"step": "delete"}).status_code == HTTPStatus.NOT_FOUND


def test_answer_and_acceptance_each_reach_the_wards_case_once(desk, refer, enter):
    referral = refer()

    desk.post(f"{DESK}{referral.pk}/", {"step": "accept"}, follow=True)
    enter("kita")
    assert referral_news.collect_referrals() == 1
    enter("osaka")
    page = desk.post(
        f"{DESK}{referral.pk}/", {"step": "answer", "text": "12月に剪定します。"}, follow=True
    )
    assert "回答しました。" in text_of(page)
    enter("kita")
    assert referral_news.collect_referrals() == 1
    assert referral_news.collect_referrals() == 0

    entries = list(Entry.objects.filter(author_label="建設局").values_list("text", flat=True))
    assert entries == ["建設局が引き受けました。", "建設局からの回答：12月に剪定します。"]
    assert Entry.objects.first().consultation.handovers.get().state == HandoverState.ANSWERED
    enter("osaka")
    assert "区の情報共有カルテに入りました" in text_of(desk.get(f"{DESK}{referral.pk}/"))


def test_a_returned_referral_loses_its_text(desk, refer):
    referral = refer()

    desk.post(f"{DESK}{referral.pk}/", {"step": "return", "text": "水道局の担当です。"})

    referral.refresh_from_db()
    assert (referral.state, referral.body, referral.place) == ("returned", "", "")
    assert "本文は消去しました" in text_of(desk.get(f"{DESK}{referral.pk}/"))
    assert numbers_of(desk.get(f"{DESK}?state=returned")) == [referral.receipt_number]


def test_each_step_asks_the_ward_once_to_carry_it_in(desk, refer, city):
    referral = refer()
    kita = Ward.objects.get(slug="kita")

    desk.post(f"{DESK}{referral.pk}/", {"step": "accept"})
    desk.post(f"{DESK}{referral.pk}/", {"step": "answer", "text": "点検します。"})
    collecting.ask_to_collect()

    jobs = Job.objects.filter(name="collect_referrals")
    assert {(job.ward_id, job.key) for job in jobs} == {
        (kita.pk, f"{referral.pk}:accepted"),
        (kita.pk, f"{referral.pk}:answered"),
    }


def test_the_sweep_makes_up_for_a_wake_up_that_was_lost(desk, refer, city, officer, monkeypatch):
    referral = refer()
    referrals.answer_referral(referral, actor=officer, text="点検します。")
    assert not Job.objects.filter(name="collect_referrals").exists()
    sent = []
    monkeypatch.setattr(
        "osaka_kusei.citywide.tasks.send_wake_up", lambda ward, pk: sent.append(pk) or True
    )

    dispatch_due_jobs()

    assert Job.objects.exclude(key="").get(name="collect_referrals").pk in sent


def test_what_was_carried_in_or_is_long_past_is_asked_for_no_more(
    refer, officer, hire, enter, monkeypatch
):
    with monkeypatch.context() as patched:
        days_ago = clock.now() - timedelta(days=8)
        patched.setattr(clock, "now", lambda: days_ago)
        long_past = refer()
        referrals.answer_referral(long_past, actor=officer, text="直します。")
    carried_in, withdrawn, _ = refer(), refer(), refer()
    referrals.answer_referral(carried_in, actor=officer, text="直します。")
    enter("kita")
    referral_news.collect_referral(Handover.objects.get(referral_id=carried_in.pk))
    handovers.withdraw_handover(
        Handover.objects.get(referral_id=withdrawn.pk),
        actor=hire("kita", "manager"),
        reason="区の件",
    )
    enter("osaka")

    assert collecting.ask_to_collect() == 0


def test_the_list_comes_in_pages_and_an_unknown_one_is_not_found(
    desk, refer, enter, django_assert_max_num_queries
):
    template = refer()
    enter("kita")
    for number in range(30):
        template.pk = uuid.uuid4()
        template.receipt_number = f"R08-KITA-{number:06}-0"
        template._state.adding = True
        template.save(force_insert=True)
    enter("osaka")

    with django_assert_max_num_queries(14):
        first = desk.get(DESK)
    second = desk.get(f"{DESK}?state=waiting&page=2")

    assert (len(numbers_of(first)), len(numbers_of(second))) == (25, 6)
    assert desk.get(f"{DESK}?page=3").status_code == HTTPStatus.NOT_FOUND
    assert desk.get(f"{DESK}?state=nothing").status_code == HTTPStatus.NOT_FOUND
    assert connection.schema_name == "public"


# --- the log of who looked ----------------------------------------------------------------------


def looks(**filters) -> list[tuple]:
    events = CityAccessEvent.objects.filter(**filters).order_by("pk")
    return [(event.what, event.about, event.detail.get("page", "")) for event in events]


def test_each_reading_of_a_referral_stands_in_the_log_of_headquarters(desk, officer, refer, enter):
    referral = refer()
    enter("kita")
    file = ReferralFile.objects.create(
        referral=referral, display_name="現場.jpg", content_type="image/jpeg", extension=".jpg",
        sha256="0" * 64, content=b"\xff\xd8picture",
    )  # fmt: skip
    enter("osaka")
    desk.get(f"{DESK}{referral.pk}/")
    desk.get(f"{DESK}{referral.pk}/")
    desk.get(f"{DESK}{referral.pk}/files/{file.pk}/")
    desk.post(f"{DESK}{referral.pk}/", {"step": "answer", "text": ""})

    number = referral.receipt_number
    reading = ("personal_data", number, "局への引継ぎ")
    assert looks(user=officer) == [
        reading,
        reading,
        ("attachment", number, "局への引継ぎ"),
        reading,
    ]
    event = CityAccessEvent.objects.first()
    assert (event.detail["bureau"], event.at is not None) == ("建設局", True)


def test_what_is_refused_at_headquarters_is_written_down(hire, sign_in, city):
    viewer = hire("osaka", "city_viewer")
    assert sign_in(viewer, "osaka").get(DESK).status_code == HTTPStatus.FORBIDDEN

    assert looks(user=viewer) == [("refused", DESK, "")]


def test_another_bureaus_referral_leaves_no_reading(desk, refer):
    other = refer(bureau=Bureau.objects.create(code="harbour", name="大阪港湾局"))
    desk.get(f"{DESK}{other.pk}/")

    assert looks() == []


def test_the_citys_officers_read_filter_and_take_the_log(
    desk, officer, refer, hire, sign_in, enter
):
    referral = refer()
    desk.get(f"{DESK}{referral.pk}/")
    client = sign_in(hire("osaka", "city_officer"), "osaka")
    log = "/admin/wards/cityaccessevent/"

    def shown(query: str) -> bool:
        return referral.receipt_number in client.get(f"{log}{query}").content.decode()

    assert "閲覧の記録" in client.get("/admin/").content.decode()
    assert shown("")
    assert shown(f"?person={officer.pk}&what=personal_data&day=today")
    assert not shown("?what=export")
    assert not shown("?q=R08-NISHI")
    address = f"{log}export/csv/?what=personal_data"
    assert "利用目的" in client.get(address).content.decode()
    taken = client.post(address, {"purpose": "四半期の点検のため"}).getvalue().decode("utf-8-sig")
    assert referral.receipt_number in taken
    assert "局：建設局" in taken
    enter("osaka")
    event = CityAccessEvent.objects.get(what="export")
    assert (event.detail["purpose"], event.detail["rows"]) == ("四半期の点検のため", 1)


def test_a_ward_and_the_reader_for_reports_see_nothing_of_the_citys_log(desk, refer, enter):
    desk.get(f"{DESK}{refer().pk}/")
    enter("kita")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CityAccessEvent.objects.exists()
    connection.set_schema_to_public()
    with (
        connection.city_reading(),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        CityAccessEvent.objects.exists()
