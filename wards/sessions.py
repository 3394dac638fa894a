"""Database sessions that belong to one ward (SECURITY §1.3, C16).

A cookie of Kita replayed at Naniwa finds no row: the store asks for the schema served, and the
database's row-level security would hide the row even if it did not.
"""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import connection


class SessionStore(DatabaseSessionStore):
    """Keep sessions in `wards.Session`, per schema."""

    @classmethod
    def get_model_class(cls):
        """Return the model of our sessions."""
        from wards.models import Session

        return Session

    def _validate_session_key(self, key):
        """Take only what we hand out for a key; PostgreSQL would choke on other bytes."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def _get_session_from_db(self):
        session = super()._get_session_from_db()
        if session is not None and session.schema_name != connection.schema_name:
            self._session_key = None
            return None
        return session

    def create_model_instance(self, data):
        """Note the ward beside the data, so that the database can be asked for it."""
        session = super().create_model_instance(data)
        session.schema_name = connection.schema_name
        return session
