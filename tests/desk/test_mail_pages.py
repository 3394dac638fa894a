"""送信メール on the staff site: the list, its filters, and 「もう一度送る」."""

import pytest

from wards.desk.models import OutgoingMail
from wards.desk.relay import DUMMY_BACKEND

LIST = "/admin/ward_desk/outgoingmail/"


@pytest.fixture
def mails(kita, post):
    """One mail of each state."""
    waiting = post("a@example.jp", about="北-000001")
    sent = post("b@example.jp", about="北-000002")
    parked = post("c@example.jp", about="北-000003")
    rows = OutgoingMail.objects
    rows.filter(pk=sent.pk).update(state="sent", sent_at=sent.created_at, attempts=1)
    rows.filter(pk=parked.pk).update(state="parked", attempts=48, last_error="550 no such user")
    return {"waiting": waiting, "sent": sent, "parked": parked}


@pytest.fixture
def officer(sign_in, kita_officer, enter):
    """The officer's browser at 北区."""
    client = sign_in(kita_officer, "kita")
    enter("kita")
    return client


def abouts(client, query: str) -> set[str]:
    page = client.get(f"{LIST}{query}").content.decode()
    return {number for number in ("000001", "000002", "000003") if f"北-{number}" in page}


def test_the_list_is_filtered_by_state_and_day_and_searched_by_case(mails, officer):
    assert abouts(officer, "") == {"000001", "000002", "000003"}
    assert abouts(officer, "?state=parked") == {"000003"}
    assert abouts(officer, "?state=lost") == set()
    assert abouts(officer, "?day=today&q=000002") == {"000002"}
    assert abouts(officer, "?day=yesterday") == set()


def test_an_empty_list_says_what_it_means(kita, officer):
    assert "該当するメールはありません" in officer.get(LIST).content.decode()


def test_the_list_warns_when_no_mail_server_is_set(mails, officer, settings):
    assert "メールサーバーが設定されていません" not in officer.get(LIST).content.decode()
    settings.EMAIL_BACKEND = DUMMY_BACKEND

    assert "メールサーバーが設定されていません" in officer.get(LIST).content.decode()


def test_the_list_asks_few_questions_however_long_it_is(
    kita, officer, post, django_assert_max_num_queries
):
    for number in range(60):
        post(f"{number}@example.jp")
    officer.get(LIST)

    with django_assert_max_num_queries(12):
        page = officer.get(LIST).content.decode()
    assert "全60件" in page


def test_parked_mail_is_put_back_and_others_are_refused_with_the_reason(mails, officer, enter):
    answer = officer.post(
        LIST,
        {
            "action": "send_selected_again",
            "_selected_action": [mails["parked"].pk, mails["sent"].pk],
        },
        follow=True,
    ).content.decode()

    assert "1件のメールをもう一度送ります。" in answer
    assert "「送信済」のメールは、もう一度送る必要がありません。" in answer
    enter("kita")
    mails["parked"].refresh_from_db()
    mails["sent"].refresh_from_db()
    assert (mails["parked"].state, mails["parked"].attempts) == ("waiting", 0)
    assert mails["sent"].state == "sent"


def test_the_history_of_a_mail_names_who_sent_it_again(mails, officer, enter, kita_officer):
    officer.post(LIST, {"action": "send_selected_again", "_selected_action": [mails["parked"].pk]})

    page = officer.get(f"{LIST}{mails['parked'].pk}/history/").content.decode()

    assert kita_officer.name in page
    assert "送信待ち" in page


def test_a_parked_mail_shows_why_and_cannot_be_edited(mails, officer):
    page = officer.get(f"{LIST}{mails['parked'].pk}/change/").content.decode()

    assert "550 no such user" in page
    assert "送れませんでした" in page
    assert 'name="_save"' not in page


def test_a_mail_of_another_ward_is_not_found(enter, sign_in, kita_officer, post):
    enter("nishi")
    mail = post("a@example.jp")

    answer = sign_in(kita_officer, "kita").get(f"{LIST}{mail.pk + 1000}/change/")

    assert answer.status_code == 404
    assert "a@example.jp" not in answer.content.decode()


def test_when_nothing_could_be_put_back_nothing_is_promised(mails, officer, enter):
    answer = officer.post(
        LIST,
        {"action": "send_selected_again", "_selected_action": [mails["waiting"].pk]},
        follow=True,
    ).content.decode()

    assert "「送信待ち」のメールは、もう一度送る必要がありません。" in answer
    assert "もう一度送ります" not in answer


def test_nobody_writes_a_mail_by_hand(mails, officer, enter):
    address = f"{LIST}{mails['waiting'].pk}/change/"

    assert officer.post(address, {"subject": "書き換え"}).status_code == 403
    assert officer.get(f"{LIST}add/").status_code == 403
    enter("kita")
    mails["waiting"].refresh_from_db()
    assert mails["waiting"].subject == "受付のお知らせ"
