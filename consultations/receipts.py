"""受付番号 and 合言葉: what a citizen keeps of a case.

`R08-KITA-000123-4` is 令和8年度, the ward, the serial of the year, and a check digit by ISO/IEC 7064
MOD 11,10, which finds every mistyped digit and nearly every swapped pair. The form of the number is
ours: the city publishes none (DOMAIN §7.2).
"""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext_noop

from wards.fiscal_year import short_label
from wards.wareki import folded

LONGEST_SERIAL: Final = 999_999
NOT_A_NUMBER: Final = gettext_noop(
    "受付番号は「R08-KITA-000123-4」のように、最後の1けたまで入力してください。"
)
MISTYPED: Final = gettext_noop("受付番号に打ち間違いがあります。控えをもう一度確かめてください。")
_NUMBER: Final = re.compile(r"([A-Z])([0-9]{2,3})([A-Z]+)([0-9]{6})([0-9])")
_HYPHENS: Final = re.compile(r"[-‐‑‒–—―−ーｰ_/・.\s]")


def _digits(text: str) -> str:
    """Write letters as numbers (A is 10, Z is 35), as ISO/IEC 7064 asks of mixed strings."""
    return "".join(str(int(sign, 36)) for sign in text)


def check_digit(text: str) -> str:
    """Return the check digit of letters and digits by ISO/IEC 7064 MOD 11,10."""
    product = 10
    for digit in _digits(text):
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def receipt_number(fiscal_year: int, slug: str, serial: int) -> str:
    """Return the 受付番号 of a case: 2026, kita, 123 is `R08-KITA-000123-` and its check digit.

    Raises ValueError when the serial does not fit six digits.
    """
    if not 0 < serial <= LONGEST_SERIAL:
        raise ValueError(f"serial {serial} does not fit a receipt number")
    label = short_label(fiscal_year)
    year = f"{label[0]}{int(label[1:]):02}"
    digit = check_digit(f"{year}{slug.upper()}{serial:06}")
    return f"{year}-{slug.upper()}-{serial:06}-{digit}"


def number_from_text(text: str) -> str:
    """Read a 受付番号 as people type it: full width, small letters, other hyphens, no hyphens.

    Raises ValueError with a sentence that says how to mend it.
    """
    plain = _HYPHENS.sub("", unicodedata.normalize("NFKC", text)).upper()
    match = _NUMBER.fullmatch(folded(plain))
    if match is None:
        raise ValueError(NOT_A_NUMBER)
    letter, year, slug, serial, digit = match.groups()
    if check_digit(f"{letter}{year}{slug}{serial}") != digit:
        raise ValueError(MISTYPED)
    return f"{letter}{year}-{slug}-{serial}-{digit}"


def passphrase_from_text(text: str) -> str:
    """Read a 合言葉 as people type it: full width, capitals, spaces, any hyphens or none."""
    plain = _HYPHENS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def ward_of_number(number: str) -> str:
    """Return the slug of the ward that gave a 受付番号: `R08-KITA-000123-4` is kita's."""
    return number.split("-")[1].lower()
