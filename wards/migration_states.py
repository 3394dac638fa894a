"""What migrations render while tables are made: a new model alone, not all that it points at.

For every new table Django renders anew all models that are tied to it by keys, so that the state
before the operation keeps classes that know nothing of the new one. Here nearly every model is tied
to every other one: an empty installation rendered 27,000 models for 408 tables, a minute of work
in which nothing happened. Making a table asks only for the model itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def new_models_rendered_alone() -> Iterator[None]:
    """Let migrations render only the new model when one is created, while the block runs.

    The next operation that changes a model renders its whole neighbourhood, as ever. Not safe in
    threads: it changes Django's own class for the time of the block.
    """
    reload_model = ProjectState.reload_model

    def render(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        is_rendered = "apps" in self.__dict__
        if is_rendered and model_name not in self.apps.all_models[app_label]:
            self.apps.render_multiple([self.models[app_label, model_name]])
        else:
            reload_model(self, app_label, model_name, delay)

    ProjectState.reload_model = render
    try:
        yield
    finally:
        ProjectState.reload_model = reload_model
