"""The worker's and beat's way in."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings")
app = Celery("osaka_kusei")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_demo_people(**kwargs) -> None:
    """Stop the worker or beat of a server beside demo people, as the web server is stopped.

    Raises SystemExit: Celery logs any other exception of a signal and goes on.
    """
    from django.core.exceptions import ImproperlyConfigured

    from wards.demo_people import refuse_demo_people_in_production

    try:
        refuse_demo_people_in_production()
    except ImproperlyConfigured as problem:
        raise SystemExit(str(problem)) from problem
