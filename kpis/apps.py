"""The app of indicators, results, surveys and PDCA sheets of a ward."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """Indicators' results of a ward; the definitions they share stand in `kpis.catalog`."""

    name = "kpis"
    verbose_name = "成果指標"

    def ready(self) -> None:
        from kpis import reviewing, tasks  # noqa: F401  register their jobs for web and worker alike
