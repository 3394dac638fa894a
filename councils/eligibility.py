"""認定要件: what still stands between an application and 区長認定. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from councils.choices import DocumentKind, Met

# 淀川区要綱: 認定申請書に添える書類。
REQUIRED_DOCUMENTS: Final = (
    DocumentKind.APPLICATION,
    DocumentKind.BYLAWS,
    DocumentKind.ORGANIZATIONS,
    DocumentKind.OFFICERS,
)
LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement, and what was found about it: `met` is "" as long as nobody has judged."""

    code: str
    title: str
    met: str = ""

    @property
    def called(self) -> str:
        """Return how officers name it."""
        return f"{self.code}「{self.title}」"


def reasons_not_judged(requirements: Sequence[Judged]) -> list[str]:
    """List the requirements that nobody has judged."""
    return [f"認定要件{one.called}の審査が済んでいません。" for one in requirements if not one.met]


def reasons_not_to_certify(
    requirements: Sequence[Judged],
    *,
    documents: Collection[str],
    open_corrections: int,
    has_representative: bool,
    area_exists: bool,
    certified_in_area: str,
) -> list[str]:
    """List everything against 区長認定 at once, in the officer's words; empty means certifiable.

    `certified_in_area` is the name of a council certified in the area on the day, "" for none
    (「地域ひとつに限られる」, 事項1-①).
    """
    reasons = [
        f"「{kind.label}」が提出されていません。"
        for kind in REQUIRED_DOCUMENTS
        if kind not in documents
    ]
    if open_corrections:
        reasons.append(f"補正依頼が{open_corrections}件残っています。")
    reasons += reasons_not_judged(requirements)
    reasons += [
        f"認定要件{one.called}を満たしていません。" for one in requirements if one.met == Met.UNMET
    ]
    if not requirements:
        reasons.append("申請の日に適用される認定要件が登録されていません。")
    if not has_representative:
        reasons.append("認定する日の代表者（会長）が登録されていません。")
    if not area_exists:
        reasons.append("認定する日に、この校区等地域はありません。")
    if certified_in_area:
        reasons.append(f"この校区等地域には、すでに認定された「{certified_in_area}」があります。")
    return reasons


def reasons_not_to_judge(met: str, *, article: str, has_document: bool, reason: str) -> list[str]:
    """List why a finding about a requirement is not taken: it needs evidence, or a reason."""
    if met not in Met.values:
        return ["「満たす」か「満たさない」を選んでください。"]
    reasons = []
    if met == Met.MET and not article.strip() and not has_document:
        reasons.append("「満たす」と判断した根拠として、規約の条か書類を示してください。")
    if met == Met.UNMET and not reason.strip():
        reasons.append("「満たさない」と判断した理由を入力してください。")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"理由は{LONGEST_REASON:,}字以内で入力してください。")
    return reasons
