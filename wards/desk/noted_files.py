"""Tables of staff pages as files: noted in the log of who looked before the first byte leaves (C52)."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from wards.desk.choices import AccessKind
from wards.desk.services import note_access
from wards.table_files import CONTENT_TYPES, Cell, table_file

MOST_ROWS = 20_000


def noted_file(
    request,
    *,
    kind: str,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    about: str,
) -> HttpResponse:
    """Return a table as a download and note who took it; raise Http404 for a kind there is not.

    `name` stands before the dot of the file's name, `about` in the log.
    """
    if kind not in CONTENT_TYPES:
        raise Http404
    rows = list(rows)
    content = table_file(kind, headings, rows)
    note_access(
        request,
        what=AccessKind.EXPORT,
        about=about,
        filters=dict(request.GET.lists()),
        rows=len(rows),
        columns=list(headings),
        format=kind,
        sha256=sha256(content).hexdigest(),
    )
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.{kind}")},
    )


def refuse_too_many(count: int, most: int = MOST_ROWS) -> None:
    """Refuse a file that nobody could read: raise PermissionDenied with what to do instead."""
    if count > most:
        raise PermissionDenied(
            f"{count:,}件あります。{most:,}件までに絞り込んでから書き出してください。"
        )
