"""Rows that belong to the ward they were read in."""

from django.db import connections, models


class ForeignWardError(Exception):
    """An object of one ward was about to be written in another."""


class WardRow(models.Model):
    """A model of a ward's schema: an object read in Kita cannot be saved inside Nishi.

    Primary keys of wards coincide, so that such a save would overwrite a row of the other ward
    (DESIGN §4, traps).
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        """Remember the schema that the row was read in."""
        row = super().from_db(db, field_names, values)
        row._state.schema_name = connections[db].schema_name
        return row

    def save(self, *args, using=None, **kwargs):
        """Store the row; raise ForeignWardError in any other schema than its own."""
        served = connections[using or self._state.db or "default"].schema_name
        if getattr(self._state, "schema_name", served) != served:
            raise ForeignWardError(f"{self!r} belongs to {self._state.schema_name}, not {served}.")
        super().save(*args, using=using, **kwargs)
        self._state.schema_name = served
