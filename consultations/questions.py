"""The own questions of a category: their shape, and the rule for an answer. Pure.

A question is `{"code", "kind", "label", "required", "options", "labels"}`; `labels` holds the
label, and `options` may hold the choices, in other languages.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from consultations.choices import QuestionKind

LONGEST_ANSWER = 300
LARGEST_FORM = 10
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
) -> list[tuple[str, str]]:
    """List what is wrong with the answers, each with the code of its question."""
    faults = []
    for question in questions:
        answer = str(answers.get(question["code"], "")).strip()
        if not answer:
            if question.get("required"):
                faults.append((question["code"], f"「{question['label']}」に答えてください。"))
            continue
        if len(answer) > LONGEST_ANSWER:
            faults.append((question["code"], f"{LONGEST_ANSWER}字以内で答えてください。"))
        kind = question["kind"]
        if kind == QuestionKind.CHOICE and answer not in question["options"]:
            faults.append((question["code"], "選択肢の中から選んでください。"))
        if kind == QuestionKind.YES_NO and answer not in {"yes", "no"}:
            faults.append((question["code"], "「はい」か「いいえ」を選んでください。"))
        if kind == QuestionKind.DAY and not _is_day(answer):
            faults.append((question["code"], "日付は「2026-11-25」のように入力してください。"))
    return faults


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
