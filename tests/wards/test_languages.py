"""Languages: what the reader chooses, on marked pages only."""

import pytest
from django.http import Http404, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wards.languages import language_tag, multilingual


@require_safe
@multilingual
def marked(request):
    page = engines["django"].from_string(
        '{% extends "base.html" %}{% block title %}見本{% endblock %}{% block content %}<h1>見本</h1>{% endblock %}'
    )
    return HttpResponse(page.render({}, request))


@multilingual
def missing(request):
    raise Http404


urlpatterns = [
    path("marked/", marked),
    path("missing/", missing),
    path("", include("osaka_kusei.urls_ward")),
]


@pytest.fixture
def kita_client(kita, client_at, settings):
    settings.ROOT_URLCONF = __name__
    return client_at("kita")


@pytest.mark.parametrize(
    ("code", "tag", "skip", "office"),
    [
        ("ja", "ja", "本文へ移動", "北区役所"),
        ("ja-hira", "ja-Hira", "なかみへ いく", "きたく やくしょ"),
        ("en", "en", "Skip to main content", "Kita Ward Office"),
        ("zh-hans", "zh-Hans", "跳到正文", "北区政府"),
        ("zh-hant", "zh-Hant", "跳到正文", "北區公所"),
        ("ko", "ko", "본문으로 이동", "Kita 구청"),
        ("vi", "vi", "Chuyển đến nội dung chính", "Văn phòng quận Kita"),
    ],
)
def test_a_marked_page_speaks_the_language_of_its_address(kita_client, code, tag, skip, office):
    response = kita_client.get("/marked/", {"lang": code})
    html = response.content.decode()

    assert f'<html lang="{tag}">' in html
    assert response["Content-Language"] == tag
    assert f">{skip}</a>" in html
    assert office in html


def test_a_choice_is_remembered_on_this_host_only(kita_client):
    cookie = kita_client.get("/marked/?lang=en").cookies["lang"]

    assert (cookie.value, cookie["domain"], cookie["samesite"], cookie["httponly"]) == (
        "en",
        "",
        "Lax",
        True,
    )
    again = kita_client.get("/marked/")
    assert again["Content-Language"] == "en"
    assert "Cookie" in again["Vary"]
    assert "lang" not in again.cookies
    assert kita_client.get("/marked/?lang=ja")["Content-Language"] == "ja"
    assert kita_client.get("/marked/")["Content-Language"] == "ja"


def test_what_the_browser_announces_changes_nothing(kita_client):
    response = kita_client.get("/marked/", headers={"accept-language": "en, ko;q=0.9"})

    assert response["Content-Language"] == "ja"
    assert "Accept-Language" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "asked", ["tlh", "", "ja-JP", "../../etc", "EN", "zh", "\u3042", "<script>"]
)
def test_a_language_that_we_do_not_speak_is_not_remembered(kita_client, asked):
    response = kita_client.get("/marked/", {"lang": asked})

    assert response["Content-Language"] == "ja"
    assert "lang" not in response.cookies
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("address", ["/", "/kpis/", "/admin/login/"])
def test_every_other_page_stays_japanese(kita_client, address):
    kita_client.get("/marked/?lang=en")

    for query in ("", "?lang=en"):
        response = kita_client.get(address + query, headers={"accept-language": "en"})
        html = response.content.decode()
        assert '<html lang="ja"' in html
        assert "Content-Language" not in response.headers
        assert "Skip to main content" not in html
        assert 'class="languages"' not in html


def test_a_page_after_another_in_the_same_thread_begins_in_japanese(kita_client):
    kita_client.get("/marked/?lang=vi")

    assert get_language() == "ja"


def test_the_switcher_names_each_language_in_itself_and_keeps_the_address(kita_client):
    html = kita_client.get("/marked/?lang=en&step=2").content.decode()

    for tag, name, code in (("ja-Hira", "やさしい日本語", "ja-hira"), ("ko", "한국어", "ko")):
        assert (
            f'<a href="/marked/?lang={code}&amp;step=2" lang="{tag}" hreflang="{tag}">{name}</a>'
            in html
        )
    assert 'hreflang="en" aria-current="true">English</a>' in html


def test_a_page_that_is_missing_says_so_in_the_readers_language(kita_client):
    response = kita_client.get("/missing/?lang=en")

    assert response.status_code == 404
    html = response.content.decode()
    assert '<html lang="en">' in html
    assert "Page not found" in html


@pytest.mark.parametrize(
    ("code", "tag"), [("ja", "ja"), ("ja-hira", "ja-Hira"), ("zh-hant", "zh-Hant"), ("en", "en")]
)
def test_a_language_is_marked_as_html_asks(code, tag):
    assert language_tag(code) == tag
