"""参考数値: which results are shown and judged, but not counted.

Source: 「豊かな地域社会の形成に向けた区政運営基本方針」平成28年度の実施状況, notes ※1 of 表2.
"""

from typing import Final

_ALSO: Final = "。また、"


def respondents_reason(
    respondents: int | None, minimum: int | None, *, counted_as: str = "回答者数", unit: str = "名"
) -> str:
    """Say why too few answers make a value 「参考数値」; empty when there are enough.

    The minimum itself is enough: 400 of 400 counts, 399 does not. A missing number of
    respondents is not too few; the entry form asks for it instead.
    """
    if respondents is None or minimum is None or respondents >= minimum:
        return ""
    return f"{counted_as}が{respondents:,}{unit}で、必要な{minimum:,}{unit}に満たないため"


def reference_reason(
    respondents: int | None,
    minimum: int | None,
    given: str,
    *,
    counted_as: str = "回答者数",
    unit: str = "名",
) -> str:
    """Return why a value is 「参考数値」; empty means that it is not.

    `given` is what an officer wrote (東淀川区: the survey did not ask 「構成団体」). Where both
    hold, the number of respondents comes first.
    """
    automatic = respondents_reason(respondents, minimum, counted_as=counted_as, unit=unit)
    return _ALSO.join(part for part in (automatic, given.strip()) if part)


def given_part(reason: str, automatic: str) -> str:
    """Return what is left of a stored `reason` beside its `automatic` sentence."""
    if automatic and reason.startswith(automatic):
        return reason[len(automatic) :].removeprefix(_ALSO)
    return reason
