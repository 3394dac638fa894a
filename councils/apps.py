"""The app of 地域活動協議会."""

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    """A ward's areas, their councils, and what the ward mayor decides about them."""

    name = "councils"
    verbose_name = "地域活動協議会"

    def ready(self) -> None:
        from councils import jobs  # noqa: F401  registers its jobs for web and worker alike
