"""What operators type behind a command: a ward, a fiscal year, in the ways people write them."""

from django.core.management.base import CommandError

from osaka_kusei.citywide.results import fiscal_years
from wards.fiscal_year import fiscal_year_from_text, fiscal_year_label
from wards.models import Ward


def ward_named(slug: str) -> Ward:
    """Return the ward of the slug (`osaka`: 本庁); refuse in one sentence when there is none."""
    ward = Ward.objects.filter(slug=slug).first()
    if ward is None:
        raise CommandError(
            f"「{slug[:40]}」という区はありません。kita のような略称か、全市は osaka を指定してください。"
        )
    return ward


def policy_year(text: str) -> int:
    """Read a fiscal year that some policy covers: 2016, H28, 平成28年度."""
    try:
        fiscal_year = fiscal_year_from_text(text)
    except ValueError as problem:
        raise CommandError(str(problem)) from problem
    years = fiscal_years()
    if fiscal_year not in years:
        covered = "、".join(map(str, years)) or "なし"
        raise CommandError(
            f"{fiscal_year_label(fiscal_year)}（{fiscal_year}）を対象とする基本方針はありません。"
            f"指定できる年度：{covered}"
        )
    return fiscal_year
