"""Numbers of rows as addresses and forms bring them: read, or nothing.

A number beyond every row needs no check of its own: Django finds nothing by `pk=` and `…__pk=`.
"""


def row_number(typed: object) -> int | None:
    """Return the number of a row; None for whatever is none, or has more digits than any."""
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
