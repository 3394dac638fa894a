"""Services of GeoReport v2: the categories that citizens may choose and that are published."""

from typing import Any

from consultations.choices import QuestionKind
from consultations.models import Category, CategoryForm
from consultations.open311.documents import Refusal

YES_AND_NO = [{"key": "yes", "name": "はい"}, {"key": "no", "name": "いいえ"}]
DATATYPES = {
    QuestionKind.TEXT: "text",
    QuestionKind.CHOICE: "singlevaluelist",
    QuestionKind.YES_NO: "singlevaluelist",
    QuestionKind.DAY: "datetime",
}
NO_SUCH_SERVICE = "service_codeに当たる分野がありません。services で確かめてください。"


def open_categories(day) -> list[Category]:
    """List the categories offered: live, for citizens, published, and taken at all."""
    return list(Category.objects.for_citizens(day).filter(is_publishable=True, stop_answer=""))


def open_category(code: str, day) -> Category:
    """Return a category that is offered; raise Refusal 404 for any other code."""
    for category in open_categories(day):
        if category.code == code:
            return category
    raise Refusal(404, NO_SUCH_SERVICE)


def questions_of(category: Category, day) -> list[dict[str, Any]]:
    """Return the category's own questions as they are asked on a day."""
    form = CategoryForm.objects.in_force(category, day)
    return form.questions if form else []


def service(category: Category, *, has_questions: bool) -> dict[str, Any]:
    """Return an item of the service list; a request gets its number at once, hence `realtime`."""
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.description,
        "metadata": has_questions,
        "type": "realtime",
        "keywords": "",
        "group": "",
    }


def services(day) -> list[dict[str, Any]]:
    """Return the service list in two questions, however many categories there are."""
    categories = open_categories(day)
    newest: dict[int, CategoryForm] = {}
    for form in CategoryForm.objects.filter(category__in=categories, valid_from__lte=day).order_by(
        "version"
    ):
        newest[form.category_id] = form
    return [
        service(
            category,
            has_questions=bool(category.pk in newest and newest[category.pk].questions),
        )
        for category in categories
    ]


def definition(category: Category, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the service definition: the category's own questions as attributes."""
    return {
        "service_code": category.code,
        "attributes": [
            _attribute(question, order) for order, question in enumerate(questions, start=1)
        ],
    }


def _attribute(question: dict[str, Any], order: int) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "variable": True,
        "code": question["code"],
        "datatype": DATATYPES[QuestionKind(question["kind"])],
        "required": bool(question.get("required")),
        "datatype_description": _how_to_answer(question),
        "order": order,
        "description": question["label"],
    }
    if question["kind"] == QuestionKind.YES_NO:
        attribute["values"] = YES_AND_NO
    elif question["kind"] == QuestionKind.CHOICE:
        attribute["values"] = [
            {"key": option, "name": option} for option in question.get("options", [])
        ]
    return attribute


def _how_to_answer(question: dict[str, Any]) -> str:
    return {
        QuestionKind.TEXT: "300字以内の1行の文章",
        QuestionKind.CHOICE: "一覧の中から一つ",
        QuestionKind.YES_NO: "yes（はい）か no（いいえ）",
        QuestionKind.DAY: "日付（2026-11-25）または日時（ISO 8601）",
    }[QuestionKind(question["kind"])]
