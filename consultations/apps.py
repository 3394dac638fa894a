"""The app of 相談・要望: from a citizen's phone to a published answer."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """A ward's cases, how they are handled, and what is published of them."""

    name = "consultations"
    verbose_name = "相談・要望"

    def ready(self) -> None:
        from consultations import jobs  # noqa: F401  registers its jobs for web and worker alike
        from consultations.services.undelivered import call_instead
        from wards.desk.undelivered import when_undelivered

        when_undelivered(call_instead)
