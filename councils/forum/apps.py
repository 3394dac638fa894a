"""The app of 区政会議."""

from django.apps import AppConfig


class WardForumConfig(AppConfig):
    """A ward's 区政会議: who sits in it, what was said, and what became of it."""

    name = "councils.forum"
    label = "ward_forum"
    verbose_name = "区政会議"

    def ready(self) -> None:
        from councils.forum import jobs  # noqa: F401  registers its jobs for web and worker alike
