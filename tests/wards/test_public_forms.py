"""The kit of public forms, seen through a small form of its own: what stands in the page."""

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy, override
from PIL import Image

from wards.public_forms import (
    EmailAddressField,
    KanaField,
    LongTextField,
    MultipleFileField,
    NameField,
    PhoneField,
    PostalCodeField,
    PublicForm,
    ShortTextField,
)

NOON = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


class SmallForm(PublicForm):
    kind = forms.ChoiceField(
        label="相談の種類", choices=[("road", "道路・街路灯"), ("park", "公園・樹木")], widget=forms.RadioSelect
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label="電話してよい日", choices=[("1", "平日"), ("2", "休日")], required=False,
        widget=forms.CheckboxSelectMultiple, help_text="いくつでも選べます。",
    )  # fmt: skip
    place = ShortTextField(
        label="場所", required=False, help_text="目印になる建物を書いてください。"
    )
    body = LongTextField(label="相談の内容", max_length=20, help_text="20文字まで入力できます。")
    name = NameField(label="お名前")
    kana = KanaField(label="フリガナ", required=False)
    phone = PhoneField(label="電話番号", help_text="ハイフンはなくても入力できます。")
    email = EmailAddressField(label="メールアドレス", required=False)
    postal_code = PostalCodeField(label="郵便番号", required=False)
    share = forms.ChoiceField(label="満足度（100%）", choices=[("1", "満足")], required=False)
    agreed = forms.BooleanField(label="利用目的を確かめました", required=False)
    files = MultipleFileField(label="写真・書類", required=False, help_text="3個まで選べます。")


class Page(HTMLParser):
    """The tags of a page, each with its attributes and the text right behind it."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def one(self, tag: str, **attributes) -> dict:
        [found] = self.all(tag, **attributes)
        return found

    def all(self, tag: str, **attributes) -> list[dict]:
        return [
            found for name, found in self.tags
            if name == tag and all(found.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]  # fmt: skip


def opened(seconds_ago: float = 60) -> dict[str, str]:
    """Return the hidden fields of a form that was opened some time ago."""
    form = SmallForm(now=NOON - timedelta(seconds=seconds_ago))
    return {name: form.initial[name] for name in ("form_opened", "submission_key")}


def sent(files=(), seconds_ago: float = 60, now=NOON, **values) -> SmallForm:
    """Return the form as it comes in, filled in well but for the given values."""
    filled = {
        **opened(seconds_ago), "website": "", "kind": "road", "body": "街路灯が消えています。",
        "name": "髙橋　はなこ", "phone": "０６−６２０８ー００００", **values,
    }  # fmt: skip
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in filled.items() if value is not None})
    return SmallForm(data, MultiValueDict({"files": list(files)}), now=now)


def picture(name="a.png") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (4, 4)).save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue())


def test_a_label_stands_above_its_field_and_says_in_words_whether_it_must_be_filled():
    html = str(SmallForm(now=NOON))

    assert re.search(
        r'<label for="id_phone">電話番号 <span class="requirement must">※必須</span>\s*</label>\s*'
        r'<p class="support" id="id_phone_support">ハイフンはなくても入力できます。</p>\s*<input',
        html,
    )
    assert re.search(r'<label for="id_place">場所 <span class="requirement">※任意</span>', html)
    # Nothing that only a browser's own sentence would explain.
    page = Page(html)
    assert not any(
        "required" in attributes or "maxlength" in attributes for _, attributes in page.tags
    )


def test_every_id_stands_once_and_every_reference_leads_somewhere():
    for form in (SmallForm(now=NOON), sent(name="", body="", kind="", phone="1", days="9")):
        page = Page(str(form))
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        for _, attributes in page.tags:
            for name in ("for", "aria-describedby", "aria-labelledby"):
                assert set((attributes.get(name) or "").split()) <= set(ids)
            if (attributes.get("href") or "").startswith("#"):
                assert attributes["href"][1:] in ids


def test_a_field_with_a_fault_tells_it_before_its_support_text():
    form = sent(phone="06-6308-12")
    page = Page(str(form))

    phone = page.one("input", name="phone")
    assert phone["aria-invalid"] == "true"
    assert phone["aria-describedby"] == "id_phone_error id_phone_support"
    assert phone["value"] == "06-6308-12"
    assert re.search(
        r'<div class="field-errors" id="id_phone_error"><p>＊電話番号を読み取れません。', str(form)
    )
    assert page.one("input", name="name").get("aria-describedby") is None
    assert "aria-invalid" not in page.one("input", name="name")


def test_a_choice_is_a_group_with_a_legend():
    html = str(sent(kind=""))
    page = Page(html)

    group = page.one("fieldset", role="radiogroup")
    assert (group["aria-invalid"], group["aria-describedby"]) == ("true", "id_kind_error")
    assert re.search(r'<legend>相談の種類 <span class="requirement must">※必須', html)
    assert "＊「相談の種類」を選んでください。" in html
    assert [radio.get("aria-invalid") for radio in page.all("input", type="radio")] == [None, None]
    # What must be known about a group of checkboxes stands in its legend.
    assert re.search(
        r'(?s)<legend>電話してよい日 .{,80}?<span class="support">いくつでも選べます。</span></legend>',
        html,
    )


def test_the_summary_names_every_fault_and_leads_to_its_field():
    form = sent(kind="", body="", name=" 　", phone="")
    html = str(form)
    page = Page(html)

    summary = page.one("div", role="alert")
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    assert [link["href"] for link in page.all("a")] == [
        "#id_kind_0",
        "#id_body",
        "#id_name",
        "#id_phone",
    ]
    for sentence in ("「相談の内容」を入力してください。", "「お名前」を入力してください。"):
        assert html.count(sentence) == 2
    assert form.title_prefix == "エラー："


def test_a_form_without_faults_has_no_summary():
    for form in (SmallForm(now=NOON), sent()):
        assert 'role="alert"' not in str(form)
        assert form.title_prefix == ""


def test_nothing_in_the_form_breaks_the_policy():
    html = str(sent(name="", kind=""))

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", html)


def test_what_people_typed_is_kept_as_it_is_stored():
    form = sent(
        body="𠮷野家①\r\n㈱",
        kana="ﾊﾅｺ",
        postal_code="〒５３２－８５０１",
        email="ｈａｎａｋｏ＠example.jp",
        place=" ",
    )

    assert form.is_valid(), form.errors
    cleaned = form.cleaned_data
    assert cleaned["name"] == "髙橋　はなこ"
    assert cleaned["body"] == "𠮷野家①\n㈱"
    assert cleaned["kana"] == "ﾊﾅｺ"
    assert cleaned["phone"] == "06-6208-0000"
    assert cleaned["postal_code"] == "532-8501"
    assert cleaned["email"] == "hanako@example.jp"
    assert cleaned["place"] == ""
    assert cleaned["files"] == []
    assert {"website", "form_opened"} & set(cleaned) == set()


@pytest.mark.parametrize(("body", "good"), [("あ\r\n" * 10, True), ("あ\r\n" * 10 + "い", False)])
def test_a_line_end_counts_once(body, good):
    form = sent(body=body)

    assert form.is_valid() is good
    if not good:
        assert form.errors["body"] == ["20文字以内で入力してください（現在21文字）。"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "\u200b\u200d", "目に見える文字が入力されていません。入力し直してください。"),
        ("name", "山田\nBcc: x@example.jp", "改行やタブは使えません。1行で入力してください。"),
        ("name", "あ" * 101, "100文字以内で入力してください（現在101文字）。"),
        (
            "body",
            "\u202e逆",
            "目に見えない制御文字などが含まれています。文章を入力し直してください。",
        ),
        (
            "body",
            "\ufffd",
            "目に見えない制御文字などが含まれています。文章を入力し直してください。",
        ),
        (
            "kana",
            "山田",
            "フリガナは、カタカナ、ひらがな、またはアルファベットで入力してください。",
        ),
        ("postal_code", "532", "郵便番号は、7けたの数字で入力してください。例：532-8501"),
        ("kind", "moon", "「相談の種類」を、もう一度選び直してください。"),
        ("share", "200%", "「満足度（100%）」を、もう一度選び直してください。"),
    ],
)
def test_a_fault_is_told_in_the_words_of_the_rule_and_the_text_stays(field, value, sentence):
    form = sent(**{field: value})

    assert form.errors == {field: [sentence]}
    if field not in ("kind", "share"):
        assert form[field].value() == value


def test_a_megabyte_of_text_is_refused_and_given_back():
    form = sent(body="あ" * 1_000_000)

    assert form.errors["body"] == ["20文字以内で入力してください（現在1,000,000文字）。"]
    assert len(str(form)) > 1_000_000


def test_typed_html_stays_text():
    html = str(sent(name='"><script>alert(1)</script>', phone="<b>"))

    assert "<script>" not in html
    assert "<b>" not in html


def test_the_trap_is_hidden_from_eyes_ears_and_keys_without_inline_style():
    html = str(SmallForm(now=NOON))
    trap = Page(html).one("input", name="website")

    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert re.search(r'<div class="hidden" aria-hidden="true"><label for="id_website">', html)
    assert "この欄には何も入力しないでください" in html


def test_who_fills_the_trap_is_asked_to_press_once_more_with_the_trap_empty():
    form = sent(website="https://example.com/")

    [sentence] = form.errors["__all__"]
    assert sentence.startswith("目に見えない欄に文字が入っていたため、まだ送信していません。")
    page = Page(str(form))
    assert not page.one("input", name="website").get("value")
    assert page.one("input", name="name")["value"] == "髙橋　はなこ"


@pytest.mark.parametrize(
    ("seconds", "is_doubtful"),
    [(0, True), (2, True), (3, False), (24 * 3600, False), (24 * 3600 + 1, True), (-600, False)],
)
def test_what_was_filled_in_too_fast_or_too_slowly_is_in_doubt_but_never_refused(
    seconds, is_doubtful
):
    form = sent(seconds_ago=seconds)

    assert form.is_valid(), form.errors
    assert form.is_doubtful is is_doubtful


@pytest.mark.parametrize("stamp", ["", None, "1764039600", "1764039600:forged", "x" * 9_999, "²:x"])
def test_a_stamp_that_is_not_ours_is_in_doubt_and_replaced(stamp):
    form = sent(form_opened=stamp)

    assert form.is_valid(), form.errors
    assert form.is_doubtful
    assert not sent(
        form_opened=Page(str(form)).one("input", name="form_opened")["value"],
        now=NOON + timedelta(seconds=4),
    ).is_doubtful


def test_a_stamp_of_another_form_is_none_of_this_one():
    class OtherForm(PublicForm):
        pass

    stamp = OtherForm(now=NOON - timedelta(seconds=60)).initial["form_opened"]

    assert sent(form_opened=stamp).is_doubtful


def test_pages_of_one_form_share_their_stamp():
    class FirstPage(PublicForm):
        stamp_of = "a form of two pages"

    class SecondPage(FirstPage):
        pass

    stamp = FirstPage(now=NOON - timedelta(seconds=60)).initial["form_opened"]
    second = SecondPage({"form_opened": stamp, "submission_key": "k"}, now=NOON)

    assert second.is_valid()
    assert not second.is_doubtful


def test_a_page_takes_over_the_key_that_it_is_given():
    form = SmallForm(initial={"submission_key": "k-1"}, now=NOON)

    assert Page(str(form)).one("input", name="submission_key")["value"] == "k-1"


@pytest.mark.parametrize("first", [{"website": "x"}, {"submission_key": ""}, {"website": "x", "form_opened": ""}])  # fmt: skip
def test_the_second_press_goes_through_with_everything_that_was_typed(first):
    refused = sent(**first)
    assert not refused.is_valid()
    page = Page(str(refused))
    again = {
        field: page.one("input", name=field).get("value") or ""
        for field in ("form_opened", "submission_key", "website", "name")
    }

    form = sent(now=NOON + timedelta(seconds=4), **again)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "髙橋　はなこ"


def test_who_has_a_mistake_to_mend_hears_of_that_only():
    form = sent(name="", form_opened="", submission_key="", website="x")

    assert form.errors == {"name": ["「お名前」を入力してください。"]}
    page = Page(str(form))
    assert uuid.UUID(page.one("input", name="submission_key")["value"])
    assert page.one("input", name="form_opened")["value"]
    assert not page.one("input", name="website").get("value")


def test_a_view_of_the_form_keeps_its_key_through_corrections_and_another_has_another():
    one, other = SmallForm(now=NOON), SmallForm(now=NOON)
    key = one.initial["submission_key"]
    assert key != other.initial["submission_key"]
    refused = sent(submission_key=key, name="")
    assert refused.errors

    assert Page(str(refused)).one("input", name="submission_key")["value"] == key
    form = sent(submission_key=key)
    assert form.is_valid()
    assert form.cleaned_data["submission_key"] == key


@pytest.mark.parametrize("key", ["1", "' OR 1=1", "g" * 200, "鍵"])
def test_any_text_is_a_key(key):
    form = sent(submission_key=key)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["submission_key"] == key


@pytest.mark.parametrize("key", ["", None, "g" * 201])
def test_a_key_that_is_none_is_replaced_and_asks_for_one_more_press(key):
    form = sent(submission_key=key)

    assert form.errors == {"__all__": ["送信できませんでした。もう一度ボタンを押してください。"]}
    assert uuid.UUID(Page(str(form)).one("input", name="submission_key")["value"])


def test_files_come_out_clean_and_in_their_order():
    form = sent(files=[picture("一.png"), picture("二.png")])

    assert form.is_valid(), form.errors
    assert [clean.display_name for clean in form.cleaned_data["files"]] == ["一.png", "二.png"]
    assert Page(str(form)).one("input", type="file")["accept"].startswith("image/jpeg,image/png")
    assert form.is_multipart()


def test_every_faulty_file_is_named():
    form = sent(files=[picture("a.pdf"), picture(), SimpleUploadedFile("b.exe", b"MZ" * 40)])

    first, second = form.errors["files"]
    assert first.startswith("「a.pdf」")
    assert second.startswith("「b.exe」")


def test_a_fourth_file_is_too_many():
    form = sent(files=[picture()] * 4)

    assert form.errors["files"] == [
        "添付できるファイルは3個までです。3個以内にして、もう一度選んでください。"
    ]


def test_who_must_choose_the_files_again_is_told():
    told = "もう一度選んでください。"

    assert told in str(sent(files=[picture()], name=""))
    assert told not in str(sent(name=""))
    assert told not in str(sent(files=[picture()]))


def test_the_form_speaks_the_readers_language():
    class EnglishToo(PublicForm):
        name = NameField(label=gettext_lazy("確認"))
        phone = PhoneField(label="Phone")

    with override("en"):
        form = EnglishToo({"phone": "1"}, now=NOON)
        html = str(form)
        assert form.title_prefix == "Error: "
    assert "Please fill in “Check”." in html
    assert "We could not read the phone number." in html
    assert "(required)" in html
    assert "Before sending, please check the following" in html
    assert not re.search(r"[ぁ-んァ-ヶ]", html)


def test_a_form_leaves_its_caller_s_initial_values_alone():
    initial = {"name": "山田"}

    form = SmallForm(initial=initial, now=NOON)

    assert initial == {"name": "山田"}
    assert Page(str(form)).one("input", name="name")["value"] == "山田"
