"""The app of what every app of a ward needs: mail, notices, and the log of who looked."""

from django.apps import AppConfig


class WardDeskConfig(AppConfig):
    """What a person of a ward finds on the desk, and what leaves it by mail."""

    name = "wards.desk"
    label = "ward_desk"
    verbose_name = "わたしの仕事と送信メール"

    def ready(self) -> None:
        from wards.desk import morning, tasks  # noqa: F401  registers its job for web and worker alike
