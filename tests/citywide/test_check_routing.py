"""`check_routing`: which category of which ward would reach nobody."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from consultations.models import Category, RoutingRule, Section, SectionPost
from wards.models import Ward


def check(capsys, *arguments) -> str:
    """Run the command; return what it printed."""
    call_command("check_routing", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def staffed(kita, kita_officer):
    """A 北区 whose 総合窓口 has somebody in it."""
    return SectionPost.objects.create(
        section=Section.objects.front_desk(),
        person=kita_officer,
        post="staff",
        valid_from=date(2020, 4, 1),
    )


def test_a_ward_in_which_everything_reaches_somebody_is_green(staffed, capsys):
    assert check(capsys, "--ward", "kita") == "1区を点検しました。届かない分野 0件（0区）\n"


def test_a_category_sent_to_an_empty_section_is_named_and_the_command_fails(staffed, capsys):
    empty = Section.objects.create(code="empty", name="だれもいない課")
    RoutingRule.objects.create(
        category=Category.objects.get(code="park"), section=empty, valid_from=date(2020, 4, 1)
    )

    with pytest.raises(CommandError, match="北区に、だれにも届かない分野があります"):
        check(capsys, "--ward", "kita")
    out = capsys.readouterr().out
    assert (
        "北区　公園・街路樹：受け持つ課「だれもいない課」に、今日働いている職員がいません。" in out
    )
    assert "届かない分野 1件（1区）" in out


def test_without_a_ward_all_24_are_looked_at_and_the_red_ones_named(staffed, capsys):
    live = Category.objects.filter(stop_answer="").count()
    with pytest.raises(CommandError) as red:
        check(capsys)

    out = capsys.readouterr().out
    others = [ward.name for ward in Ward.objects.in_official_order() if ward.slug != "kita"]
    assert str(red.value).startswith("、".join(others))
    assert out.endswith(f"24区を点検しました。届かない分野 {23 * live}件（23区）\n")


def test_headquarters_has_no_rules_to_check(city, capsys):
    with pytest.raises(CommandError, match="本庁には振分ルールがありません"):
        check(capsys, "--ward", "osaka")
