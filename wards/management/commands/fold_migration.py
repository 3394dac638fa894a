"""`manage.py fold_migration APP NAME`: write each model of a new migration as one operation."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from wards.migration_operations import CreateModelWithTriggers


class Command(BaseCommand):
    """Fold keys, constraints, indexes and triggers into the operation that creates their model."""

    help = (
        "Write each model of a migration as one operation; what the migration makes stays the same."
    )

    def add_arguments(self, parser) -> None:
        """Take the app and the migration's name."""
        parser.add_argument("app")
        parser.add_argument("name")

    def handle(self, *args, app: str, name: str, **options) -> None:
        """Rewrite the file."""
        migration = MigrationLoader(None).get_migration(app, name)
        before = len(migration.operations)
        migration.operations = folded(migration)
        writer = MigrationWriter(migration, include_header=False)
        Path(writer.path).write_text(writer.as_string(), encoding="utf-8")
        self.stdout.write(f"{before} → {len(migration.operations)}")


def folded(migration: Migration) -> list[Operation]:
    """Return the operations of a migration with each new model in one, models after those they point to."""
    models: dict[str, CreateModel] = {}
    rest: list[Operation] = []
    for operation in migration.operations:
        if isinstance(operation, CreateModel):
            models[operation.name_lower] = operation
        elif not _fold(operation, models):
            rest.append(operation)
    return [*_in_order(migration.app_label, models), *rest]


def _fold(operation: Operation, models: dict[str, CreateModel]) -> bool:
    """Put an operation into the model that it changes; False when the model is not of this migration."""
    model = models.get(getattr(operation, "model_name", "").lower())
    if model is None:
        return False
    if isinstance(operation, AddField):
        model.fields.append((operation.name, operation.field))
    elif isinstance(operation, AddConstraint):
        model.options.setdefault("constraints", []).append(operation.constraint)
    elif isinstance(operation, AddIndex):
        model.options.setdefault("indexes", []).append(operation.index)
    elif isinstance(operation, AddTrigger):
        model.options.setdefault("triggers", []).append(operation.trigger)
    else:
        return False
    return True


def _in_order(app: str, models: dict[str, CreateModel]) -> list[Operation]:
    """Return the models after those they point to; raise CommandError for a circle."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for name, model in models.items():
        order.add(name, *_targets(app, model, models))
    try:
        names = list(order.static_order())
    except CycleError as circle:
        raise CommandError(f"These models point to each other: {circle.args[1]}") from circle
    return [_written(models[name]) for name in names]


def _targets(app: str, model: CreateModel, models: dict[str, CreateModel]) -> set[str]:
    """Return which models of the same migration a model points to, itself excepted."""
    found = set()
    for _, field in model.fields:
        if field.remote_field is not None:
            target = str(getattr(field.remote_field, "model", "")).lower()
            found.add(target.removeprefix(f"{app}."))
    return (found & models.keys()) - {model.name_lower}


def _written(model: CreateModel) -> Operation:
    """Return the operation to write: with triggers, the one that installs them."""
    kind = CreateModelWithTriggers if model.options.get("triggers") else CreateModel
    return kind(model.name, model.fields, model.options, model.bases, model.managers)
