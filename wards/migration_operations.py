"""How tables are made: a model at once with its keys, constraints, indexes and triggers.

`makemigrations` writes a key to a later model, a constraint and a trigger as operations of their
own. Django renders the models around the changed one anew for each of them, which took two minutes
for an empty installation. `./dev manage fold_migration APP NAME` puts them into the model's own
operation (0012).
"""

from django.db import migrations
from pgtrigger.compiler import Trigger


class CreateModelWithTriggers(migrations.CreateModel):
    """Create a model's table and install the triggers that its options name."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        """Make the table, then its triggers; a schema that does not get the model gets neither."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        for trigger in self.options["triggers"]:
            assert isinstance(trigger, Trigger)
            # The statement has percent signs of its own: no parameters.
            schema_editor.execute(trigger.install_sql, params=None)
