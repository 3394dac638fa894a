"""The steps that ventures and commissioned projects share: show, hide, end, take the end back."""

from socialbiz.admin.places import EndForm
from socialbiz.services import undertakings
from wards.desk.pages.steps import NothingToType, Step


def show(undertaking, data, user) -> str:
    """公表する."""
    undertakings.show(undertaking, is_public=True, actor=user)
    return "公表しました。"


def hide(undertaking, data, user) -> str:
    """公表をやめる."""
    undertakings.show(undertaking, is_public=False, actor=user)
    return "公表をやめました。"


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
        Step("show", "公表する", NothingToType, may_change, show, lambda one, user: None if one.is_public else [], is_next=True),
        Step("hide", "公表をやめる", NothingToType, may_change, hide, lambda one, user: [] if one.is_public else None),
        Step("end", "終了を記録する", EndForm, may_change, end, still_goes_on),
        Step("take_end_back", "終了を取り消す", NothingToType, may_change, take_end_back, lambda one, user: None if one.ended_on is None else []),
    )  # fmt: skip
