"""要請・提案の期限 as dated rows: written before they begin, ended and followed, never rewritten."""

from datetime import date

from django.core.exceptions import ValidationError

from councils.city.models import RequestRule
from wards import clock
from wards.deadlines import first_day_without_rule
from wards.wareki import wareki

# What requests got their due day by, once a rule has begun; its end may still be moved.
FIXED_ONCE_BEGUN = (
    "name",
    "days",
    "remind_before",
    "bureau_after",
    "city_after",
    "ward_after",
    "valid_from",
    "source",
)


def has_begun(rule: RequestRule | None, day: date) -> bool:
    """Say whether requests of the day, or before it, may have been given their due day by a rule."""
    return (
        rule is not None
        and rule.pk is not None
        and rule.valid_from is not None
        and rule.valid_from <= day
    )


def refuse_change_of_rule(rule: RequestRule) -> None:
    """Raise ValidationError for what would change a due day, or leave a day without any rule.

    `rule` carries the new values; what is stored is read afresh.
    """
    today = clock.today()
    stored = RequestRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if has_begun(stored, today):
        if any(getattr(rule, name) != getattr(stored, name) for name in FIXED_ONCE_BEGUN):
            raise ValidationError(
                "適用が始まった期限は書き換えられません。末日を入れて終え、次の期限を登録してください。"
            )
    elif rule.valid_from <= today:
        raise ValidationError(
            {
                "valid_from": "適用の初日は、明日以後の日にしてください。今日までに出された要請・提案の期限は変えられません。"
            }
        )
    _refuse_end(rule, stored, today)


def _refuse_end(rule: RequestRule, stored: RequestRule | None, today: date) -> None:
    was_so = stored is not None and stored.valid_to == rule.valid_to
    if rule.valid_to is not None and rule.valid_to < today and not was_so:
        raise ValidationError({"valid_to": "適用の末日は、今日以後の日にしてください。"})
    others = RequestRule.objects.exclude(pk=rule.pk).values_list("valid_from", "valid_to")
    if gap := first_day_without_rule([*others, (rule.valid_from, rule.valid_to)], today):
        raise ValidationError(
            {
                "valid_to": f"{wareki(gap)}から適用する期限がなくなり、区が要請・提案を出せません。"
                "先に次の期限を登録するか、末日を空欄にしてください。"
            }
        )
