"""What the staff site answers to addresses that lead nowhere: in words, with the way back."""

import logging
from http import HTTPStatus

import pytest

LIST = "/admin/consultations/consultation/"


@pytest.fixture
def desk(sign_in, kita_manager, enter):
    client = sign_in(kita_manager, "kita")
    enter("kita")
    return client


@pytest.mark.parametrize("path", ["/admin/nonsense/", f"{LIST}999999/change/"])
def test_an_unknown_address_keeps_the_menu_and_leads_back(desk, path):
    answer = desk.get(path)

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "アドレスに誤りがあるか、この区にはないものです。" in page
    assert "わたしの仕事に戻る" in page
    assert 'aria-label="業務メニュー"' in page


def test_an_unknown_address_tells_a_stranger_nothing(client_at, kita):
    answer = client_at("kita").get("/admin/nonsense/")

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "query", ["state__foo=1", "assignee__password__startswith=a", "category__code=park"]
)
def test_a_refused_look_up_is_answered_in_words_and_logged_without_a_traceback(desk, caplog, query):
    with caplog.at_level(logging.WARNING):
        answer = desk.get(f"{LIST}?{query}")

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "アドレスの条件か、送られた内容を読み取れませんでした。" in answer.content.decode()
    assert f"DisallowedModelAdminLookup at {LIST}" in caplog.messages
    assert not any(record.exc_info for record in caplog.records)


def test_the_empty_choice_of_a_form_is_said_in_words(desk):
    page = desk.get("/admin/consultations/routingrule/add/").content.decode()

    for words in ("どの分野でも", "選んでください", "事業所には引き継がない"):
        assert f">{words}</option>" in page
    for path in ("consultations/section/add/", "ward_desk/notice/", "ward_desk/outgoingmail/"):
        assert "---------" not in desk.get(f"/admin/{path}").content.decode()
