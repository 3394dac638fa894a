"""Logins, each bound to the ward that opened it."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A login or a visitor's form in progress; row-level security shows a ward its own only."""

    schema_name = models.CharField("開いた区のスキーマ", max_length=63, db_index=True)

    class Meta:
        verbose_name = "ログイン"
        verbose_name_plural = "ログイン"

    @classmethod
    def get_session_store_class(cls):
        """Return the store that reads and writes these rows."""
        from wards.sessions import SessionStore

        return SessionStore
