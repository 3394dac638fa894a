"""The kit of public forms in real Chromium, in a page of its own: no portal is needed."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.template import engines
from django.utils.translation import gettext_lazy, override

from wards.languages import language_tag
from wards.public_forms import (
    EmailAddressField,
    KanaField,
    LongTextField,
    MultipleFileField,
    NameField,
    PhoneField,
    PublicForm,
)

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'"
PAGE = """{% load portal %}<!doctype html>
<html lang="{% page_language %}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ form.title_prefix }}Form</title>
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/portal.css">
</head><body><header class="site-head"><div class="wrap">{% include "_languages.html" %}</div></header>
<main class="wrap" id="main"><div class="public-form">
{% include "dads/steps.html" with current=1 %}<h1>Form</h1>
<form method="post" novalidate enctype="multipart/form-data">{{ form }}
<div class="form-buttons"><button class="button strong" type="submit">OK</button></div></form>
</div></main></body></html>"""


class SmallForm(PublicForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("確認"), widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("入力")), ("2", gettext_lazy("完了"))],
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label=gettext_lazy("手続きの流れ"), choices=[("1", "1"), ("2", "2")], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("（完了）"),
    )  # fmt: skip
    ward = forms.ChoiceField(label=gettext_lazy("ことば"), choices=[("1", "1"), ("2", "2")])
    body = LongTextField(label=gettext_lazy("入力"), max_length=9, help_text="9")
    name = NameField(label="A", help_text="B")
    kana = KanaField(label="C", required=False)
    phone = PhoneField(label="D")
    email = EmailAddressField(label="E", required=False)
    agreed = forms.BooleanField(label="F")
    files = MultipleFileField(label="G", required=False)


@pytest.fixture
def show(chromium, rf):
    """Open the small form: `show("en", faulty=True, width=320)`."""
    contexts = []

    def open_page(language="ja", *, faulty=False, width=1280, **more):
        with override(language):
            form = SmallForm({"phone": "1", "body": "x" * 50}) if faulty else SmallForm()
            html = engines["django"].from_string(PAGE).render({"form": form}, rf.get("/new/"))
        assert f'lang="{language_tag(language)}"' in html

        def answer(route):
            name = re.sub(r"^https?://[^/]+", "", route.request.url)
            if name.startswith("/static/css/"):
                route.fulfill(path=ROOT / name[1:], content_type="text/css")
            else:
                headers = {"content-security-policy": POLICY}
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)

        context = chromium.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.route("**/*", answer)
        page.goto("http://kita.localhost/new/")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("faulty", [False, True])
@pytest.mark.parametrize("language", ["ja", "ja-hira", "en", "zh-hans", "zh-hant", "ko", "vi"])
def test_a_form_is_accessible_and_never_moves_sideways(show, language, faulty):
    page = show(language, faulty=faulty, width=320, bypass_csp=True)

    found = Axe().run(page, options=RULES).response["violations"]

    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_form_keeps_the_policy(show):
    for faulty in (False, True):
        assert show(faulty=faulty).complaints == []


def test_whoever_made_a_mistake_comes_to_the_summary_first_and_from_there_to_the_field(show):
    page = show(faulty=True, java_script_enabled=True)

    summary = page.get_by_role("alert")
    assert summary.evaluate("box => document.activeElement === box")
    assert page.title().startswith("エラー：")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#id_kind_0").evaluate("field => document.activeElement === field")


def test_fields_are_high_enough_for_a_thumb_and_show_where_the_keyboard_is(show):
    page = show()

    for name in ("name", "phone", "body", "ward", "files"):
        assert page.locator(f"#id_{name}").bounding_box()["height"] >= 56
    for box in page.locator(".choice").all():
        assert box.bounding_box()["height"] >= 44
    page.locator("#id_name").focus()
    outline = page.locator("#id_name").evaluate("field => getComputedStyle(field).outline")
    assert "4px" in outline
    assert "solid" in outline


def test_the_trap_takes_no_place_and_no_key(show):
    page = show()
    focused = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        focused.add(page.evaluate("document.activeElement.name || ''"))

    assert "phone" in focused
    assert "website" not in focused
    assert (
        page.locator("#id_website").bounding_box()["width"] <= 1
        or page.evaluate(
            "getComputedStyle(document.querySelector('#id_website').parentElement).clipPath"
        )
        == "inset(50%)"
    )


@pytest.mark.parametrize(
    ("language", "font"),
    [("ja", "BIZ UDPGothic"), ("zh-hans", "SC"), ("zh-hant", "TC"), ("ko", "KR")],
)
def test_han_characters_are_drawn_as_the_language_draws_them(show, language, font):
    page = show(language)

    assert font in page.evaluate("getComputedStyle(document.body).fontFamily")
    korean = page.locator(".languages a[lang=ko]")
    assert "KR" in korean.evaluate("link => getComputedStyle(link).fontFamily")
