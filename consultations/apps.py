"""The app of 相談・要望: from a citizen's phone to a published answer."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """A ward's cases, how they are handled, and what is published of them."""

    name = "consultations"
    verbose_name = "相談・要望"
