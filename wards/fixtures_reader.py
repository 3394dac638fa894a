"""Read the facts that come with the product."""

import json
from pathlib import Path

from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def read_fixture(name: str):
    """Return the content of `fixtures/<name>`."""
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
