"""意見の台帳: how an opinion stands, what its response needs, and when it is through. Pure.

Source: 「区政運営基本方針」2-③, 2-⑨ and 2-⑩ – an opinion names who answers, the answer is published,
and what became of it can be followed. The classes are those of the wards' own tables (DOMAIN 3.2).
"""

from datetime import date, timedelta

from councils.forum.choices import OpinionState, ResponseClass

# Nothing more is to be done after such an answer: the answer is the result.
ENDS_WITH_ITS_ANSWER = frozenset({ResponseClass.CANNOT, ResponseClass.HEARD})


def due_on(received_on: date, answer_days: int) -> date:
    """Return the day by which an opinion is to be answered."""
    return received_on + timedelta(days=answer_days)


def opinion_state(
    *, due: date, closed: bool, published: bool, approved: bool, day: date
) -> OpinionState:
    """Return how an opinion stands on a day; its twin in SQL is `OpinionQuerySet.with_state`."""
    if closed:
        return OpinionState.CLOSED
    if published:
        return OpinionState.ACTING
    if approved:
        return OpinionState.APPROVED
    return OpinionState.LATE if due < day else OpinionState.WAITING


def age_in_words(received_on: date, day: date) -> str:
    """Say how old an opinion is: 「45日」, from two months on 「2か月」, from two years on 「2年1か月」."""
    days = (day - received_on).days
    months = (day.year - received_on.year) * 12 + day.month - received_on.month
    months -= day.day < received_on.day
    if months < 2:
        return f"{days}日"
    if months < 24:
        return f"{months}か月"
    years, rest = divmod(months, 12)
    return f"{years}年{rest}か月" if rest else f"{years}年"


def reasons_not_to_approve(
    response_class: str, text: str, reason: str, *, has_budget: bool | None, budget_year: int | None
) -> list[str]:
    """List what a response lacks before somebody decides on it."""
    reasons = []
    if not text.strip():
        reasons.append("対応・考え方を入力してください。")
    if response_class == ResponseClass.CANNOT and not reason.strip():
        reasons.append("対応困難のときは、できない理由を入力してください。")
    if has_budget and budget_year is None:
        reasons.append("予算措置があるときは、予算の年度を入力してください。")
    return reasons


def ends_with_its_answer(response_class: str) -> bool:
    """Say whether a published answer is the result: it cannot be done, or it was an opinion to hear."""
    return response_class in ENDS_WITH_ITS_ANSWER


def reasons_not_to_close(
    *, is_closed: bool, has_published_response: bool, measures: int, response_class: str
) -> list[str]:
    """List why an opinion cannot be called brought to its result."""
    if is_closed:
        return ["この意見は、すでに結果まで済んでいます。"]
    if not has_published_response:
        return ["対応を公表してから、結果まで済んだものとしてください。"]
    if not measures and not ends_with_its_answer(response_class):
        return ["実施したことを記録してから、結果まで済んだものとしてください。"]
    return []
