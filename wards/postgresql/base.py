"""django-tenants' backend, with the ward's database role taken beside its search_path.

Stock django-tenants isolates by search_path alone: one login owns every schema, so a planted
`SELECT … FROM nishi.…` in Kita answers. Here the login owns nothing, and `SET ROLE w_kita` makes
PostgreSQL refuse it (SECURITY §1.1, C24, C25).
"""

from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.db.utils import DatabaseError, InternalError
from django_tenants.postgresql_backend import base as django_tenants_backend
from django_tenants.utils import quote_schema_name

CITY_ROLE = "portal_city"


def role_of(schema_name: str) -> str:
    """Return the database role of a schema: `w_kita`, and `w_osaka` for the public schema."""
    return "w_osaka" if schema_name == "public" else f"w_{schema_name}"


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):
    """Enter a ward with one statement: `SET search_path = …; SET ROLE …`."""

    reads_for_city = False

    @property
    def takes_ward_roles(self) -> bool:
        """Say whether this login enters wards by role; the owner, who migrates, does not."""
        return settings.DATABASE_LOGIN != "owner"

    @contextmanager
    def city_reading(self):
        """Read wards as `portal_city`, which can write nothing and sees granted columns only."""
        before = self.reads_for_city
        self.reads_for_city = True
        self.search_path_set_schemas = None
        try:
            yield
        finally:
            self.reads_for_city = before
            self.search_path_set_schemas = None

    @property
    def role(self) -> str:
        """Return the database role that the schema now served calls for."""
        return CITY_ROLE if self.reads_for_city else role_of(self.schema_name)

    def _handle_search_path(self, cursor=None):
        """Set path and role once per switch.

        The stock method swallows every error here and would go on in the *former* ward; only an
        already aborted transaction is let through, since nothing can run in it anyway.
        """
        if self._setting_search_path or self.search_path_set_schemas:
            return
        search_paths = self._get_cursor_search_paths()
        statement = "SET search_path = {}".format(",".join(map(quote_schema_name, search_paths)))
        if self.takes_ward_roles:
            statement += f"; SET ROLE {quote_schema_name(self.role)}"
        self._setting_search_path = True
        own_cursor = cursor is None
        cursor = self.connection.cursor() if own_cursor else cursor
        try:
            cursor.execute(statement)
        except (InternalError, psycopg2.InternalError):
            self.search_path_set_schemas = None
        except (DatabaseError, psycopg2.Error):
            self.search_path_set_schemas = None
            raise
        else:
            self.search_path_set_schemas = search_paths
        finally:
            self._setting_search_path = False
            if own_cursor:
                cursor.close()
