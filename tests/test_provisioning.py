"""A ward made by replay is the ward that migrations make: migrations stay the truth."""

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

from wards.migration_states import new_models_rendered_alone

# 北区 comes first and is migrated; every other new ward replays what was said for it.
MIGRATED, REPLAYED = "kita", ["nishi", "nishinari"]

QUESTIONS = {
    "columns": """
        SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length,
               numeric_precision, numeric_scale, is_nullable, column_default, identity_generation
        FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 3""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = %s::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s ORDER BY 1",
    "triggers": """
        SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal ORDER BY 1, 2""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = %s::regnamespace ORDER BY 1""",
    "grants": """
        SELECT relname, relkind, relacl::text FROM pg_class
        WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'S') ORDER BY 1""",
    "column grants": """
        SELECT c.relname, a.attname, a.attacl::text FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = %s::regnamespace AND a.attacl IS NOT NULL ORDER BY 1, 2""",
}


def answers(enter, slug: str, question: str) -> list[tuple]:
    """Ask PostgreSQL's catalogue about a ward, the ward's own name taken out."""
    enter(slug)
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS[question], [slug])
        return [
            tuple(
                value.replace(f"{slug}.", "").replace(f"w_{slug}=", "w=")
                if isinstance(value, str)
                else value
                for value in row
            )
            for row in cursor.fetchall()
        ]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("slug", REPLAYED)
def test_a_replayed_ward_is_a_migrated_ward(enter, slug, question):
    expected = answers(enter, MIGRATED, question)

    assert expected
    assert answers(enter, slug, question) == expected


@pytest.mark.parametrize("slug", REPLAYED)
def test_a_replayed_ward_knows_which_migrations_it_has(enter, slug):
    def applied(name):
        enter(name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
            return cursor.fetchall()

    assert applied(slug) == applied(MIGRATED)


def letters_of_a_person() -> ProjectState:
    """Return a rendered state of migrations: a person, and letters to persons."""
    state = ProjectState()
    state.add_model(ModelState("post", "Person", [("id", models.AutoField(primary_key=True))]))
    state.apps  # noqa: B018 (rendered from here on)
    state.add_model(letter("Letter"))
    return state


def letter(name: str) -> ModelState:
    to = models.ForeignKey("post.Person", models.CASCADE)
    return ModelState("post", name, [("id", models.AutoField(primary_key=True)), ("to", to)])


def test_a_new_model_leaves_the_models_it_points_at_as_they_are():
    with new_models_rendered_alone():
        state = letters_of_a_person()
        person = state.apps.get_model("post", "Person")
        state.add_model(letter("Reminder"))

    assert state.apps.get_model("post", "Person") is person
    assert state.apps.get_model("post", "Reminder")._meta.get_field("to").related_model is person


def test_a_changed_model_takes_the_models_that_point_at_it_along():
    with new_models_rendered_alone():
        state = letters_of_a_person()
        state.add_field("post", "person", "name", models.TextField(default=""), False)

    person = state.apps.get_model("post", "Person")
    assert person._meta.get_field("name")
    assert state.apps.get_model("post", "Letter")._meta.get_field("to").related_model is person


def test_django_is_itself_again_after_the_block():
    before = ProjectState.reload_model
    with pytest.raises(ValueError, match="broken off"), new_models_rendered_alone():
        raise ValueError("broken off")

    assert ProjectState.reload_model is before
