"""The worker's part: one run over one ward's outbox."""

from celery import shared_task

from wards import clock
from wards.desk.relay import relay_waiting
from wards.tasks import WardTask

# The dispatcher looks every five seconds; a worker that was away finds no heap.
WAKE_UP_LIVES_SECONDS = 15


@shared_task(base=WardTask, name="wards.desk.tasks.relay_outbox")
def relay_outbox(limit: int = 50) -> dict:
    """Send what is due in the ward."""
    return relay_waiting(clock.now(), limit).as_dict()
