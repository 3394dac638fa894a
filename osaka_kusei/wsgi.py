"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings")
site = get_wsgi_application()

from wards.demo_people import DemoPeopleGuard  # noqa: E402  needs loaded apps
from wards.middleware import EncodingGuard  # noqa: E402

application = EncodingGuard(DemoPeopleGuard(site))
