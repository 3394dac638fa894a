"""Tables of these pages as files: noted in the log of who looked before the first byte leaves."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from wards import clock
from wards.desk.choices import AccessKind
from wards.desk.services import note_access
from wards.table_files import CONTENT_TYPES, Cell, table_file

MOST_ROWS = 20_000
KINDS = (("xlsx", "Excel"), ("csv", "CSV"))


def file_response(
    request,
    *,
    kind: str,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    about: str,
) -> HttpResponse:
    """Return a table as a download named after what it holds and the day; note who took it."""
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
    file_name = f"{name}_{request.ward}_{clock.today():%Y%m%d}.{kind}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(True, file_name)},
    )


def refuse_too_many(count: int, most: int = MOST_ROWS) -> None:
    """Refuse a file that nobody could read: raise PermissionDenied with what to do instead."""
    if count > most:
        raise PermissionDenied(
            f"{count:,}件あります。{most:,}件までに絞り込んでから書き出してください。"
        )
