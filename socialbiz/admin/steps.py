"""The steps that ventures and commissioned projects share: show, hide, end, take the end back."""

from socialbiz.services import undertakings
from wards.desk.pages.showing import showing_steps
from wards.desk.pages.step_fields import day_field
from wards.desk.pages.steps import NothingToType, ReasonForm, Step


class EndForm(ReasonForm):
    """When something ended, and why."""

    ended_on = day_field("終了した日")
    field_order = ("ended_on", "reason")


def end(undertaking, data, user) -> str:
    """終了を記録する."""
    undertakings.end(undertaking, ended_on=data["ended_on"], reason=data["reason"], actor=user)
    return "終了を記録しました。件数には、これからも数えます。"


def take_end_back(undertaking, data, user) -> str:
    """終了を取り消す."""
    undertakings.take_end_back(undertaking, actor=user)
    return "終了の記録を取り消しました。"


def still_goes_on(undertaking, user):
    """Offer a step only as long as no end was noted."""
    return [] if undertaking.ended_on is None else None


def shared_steps(may_change: str) -> tuple[Step, ...]:
    """Return the steps of a page whose things are changed by a permission."""
    return (
        *showing_steps(may_change, undertakings.show, code="show"),
        Step("end", "終了を記録する", EndForm, may_change, end, still_goes_on),
        Step("take_end_back", "終了を取り消す", NothingToType, may_change, take_end_back, lambda one, user: None if one.ended_on is None else []),
    )  # fmt: skip
