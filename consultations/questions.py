"""The own questions of a category: their shape, and the rule for an answer. Pure.

A question is `{"code", "kind", "label", "required", "options", "labels", "option_labels"}`; in other
languages `labels` holds the label, and `option_labels` the choices in the order of `options`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from consultations.choices import QuestionKind
from wards.text import Fault

LONGEST_ANSWER = 300
LARGEST_FORM = 10
NO_ANSWER = gettext_noop("「%(label)s」に答えてください。")
LONG_ANSWER = gettext_noop("%(longest)s字以内で答えてください。")
NOT_AN_OPTION = gettext_noop("選択肢の中から選んでください。")
NOT_YES_OR_NO = gettext_noop("「はい」か「いいえ」を選んでください。")
NOT_A_DAY = gettext_noop("日付は「2026-11-25」のように入力してください。")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


def faults_of_questions(questions: Any) -> list[str]:
    """List why a list of questions cannot be used as a form; empty means that it can."""
    if not isinstance(questions, list):
        return ["質問は一覧の形で入力してください。"]
    if len(questions) > LARGEST_FORM:
        return [f"質問は{LARGEST_FORM}個までにしてください。"]
    faults: list[str] = []
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        if not isinstance(question, dict):
            faults.append(f"{number}番目の質問の形が正しくありません。")
            continue
        code = question.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code) or code in seen:
            faults.append(f"{number}番目の質問の略称は、ほかと違う英小文字にしてください。")
        else:
            seen.add(code)
        if question.get("kind") not in QuestionKind.values:
            faults.append(f"{number}番目の質問の種類が正しくありません。")
        if not isinstance(question.get("label"), str) or not question["label"].strip():
            faults.append(f"{number}番目の質問の文を入力してください。")
        options = question.get("options", [])
        if question.get("kind") == QuestionKind.CHOICE and (
            not isinstance(options, list)
            or len(options) < 2
            or not all(isinstance(option, str) and option.strip() for option in options)
        ):
            faults.append(f"{number}番目の質問には、選択肢を二つ以上入力してください。")
    return faults


def faults_of_answers(
    questions: Sequence[Mapping[str, Any]], answers: Mapping[str, str]
) -> list[tuple[str, Fault]]:
    """List what is wrong with the answers, each with the code of its question."""
    faults: list[tuple[str, Fault]] = []
    for question in questions:
        code, kind = question["code"], question["kind"]
        answer = str(answers.get(code, "")).strip()
        if not answer:
            if question.get("required"):
                faults.append((code, Fault(NO_ANSWER, label=question["label"])))
            continue
        if len(answer) > LONGEST_ANSWER:
            faults.append((code, Fault(LONG_ANSWER, longest=LONGEST_ANSWER)))
        if kind == QuestionKind.CHOICE and answer not in question["options"]:
            faults.append((code, Fault(NOT_AN_OPTION)))
        if kind == QuestionKind.YES_NO and answer not in {"yes", "no"}:
            faults.append((code, Fault(NOT_YES_OR_NO)))
        if kind == QuestionKind.DAY and not _is_day(answer):
            faults.append((code, Fault(NOT_A_DAY)))
    return faults


def label_in(question: Mapping[str, Any], language: str) -> str:
    """Return the label in a language; in Japanese where there is no translation."""
    return str(_translated(question.get("labels"), language) or question["label"])


def options_in(question: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the choices with their labels in a language; the choice itself stays Japanese."""
    options = [str(option) for option in question.get("options") or []]
    labels = _translated(question.get("option_labels"), language)
    if not isinstance(labels, list) or len(labels) != len(options):
        labels = options
    return list(zip(options, [str(label) for label in labels], strict=True))


def _translated(translations: Any, language: str) -> Any:
    return translations.get(language) if isinstance(translations, Mapping) else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
