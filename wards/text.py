"""What may stand in a text that people type, and how such a text is read.

Text stays exactly as it was typed: no NFC, no NFKC. NFC alone would turn 神 (U+FA19) into another
神, NFKC ㈱ into (株). Only numbers, addresses and `search_key` are folded. Every way in (form,
staff screen, file, interface) calls these rules, so that all refuse with the same sentence.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_noop

LONGEST_NAME: Final = 100
LONGEST_EMAIL: Final = 254
MOST_MARKS: Final = 8
"""Marks on one character. Vietnamese takes two, a key cap of emoji two, Tibetan five."""

_ODD_CHARACTERS: Final = re.compile(
    # Control characters but tab and line ends; marks that turn the direction of writing around.
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069"
    # Halves of characters; what stands for bytes that could not be read; values that are no
    # characters.
    "\\ud800-\\udfff\\ufffd\\ufdd0-\\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_LINE_ENDS: Final = re.compile("[\\t\\n\\r\\u2028\\u2029]")
# Letters and signs by their category, but without any ink.
_INKLESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INKLESS_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"})
# Hyphens, dashes, minus signs, the long vowel and ruled lines that people put between digits. NFKC
# has already folded the full-width and the half-width ones.
_HYPHENS: Final = str.maketrans(
    dict.fromkeys("\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u30fc", "-")
)


class Fault(ValueError):
    """A text that cannot be taken; `str()` is a Japanese sentence that says how to mend it.

    `sentence` is the same before its `values` are put in: the key under which it is translated.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values: Mapping[str, object] = values


_ODD = gettext_noop(
    "目に見えない制御文字などが含まれています。文章を入力し直してください。",
)
_TOO_MANY_MARKS = gettext_noop(
    "1つの文字に記号が重なりすぎています。重なった記号を消してください。",
)
_ONE_LINE = gettext_noop("改行やタブは使えません。1行で入力してください。")
_TOO_LONG = gettext_noop(
    "%(longest)s文字以内で入力してください（現在%(length)s文字）。",
)
_NOTHING_TO_SEE = gettext_noop("目に見える文字が入力されていません。入力し直してください。")
_PHONE_SIGNS = gettext_noop(
    "電話番号は、数字とハイフンだけで入力してください。例：06-6208-0000",
)
_PHONE_DIGITS = gettext_noop(
    "電話番号を読み取れません。市外局番から、10けたまたは11けたの数字で入力してください。"
    "例：06-6208-0000",
)
_POSTAL_CODE = gettext_noop("郵便番号は、7けたの数字で入力してください。例：532-8501")
_EMAIL = gettext_noop(
    "メールアドレスを読み取れません。「@」と「.」の前後を確かめてください。例：hanako@example.jp",
)
_KANA = gettext_noop(
    "フリガナは、カタカナ、ひらがな、またはアルファベットで入力してください。",
)


def with_plain_line_ends(text: str) -> str:
    """Return `text` with every line end as one newline, as browsers show it; they send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def length_of(text: str) -> int:
    """Count what a person would count: code points, each line end once. An IVS counts for two."""
    return len(with_plain_line_ends(text))


def shows_something(text: str) -> bool:
    """Say whether the text leaves any ink on paper; spaces and joiners alone leave none."""
    return any(
        character not in _INKLESS and unicodedata.category(character) not in _INKLESS_CATEGORIES
        for character in text
    )


def _has_a_tower_of_marks(text: str) -> bool:
    height = 0
    for character in text:
        category = unicodedata.category(character)
        if category in ("Mn", "Me", "Mc"):
            height += 1
            if height > MOST_MARKS:
                return True
        elif category != "Cf":
            height = 0
    return False


def text_faults(
    text: str, *, longest: int | None = None, one_line: bool = False, must_show: bool = False
) -> list[Fault]:
    """List why a text cannot be stored; empty means that it can.

    `longest` counts as `length_of` does. `must_show` refuses a text of invisible characters; an
    empty one is for the caller to judge. A text that is too long is looked at no further.
    """
    length = length_of(text)
    if longest is not None and length > longest:
        return [Fault(_TOO_LONG, longest=f"{longest:,}", length=f"{length:,}")]
    faults = []
    if _ODD_CHARACTERS.search(text):
        faults.append(Fault(_ODD))
    if _has_a_tower_of_marks(text):
        faults.append(Fault(_TOO_MANY_MARKS))
    if one_line and _LINE_ENDS.search(text):
        faults.append(Fault(_ONE_LINE))
    if must_show and text and not shows_something(text):
        faults.append(Fault(_NOTHING_TO_SEE))
    return faults


def faults_of_text(text: str, *, longest: int | None = None) -> list[str]:
    """List why a free text cannot be stored; the same on screen, with a move and in a file."""
    return [str(fault) for fault in text_faults(text, longest=longest)]


def check_written(text: str, *, longest: int, missing: str) -> None:
    """Raise ValidationError with `missing` for an empty text, or with what is wrong with it."""
    if not text.strip():
        raise ValidationError(missing)
    if faults := faults_of_text(text, longest=longest):
        raise ValidationError(faults)


def _sound(text: str, **limits: int | bool | None) -> str:
    for fault in text_faults(text, **limits):  # type: ignore[arg-type]
        raise fault
    return text


def long_text(text: str, *, longest: int) -> str:
    """Return a free text as it is stored: as typed, with plain line ends. Raise Fault."""
    return _sound(with_plain_line_ends(text), longest=longest, must_show=True)


def short_text(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a text of one line, such as a name or a place, as typed. Raise Fault."""
    return _sound(text.strip(), longest=longest, one_line=True, must_show=True)


def kana(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a reading as typed: カタカナ, ひらがな or Latin letters, of any width. Raise Fault.

    Residents from abroad write their names as their papers do, hence Latin letters.
    """
    text = short_text(text, longest=longest)
    if not all(map(_may_stand_in_a_reading, unicodedata.normalize("NFKC", text))):
        raise Fault(_KANA)
    return text


def _may_stand_in_a_reading(character: str) -> bool:
    if character in " ・ー-'’.,":
        return True
    if unicodedata.category(character) == "Mn":
        return True
    name = unicodedata.name(character, "")
    return (
        name.startswith(("HIRAGANA LETTER", "KATAKANA LETTER", "LATIN ")) or character in "ゝゞヽヾ"
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()


def phone_number(text: str) -> str:
    """Return a telephone number as it is printed: 06-6208-0000, +82 2-1234-5678. Raise Fault.

    Takes full-width digits, any hyphen, brackets, spaces, and numbers from abroad that start with
    「+」.
    """
    folded = _folded(text)
    if len(folded) > 40 or not re.fullmatch(r"\+?[-0-9() .]*", folded):
        raise Fault(_PHONE_SIGNS)
    try:
        number = phonenumbers.parse(folded, "JP")
    except phonenumbers.NumberParseException as error:
        raise Fault(_PHONE_DIGITS) from error
    if not phonenumbers.is_valid_number(number):
        raise Fault(_PHONE_DIGITS)
    form = phonenumbers.PhoneNumberFormat
    at_home = number.country_code == 81
    return str(phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL))


def is_nobodys_number(number: str) -> bool:
    """Say whether a telephone number of Osaka can be nobody's.

    Within an area no number begins with 0 or 1: those lead out of it. The demo takes its numbers there.
    """
    return re.match(r"06-?[01]", number) is not None


def postal_code(text: str) -> str:
    """Return a postal code as 532-8501; takes 〒, full width and any hyphen. Raise Fault."""
    match = re.fullmatch(r"〒?\s*([0-9]{3})\s*-?\s*([0-9]{4})", _folded(text))
    if match is None:
        raise Fault(_POSTAL_CODE)
    return f"{match[1]}-{match[2]}"


def email_address(text: str) -> str:
    """Return an e-mail address in half width. Raise Fault."""
    folded = unicodedata.normalize("NFKC", text).strip()
    try:
        if len(folded) > LONGEST_EMAIL:
            raise Fault(_EMAIL)
        EmailValidator()(folded)
    except ValidationError as error:
        raise Fault(_EMAIL) from error
    return folded


# The plain letter first, then what it looks like in names and in old documents.
_VARIANTS: Final = (
    "高髙 崎﨑嵜 辺邉邊 斉斎齊齋 沢澤 浜濱濵 広廣 桜櫻 国國 島嶋嶌 吉𠮷 恵惠 徳德 瀬瀨 滝瀧 竜龍 緑綠 館舘 "
    "富冨 関關 静靜 真眞 槙槇 遥遙 桧檜 栄榮 学學 円圓 黒黑 実實 寿壽 条條 鉄鐵 穂穗 万萬 与與 亀龜 豊豐 "
    "宝寶 剣劍劔 薮藪 鴎鷗 祢禰 曽曾 為爲 厳嚴 峰峯 梅楳 橋𣘺 船舩 鶴靏靍 蔵藏 児兒 経經 巌巖 芦蘆 尭堯 "
    "桑桒 塩鹽 県縣 稲稻 応應 横橫 温溫 会會 芸藝 顕顯 晃晄 荘莊 将將 乗乘 晋晉 尽盡 数數 専專 壮壯 総總 "
    "帯帶 団團 昼晝 庁廳 伝傳 灯燈 当當 麦麥 弥彌 予豫 来來 頼賴 覧覽 礼禮 弁辨辯 渋澁 "
    "釜釡 奥奧 壱壹 亘亙 倶俱 籠篭 闘鬪 徴徵 壷壺 溌潑 "
)
_PLAIN: Final = str.maketrans(
    {variant: group[0] for group in _VARIANTS.split() for variant in group[1:]}
)
_KATAKANA: Final = str.maketrans({code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)})  # fmt: skip
_HYPHENS_IN_KEYS: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))  # fmt: skip
_GAP: Final = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


def search_key(text: str) -> str:
    """Return what is compared when people search: width, case, kana and old letters are folded.

    「髙橋　はなこ」 and 「高橋ハナコ」 have the same key. Never shown and never stored in place of a text.
    """
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", text).casefold()
        folded = "".join(c for c in folded if c not in _INKLESS and not _is_a_mere_sign_of_form(c))
        folded = unicodedata.normalize("NFKC", folded.translate(_PLAIN).translate(_KATAKANA))
        folded = _GAP.sub("", re.sub(r"\s+", " ", folded.translate(_HYPHENS_IN_KEYS)))
        if folded == text:
            break
        text = folded
    return text


def _is_a_mere_sign_of_form(character: str) -> bool:
    """Say whether a character only chooses the shape of its neighbour: joiners, IVS."""
    return unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(
        character, ""
    )


def names_from_text(text: str) -> tuple[str, ...]:
    """Read names written with 「、」, comma or one a line: 「梅田、曽根崎」."""
    for separator in ("、", ",", "，", "・", "\n"):
        text = text.replace(separator, "\n")
    return tuple(name for line in text.splitlines() if (name := line.strip()))
