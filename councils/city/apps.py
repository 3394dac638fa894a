"""What the 24 wards share about 地域活動協議会."""

from django.apps import AppConfig


class CouncilCityConfig(AppConfig):
    """The dated sets of requirements of 区長認定."""

    name = "councils.city"
    label = "council_city"
    verbose_name = "地域活動協議会（全市共通）"
