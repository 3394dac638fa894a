"""The project: settings, addresses, worker, and the city-wide view of the wards."""

from osaka_kusei.celery import app as celery_app

__all__ = ["celery_app"]
