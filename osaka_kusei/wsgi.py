"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings")
application = get_wsgi_application()

from wards.demo_people import refuse_demo_people_in_production  # noqa: E402  needs loaded apps

refuse_demo_people_in_production()
