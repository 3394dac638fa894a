"""Made-up names of people for the demo."""

import random

from wards.fixtures_reader import read_fixture


def made_up_names(dice: random.Random) -> list[tuple[str, str]]:
    """Return names with their readings in an order of chance; nobody real is meant."""
    plan = read_fixture("demo/councils.json")
    names = [
        (f"{family} {given}", f"{family_kana} {given_kana}")
        for family, family_kana in plan["family_names"]
        for given, given_kana in plan["given_names"]
    ]
    dice.shuffle(names)
    return names
