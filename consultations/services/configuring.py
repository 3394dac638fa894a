"""Changes of what the ward works by: new versions of questions, and rules that end."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from consultations.models import Category, CategoryForm, Consultation, RoutingRule
from consultations.questions import faults_of_questions
from wards import clock
from wards.access import may


@transaction.atomic
def add_form_version(
    category: Category, questions: list[dict], *, valid_from: date, actor
) -> CategoryForm:
    """Put new questions in force from a day; cases keep the version they were asked in.

    What a question is called in other languages is carried over with its code.
    """
    may(actor, "consultations.add_categoryform")
    Category.objects.select_for_update().get(pk=category.pk)
    if faults := faults_of_questions(questions):
        raise ValidationError(faults)
    if valid_from < clock.today():
        raise ValidationError("適用の初日は、今日以後の日にしてください。")
    forms = CategoryForm.objects.filter(category=category)
    latest = forms.order_by("-version").first()
    if latest is not None and valid_from < latest.valid_from:
        raise ValidationError("適用の初日は、前の版の初日以後の日にしてください。")
    known = {question["code"]: question for question in (latest.questions if latest else [])}
    for question in questions:
        before = known.get(question["code"])
        if before and before.get("labels") and before["label"] == question["label"]:
            question["labels"] = before["labels"]
    if latest is not None and latest.questions == questions:
        raise ValidationError("前の版と同じ質問です。")
    version = (forms.aggregate(last=Max("version"))["last"] or 0) + 1
    form = CategoryForm(
        category=category, version=version, valid_from=valid_from, questions=questions
    )
    form.full_clean()
    form.save()
    return form


def uses_of(rule: RoutingRule) -> int:
    """Return how many cases a rule has sent."""
    return Consultation.objects.filter(rule=rule).count()


@transaction.atomic
def end_rule(rule: RoutingRule, *, last_day: date, actor) -> None:
    """Let a rule end on a day; its number stays on the cases that it sent."""
    may(actor, "consultations.change_routingrule")
    rule = RoutingRule.objects.select_for_update().get(pk=rule.pk)
    if last_day < rule.valid_from:
        raise ValidationError("末日は初日以後の日にしてください。")
    if rule.valid_to is not None and rule.valid_to < clock.today():
        raise ValidationError("すでに終わっているルールです。")
    if last_day < clock.today() - timedelta(days=1) and uses_of(rule):
        raise ValidationError("使われたルールは、昨日より前にさかのぼって終えられません。")
    rule.valid_to = last_day
    rule.save(update_fields=["valid_to"])
