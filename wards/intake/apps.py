"""受付: what every public form of a ward needs in its ward's schema."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """How often one client may hand something in; knows no form."""

    name = "wards.intake"
    label = "ward_intake"
    verbose_name = "受付"
