"""Storing a row so that whatever refuses it, Django or PostgreSQL, does so in the same sentence."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

MEANWHILE = "ほかの人が同時に変更しました。もう一度確かめてください。"


def store(row: models.Model, *fields: str) -> None:
    """Check a row by all its rules and store it; with `fields`, only those columns.

    Raise ValidationError with the sentence of the rule. Two requests that each looked fine alone
    are told apart by the database: its constraint answers with the same sentence.
    """
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(update_fields=fields or None)
    except IntegrityError as refusal:
        raise ValidationError(_sentence_of(type(row), refusal)) from refusal


def _sentence_of(model: type[models.Model], refusal: IntegrityError) -> str:
    name = getattr(getattr(refusal.__cause__, "diag", None), "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    return MEANWHILE
