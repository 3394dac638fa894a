"""What a case must say before it is taken: one set of rules for form, counter, file and Open311.

Pure. Faults are `wards.text.Fault`: a Japanese sentence with the key under which it is translated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_noop

from consultations.choices import ReplyBy
from consultations.questions import faults_of_answers
from wards import text as typed
from wards.text import Fault

LONGEST_BODY: Final = 1_000
# A letter read in at the counter may be longer than what is typed on a telephone.
LONGEST_BODY_AT_THE_COUNTER: Final = 8_000
LONGEST_PLACE: Final = 200
LONGEST_ADDRESS: Final = 200
LONGEST_SUBJECT: Final = 100

NO_BODY = gettext_noop("内容を入力してください。")
NO_WISH = gettext_noop("回答を希望するかどうかを選んでください。")
NO_WAY = gettext_noop("回答の方法を選んでください。")
NO_NAME = gettext_noop("回答を希望するときは、お名前を入力してください。")
NO_EMAIL = gettext_noop("電子メールでの回答には、メールアドレスを入力してください。")
NO_PHONE = gettext_noop("電話での回答には、電話番号を入力してください。")
NO_ADDRESS = gettext_noop("郵便での回答には、住所を入力してください。")
NO_CATEGORY = gettext_noop("分野を選んでください。")
NOT_A_CATEGORY = gettext_noop("その分野は選べません。一覧から選び直してください。")

# What has to be given for each way of answering: the field, and what is said when it is missing.
NEEDED_FOR: Final = {
    ReplyBy.EMAIL: ("email", NO_EMAIL),
    ReplyBy.PHONE: ("phone", NO_PHONE),
    ReplyBy.LETTER: ("address", NO_ADDRESS),
}
CONTACT_FIELDS: Final = ("name", "kana", "email", "phone", "postal_code", "address")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants to tell the office, as it is stored."""

    place: str = ""
    body: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    wants_reply: bool = False
    contact: dict[str, Any] | None = None


@dataclass(slots=True)
class _Reader:
    """Reads raw fields one by one and collects what is wrong."""

    raw: Mapping[str, str]
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def get(self, name: str) -> str:
        value = self.raw.get(name, "")
        return value if isinstance(value, str) else ""

    def read(self, name: str, rule: Callable[..., str], **limits: int) -> str:
        given = self.get(name)
        if not given.strip():
            return ""
        try:
            return rule(given, **limits)
        except Fault as fault:
            self.faults.append((name, fault))
            return ""

    def miss(self, name: str, sentence: str) -> None:
        if all(known != name for known, _ in self.faults):
            self.faults.append((name, Fault(sentence)))


def read_submission(
    raw: Mapping[str, str],
    *,
    questions: Sequence[Mapping[str, Any]] = (),
    longest_body: int = LONGEST_BODY,
) -> tuple[Said, list[tuple[str, Fault]]]:
    """Read the fields of a submission; return what is stored and every fault with its field.

    `raw` has the fields of the public form (docs: consultation form fields), answers to a
    category's own questions as `question_<code>`. Without a wish for a reply every contact field is
    dropped, whatever was sent (個人情報保護法61条: nothing is held that is not needed).
    """
    reader = _Reader(raw)
    place = reader.read("place", typed.short_text, longest=LONGEST_PLACE)
    body = reader.read("body", typed.long_text, longest=longest_body)
    if not body:
        reader.miss("body", NO_BODY)
    answers = _read_answers(reader, questions)
    wish = reader.get("wants_reply")
    if wish not in {"yes", "no"}:
        reader.miss("wants_reply", NO_WISH)
    contact = _read_contact(reader) if wish == "yes" else None
    return Said(place, body, answers, wish == "yes", contact), reader.faults


def _read_answers(reader: _Reader, questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    given = {
        question["code"]: reader.read(f"question_{question['code']}", typed.short_text, longest=300)
        for question in questions
    }
    wrong = {name for name, _ in reader.faults}
    for code, fault in faults_of_answers(questions, given):
        if f"question_{code}" not in wrong:
            reader.faults.append((f"question_{code}", fault))
    return {code: answer for code, answer in given.items() if answer}


def _read_contact(reader: _Reader) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "name": reader.read("name", typed.short_text),
        "kana": reader.read("kana", typed.kana),
        "email": reader.read("email", typed.email_address),
        "phone": reader.read("phone", typed.phone_number),
        "postal_code": reader.read("postal_code", typed.postal_code),
        "address": reader.read("address", typed.short_text, longest=LONGEST_ADDRESS),
        "answer_in_mail": reader.get("answer_in_mail") == "yes",
    }
    if not contact["name"]:
        reader.miss("name", NO_NAME)
    way = reader.get("reply_by")
    if way not in ReplyBy.values:
        reader.miss("reply_by", NO_WAY)
        return contact
    needed, sentence = NEEDED_FOR[ReplyBy(way)]
    if not contact[needed]:
        reader.miss(needed, sentence)
    contact["reply_by"] = way
    return contact


def subject_of(body: str, category_name: str) -> str:
    """Return a 件名 for the lists of staff, where the category stands beside it.

    It is the beginning of what was said; the category alone where nothing was.
    """
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    short = first if len(first) <= 40 else f"{first[:39]}…"
    return (short or category_name)[:LONGEST_SUBJECT]


def reasons_not_to_take(
    *, is_live: bool, is_staff_only: bool, stops: bool, by_staff: bool
) -> list[str]:
    """List why a category cannot be chosen: gone, for staff alone, or answered by its notice."""
    if not is_live or (is_staff_only and not by_staff):
        return [NOT_A_CATEGORY]
    if stops and not by_staff:
        return [NOT_A_CATEGORY]
    return []
