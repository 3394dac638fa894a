"""「この数値の説明」 on the command line."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kpis.catalog.choices import Counting
from kpis.catalog.models import CityResult, Indicator
from kpis.explaining import explain
from kpis.models import Result
from osaka_kusei.citywide.arguments import policy_year, ward_named
from osaka_kusei.citywide.reading import read_ward
from wards.fiscal_year import fiscal_year_label
from wards.models import Ward

# The city does not read who typed a value (wards.database_roles.CITY_COLUMNS).
NOT_FOR_THE_CITY = ("entered_by", "confirmed_by", "state_reason")


class Command(BaseCommand):
    """Reads only, as the city does; changes nothing."""

    help = "Explain one figure: raw value, formula, rounding, rule, exclusions."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="a ward's slug, or osaka for the city's own result")
        parser.add_argument("indicator", help="the indicator's code, such as 1-1-a")
        parser.add_argument("year", help="the fiscal year, such as 2016 or H28")

    def handle(self, *args, slug, indicator, year, **options):
        connection.set_schema_to_public()
        ward = ward_named(slug)
        fiscal_year = policy_year(year)
        found = Indicator.objects.for_fiscal_year(fiscal_year).filter(code=indicator).first()
        if found is None:
            raise CommandError(
                f"「{indicator[:40]}」という指標は、{fiscal_year_label(fiscal_year)}にはありません。"
            )
        if ward.is_headquarters and found.counting != Counting.ONCE_FOR_CITY:
            raise CommandError(
                f"「{found}」は区ごとの指標です。kita のような区の略称を指定してください。"
            )
        self.stdout.write(f"{ward}　{found}　{fiscal_year_label(fiscal_year)}")
        for line in _lines(ward, found, fiscal_year):
            self.stdout.write(line)


def _lines(ward: Ward, indicator: Indicator, fiscal_year: int) -> list[str]:
    def read(model) -> list[str]:
        result = (
            model.objects.filter(indicator=indicator, fiscal_year=fiscal_year)
            .select_related("indicator", "indicator__policy", "rule")
            .defer(*(name for name in NOT_FOR_THE_CITY if hasattr(model, name)))
            .first()
        )
        if result is None:
            return [f"{fiscal_year_label(fiscal_year)}の実績値は未入力です。判定も集計もしません。"]
        return [*explain(result), f"入力状態：{result.get_state_display()}"]

    if ward.is_headquarters:
        return read(CityResult)
    return read_ward(ward.slug, lambda _: read(Result))
