"""Log lines as JSON: an allow-list of fields, so that no personal data slips in."""

import json
import logging
from datetime import UTC, datetime

from wards.addresses import without_keys

# PostgreSQL tells the offending row in these lines: names, addresses, texts.
LINES_WITH_VALUES = ("DETAIL:", "CONTEXT:", "LINE ")


def without_values(traceback: str) -> str:
    """Return the traceback without the lines in which the database repeats stored values."""
    return "\n".join(
        line for line in traceback.splitlines() if not line.startswith(LINES_WITH_VALUES)
    )


class JsonFormatter(logging.Formatter):
    """Write one JSON object per line: time with offset, level, logger, message, ward."""

    def format(self, record: logging.LogRecord) -> str:
        from django.db import connection

        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "ward": getattr(connection, "schema_name", None),
            "message": without_keys(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = without_values(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
