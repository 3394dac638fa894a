"""Tasks belong to one ward: they take it by name, enter it, and run nowhere else."""

import logging
from time import monotonic

from celery import Task, shared_task
from django.db import connection
from django_tenants.utils import tenant_context  # noqa: TID251  the one door for tasks
from kombu.exceptions import OperationalError

from wards.demo_people import refuse_demo_people_in_production
from wards.jobs import do_job
from wards.models import Ward

logger = logging.getLogger(__name__)


WAKE_UP_LIVES_SECONDS = 60
BROKER_REST_SECONDS = 5


class UnknownWardError(Exception):
    """The message names no ward: nothing may run, least of all in the public schema."""


class WardTask(Task):
    """Enter the ward named by `ward`, run there, and leave (SECURITY §1.2, C33).

    A signal that switches schemas fails open: when it raises, Celery logs it and runs the body in
    `public`. Here the body is called from inside the ward or not at all.
    """

    abstract = True
    # A broker that hangs costs a second a message; after one such second it is left alone a while.
    silent_until = 0.0
    acks_late = True
    reject_on_worker_lost = True
    # `ward` is taken off before the body: Celery's check of the arguments would refuse to send it.
    typing = False

    def __call__(self, *args, ward: str | None = None, **kwargs):
        """Run the body inside the ward; raise UnknownWardError when there is none."""
        if not ward:
            raise UnknownWardError("The task was sent without a ward.")
        connection.set_schema_to_public()
        found = Ward.objects.filter(schema_name=ward).first()
        if found is None:
            raise UnknownWardError(f"There is no ward {ward!r}.")
        refuse_demo_people_in_production()
        try:
            with tenant_context(found):
                refuse_other_schema(ward)
                return super().__call__(*args, **kwargs)
        finally:
            connection.set_schema_to_public()

    def wake(self, ward: str, *args, lives_seconds: int = WAKE_UP_LIVES_SECONDS) -> bool:
        """Send the task to the broker; return False when it cannot be reached."""
        if monotonic() < WardTask.silent_until:
            return False
        try:
            # The sweep sends again what is still due; a worker that was away finds no heap.
            self.apply_async(args=args, kwargs={"ward": ward}, retry=False, expires=lives_seconds)
        except (OperationalError, OSError) as problem:
            WardTask.silent_until = monotonic() + BROKER_REST_SECONDS
            logger.warning("The broker could not be reached: %s", type(problem).__name__)
            return False
        return True


def refuse_other_schema(ward: str) -> None:
    """Ask PostgreSQL itself which schema it serves; raise unless it is the ward's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    if schema != ward:
        raise UnknownWardError(f"Sent for {ward!r}, but the connection serves {schema!r}.")


@shared_task(base=WardTask, name="wards.tasks.run_job")
def run_job(job_id: int) -> str:
    """Do one row of the job table; a row that another worker holds is left alone."""
    row = do_job(job_id)
    return "taken" if row is None else "done"
