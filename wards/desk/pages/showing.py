"""What a ward shows to everybody or keeps to itself: the badge, and the two steps between them."""

from collections.abc import Callable

from wards.badges import badge
from wards.desk.pages.steps import NothingToType, Step


def public_badge(thing):
    """Say whether everybody sees it."""
    return badge("公表", "good", "✓") if thing.is_public else badge("未公表", "plain", "○")


def showing_steps(permission: str, show: Callable, *, code: str = "publish") -> tuple[Step, Step]:
    """Return 「公表する」 and 「公表をやめる」; `show` is the service, called with `is_public`."""

    def publish(thing, data, user) -> str:
        show(thing, is_public=True, actor=user)
        return "公表しました。"

    def hide(thing, data, user) -> str:
        show(thing, is_public=False, actor=user)
        return "公表をやめました。"

    return (
        Step(code, "公表する", NothingToType, permission, publish, lambda one, user: None if one.is_public else [], is_next=True),
        Step("hide", "公表をやめる", NothingToType, permission, hide, lambda one, user: [] if one.is_public else None),
    )  # fmt: skip
