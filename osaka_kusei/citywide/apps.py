"""The app that looks over all wards."""

from django.apps import AppConfig


class CitywideConfig(AppConfig):
    """The only place that crosses wards; it reads and never writes, and has no tables."""

    name = "osaka_kusei.citywide"
    label = "citywide"
    verbose_name = "24区の状況"

    def ready(self) -> None:
        from osaka_kusei import checks  # noqa: F401  registers the system checks
