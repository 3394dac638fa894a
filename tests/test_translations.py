"""Every sentence that public pages and forms mark for translation exists in every language.

New pages need no new test: what they mark with `translate`, `blocktranslate` or `gettext` is found here.
"""

import ast
import gettext as catalogues
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import gettext as translated
from django.utils.translation import override, to_locale

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = [code for code, name in settings.LANGUAGES if code != "ja"]
MARKS = {"gettext", "gettext_lazy", "gettext_noop", "_"}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
PLACES = re.compile(r"%\(\w+\)[sd]|</?a\b|</?strong\b")


def marked_in_templates() -> dict[str, str]:
    """Return the sentences of all templates outside the staff site, each with where it stands."""
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT / "templates"))
        if name.startswith("admin/") or "late " not in path.read_text(encoding="utf-8"):
            continue
        nodes = engines["django"].get_template(name).template.nodelist
        for node in nodes.get_nodes_by_type(TranslateNode):
            found[node.filter_expression.var.literal] = name
        for node in nodes.get_nodes_by_type(BlockTranslateNode):
            assert not node.plural, f"{name}: sentences are written so that they need no plural."
            found[node.render_token_list(node.singular)[0]] = name
    return found


def marked_in_code() -> dict[str, str]:
    """Return the sentences that our code marks, each with where it stands."""
    found = {}
    for folder in ("wards", "kpis", "osaka_kusei", "councils", "socialbiz", "consultations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "gettext" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
                    [argument] = node.args
                    if isinstance(argument, ast.Constant):
                        found[argument.value] = str(path.relative_to(ROOT))
    return found


def marked() -> dict[str, str]:
    """Return every sentence to translate; English ones are Django's or a library's."""
    sentences = marked_in_templates() | marked_in_code()
    return {sentence: place for sentence, place in sentences.items() if JAPANESE.search(sentence)}


def read_source(path: Path) -> dict:
    """Read a .po file: sentence → translation, as gettext keeps them. A fuzzy entry is none."""
    entries = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        texts, keyword = {}, ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, line = line.split(" ", 1)
            texts[keyword] = texts.get(keyword, "") + ast.literal_eval(line)
        sentence, plural = texts.get("msgid", ""), texts.get("msgstr[0]")
        if not re.search("^#,.*fuzzy", block, re.M) and (texts.get("msgstr") or plural):
            entries[(sentence, 0) if plural else sentence] = plural or texts["msgstr"]
    return entries


def folder_of(code: str) -> Path:
    return ROOT / "locale" / to_locale(code) / "LC_MESSAGES"


def test_the_marked_sentences_are_found():
    found = marked()

    assert found["本文へ移動"] == "base.html"
    assert "「%(label)s」を入力してください。" in found
    assert any("市外局番から" in sentence for sentence in found)
    assert any(sentence.startswith("%(office)sの区政の目標") for sentence in found)
    assert len(found) > 60


@pytest.mark.parametrize("code", FOREIGN)
def test_a_language_says_everything_that_public_pages_say(code):
    entries = read_source(folder_of(code) / "django.po")

    assert {s: place for s, place in marked().items() if not entries.get(s, "").strip()} == {}


@pytest.mark.parametrize("code", FOREIGN)
def test_a_language_says_nothing_that_no_page_asks_for(code):
    assert set(read_source(folder_of(code) / "django.po")) - set(marked()) - {""} == set()


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translation_keeps_the_places_to_fill_and_ends_like_a_sentence(code):
    for sentence, translation in read_source(folder_of(code) / "django.po").items():
        if sentence:
            assert sorted(PLACES.findall(translation)) == sorted(PLACES.findall(sentence)), sentence
            if sentence.endswith("。"):
                assert translation.rstrip().endswith(("。", ".", "！", "!")), sentence


@pytest.mark.parametrize(
    "code", [code for code in FOREIGN if code not in ("ja-hira", "zh-hans", "zh-hant")]
)
def test_a_translation_leaves_no_japanese_behind(code):
    kana = re.compile(r"[ぁ-んァ-ヶ]")
    entries = read_source(folder_of(code) / "django.po")

    assert [t for s, t in entries.items() if s and kana.search(t)] == []


@pytest.mark.parametrize("code", ["zh-hans", "zh-hant"])
def test_a_chinese_translation_has_no_kana(code):
    entries = read_source(folder_of(code) / "django.po")

    assert [t for s, t in entries.items() if s and re.search(r"[ぁ-んァ-ヶ]", t)] == []


def test_easy_japanese_uses_few_and_easy_characters():
    """Kanji only in the names that readers see on the building and on other forms."""
    entries = read_source(folder_of("ja-hira") / "django.po")

    assert [t for s, t in entries.items() if s and re.search(r"[一-龠]", t)] == []


@pytest.mark.parametrize("code", [code for code, name in settings.LANGUAGES])
def test_what_is_served_is_what_was_translated(code):
    """The .mo files are committed: no server needs gettext's tools."""
    with (folder_of(code) / "django.mo").open("rb") as file:
        served = catalogues.GNUTranslations(file)._catalog
    written = read_source(folder_of(code) / "django.po")
    served.pop("", None)
    written.pop("", None)

    assert served == written


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("ja", "本文へ移動"),
        ("ja-hira", "なかみへ いく"),
        ("en", "Skip to main content"),
        ("zh-hans", "跳到正文"),
        ("zh-hant", "跳到正文"),
        ("ko", "본문으로 이동"),
        ("vi", "Chuyển đến nội dung chính"),
    ],
)
def test_a_language_is_really_spoken(code, word):
    with override(code):
        assert translated("本文へ移動") == word


@pytest.mark.parametrize("code", FOREIGN)
def test_a_sentence_that_is_missing_is_shown_in_japanese(code):
    with override(code):
        assert translated("まだ訳されていない文です。") == "まだ訳されていない文です。"


def test_easy_japanese_falls_back_to_japanese_for_django_s_own_words():
    with override("ja"):
        japanese = translated("This field is required.")
    with override("ja-hira"):
        assert translated("This field is required.") == japanese != "This field is required."
