"""A service request handed in through GeoReport v2: the same rules as the public form.

No login, no cookie, no session: what a browser could be made to send without its user knowing, it
could send through the public form as well. A photograph behind an address is never fetched.
"""

import re
import uuid
from collections.abc import Mapping

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from consultations.choices import IntakeChannel, QuestionKind
from consultations.open311.documents import Refusal
from consultations.open311.services import open_category, questions_of
from consultations.services.intake import (
    Checked,
    Circumstances,
    Receipt,
    check_submission,
    receipt_of,
    receive_consultation,
)
from wards.wareki import wareki

_ATTRIBUTE = re.compile(r"attribute\[([a-z][a-z0-9_]{0,29})\](?:\[\])?")
# The field of the public form → the argument of GeoReport that it was read from.
NAMES = {
    "category": "service_code",
    "body": "description",
    "place": "address_string",
    "name": "last_name, first_name",
    "email": "email",
    "phone": "phone",
}


def submission_key(given: Mapping[str, str]) -> str:
    """Return what makes a second sending known: a UUID of the caller, else a new one.

    A word that two callers might choose would give the second the receipt of the first.
    """
    text = given.get("submission_key", "").strip()
    if not text:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(text))
    except ValueError as problem:
        raise Refusal(
            400, "submission_keyは、呼び出しごとに新しいUUIDにしてください。"
        ) from problem


def known_receipt(key: str) -> Receipt | None:
    """Return the receipt of a request that was sent before."""
    return receipt_of(key)


def checked_request(given: Mapping[str, str], day) -> Checked:
    """Read the arguments against the rules of the public form. Raise Refusal with every fault."""
    code = given.get("service_code", "").strip()
    if not code:
        raise Refusal(400, "service_codeがありません。services で確かめてください。")
    category = open_category(code, day)
    if given.get("media_url", "").strip():
        raise Refusal(
            400, "media_urlは受け付けていません。写真は区のホームページから送ってください。"
        )
    questions = questions_of(category, day)
    raw = _as_form(given, code, questions)
    checked = check_submission(raw)
    if checked.faults:
        raise Refusal(400, " ".join(f"{_name(field)}：{fault}" for field, fault in checked.faults))
    return checked


def _name(field: str) -> str:
    if field.startswith("question_"):
        return f"attribute[{field.removeprefix('question_')}]"
    return NAMES.get(field, field)


def _as_form(given: Mapping[str, str], code: str, questions) -> dict[str, str]:
    raw = {
        "category": code,
        "body": given.get("description", ""),
        "place": given.get("address_string", "").strip() or _position(given),
        "wants_reply": "no",
    }
    email, phone = given.get("email", "").strip(), given.get("phone", "").strip()
    if email or phone:
        # 姓名 order; whoever leaves a way to be reached wants to be answered.
        names = (given.get(name, "").strip() for name in ("last_name", "first_name"))
        raw |= {
            "wants_reply": "yes",
            "reply_by": "email" if email else "phone",
            "name": " ".join(filter(None, names)),
            "email": email,
            "phone": phone,
        }
    answers = _attributes(given)
    if unknown := set(answers) - {question["code"] for question in questions}:
        raise Refusal(400, f"attribute[{min(unknown)}]は、この分野の質問にありません。")
    for question in questions:
        answer = answers.get(question["code"], "")
        raw[f"question_{question['code']}"] = (
            _day(answer) if question["kind"] == QuestionKind.DAY else answer
        )
    return raw


def _attributes(given: Mapping[str, str]) -> dict[str, str]:
    found = ((_ATTRIBUTE.fullmatch(name), name) for name in given)
    return {match[1]: given[name].strip() for match, name in found if match}


def _day(text: str) -> str:
    """Return the day in Osaka of a moment; leave anything else for the rule to judge."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return text
    if moment is None:
        return text
    if timezone.is_naive(moment):
        return moment.date().isoformat()
    try:
        return timezone.localtime(moment).date().isoformat()
    except (OverflowError, ValueError):
        return text


def _position(given: Mapping[str, str]) -> str:
    lat, long = given.get("lat", "").strip(), given.get("long", "").strip()
    if not lat and not long:
        return ""
    number = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?")
    if (
        not (number.fullmatch(lat) and number.fullmatch(long))
        or abs(float(lat)) > 90
        or abs(float(long)) > 180
    ):
        raise Refusal(400, "latとlongは、緯度と経度を十進数の度で、両方とも指定してください。")
    return f"緯度{lat}、経度{long}"


def take(checked: Checked, key: str) -> Receipt:
    """Store the case as one that came through an outside program."""
    return receive_consultation(
        checked, Circumstances(channel=IntakeChannel.API, submission_key=key)
    )


def accepted(receipt: Receipt) -> dict:
    """Return what the caller is told: the receipt number, and a notice to show to the citizen."""
    case = receipt.consultation
    notice = f"{case.section}が受け付けました。受付番号は{case.number}です。"
    if receipt.passphrase:
        notice += f"合言葉は{receipt.passphrase}です。受付番号と合言葉で、状況を確かめられます。"
    if case.wants_reply:
        notice += f"{wareki(case.due_on)}までに回答します。"
    else:
        notice += f"{wareki(case.due_on)}までに対応の方針を決めます。回答はお送りしません。"
    notice += "公表されるときは、受付番号とは別の番号が付きます。"
    return {
        "service_request_id": case.number,
        "service_notice": notice,
        "account_id": None,
    }
