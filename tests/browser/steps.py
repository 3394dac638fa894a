"""What people do on a page of steps: unfold one, fill its form, press it, read what is told."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.desk import Desk
from wards import clock
from wards.wareki import wareki


def in_days(days: int) -> str:
    """Return a day before or after today, as officers write it."""
    return wareki(clock.today() + timedelta(days=days))


def fill(form, values: dict[str, str]) -> None:
    """Fill the fields of a form by name; of a choice the first one with these words."""
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            option = field.locator("option", has_text=value).first
            field.select_option(option.get_attribute("value"))
        else:
            field.fill(value)


def in_card(desk: Desk, step: str):
    """Return the form of a step, unfolded where it is folded: one that asks nothing is a mere button."""
    page = desk.page
    button = page.get_by_role("button", name=step, exact=True)
    fold = page.locator("details.fold", has=page.locator("summary", has_text=step))
    exact = fold.filter(has=page.get_by_text(step, exact=True))
    expect(exact.or_(button).first).to_be_attached()
    if exact.count() == 0:
        return page.locator("form", has=button).first
    if exact.first.get_attribute("open") is None:
        exact.first.locator("summary").click()
    return exact.first.locator("form")


def take(desk: Desk, step: str, told: str, **values: str) -> None:
    """Fill the form of a step, press it, and read what is told."""
    form = in_card(desk, step)
    fill(form, values)
    form.get_by_role("button", name=step, exact=True).click()
    desk.reads(told, where=".messagelist")
