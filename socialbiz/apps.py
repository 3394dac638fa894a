"""The app of 社会的ビジネス."""

from django.apps import AppConfig


class SocialBizConfig(AppConfig):
    """CB/SB of a ward, and the work that it commissions from those who carry them."""

    name = "socialbiz"
    verbose_name = "社会的ビジネス"
