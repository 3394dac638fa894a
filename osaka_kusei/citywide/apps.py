"""The app that looks over all wards."""

from django.apps import AppConfig


class CitywideConfig(AppConfig):
    """The only place that crosses wards; it has no tables.

    Its pages read and never write. Two commands of the operator write into wards: the import of
    results, and the demo data of one machine.
    """

    name = "osaka_kusei.citywide"
    label = "citywide"
    verbose_name = "24区の状況"

    def ready(self) -> None:
        from osaka_kusei import checks  # noqa: F401  registers the system checks
