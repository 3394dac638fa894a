"""The app of definitions that 24 wards share."""

from django.apps import AppConfig


class KpiCatalogConfig(AppConfig):
    """Policies, indicators and evaluation rules: one definition for 24 wards."""

    name = "kpis.catalog"
    label = "kpi_catalog"
    verbose_name = "成果指標の定義"
