"""What the files of these pages are called, and where a page links to them."""

from django.http import HttpResponse
from django.urls import reverse

from wards import clock
from wards.desk.noted_files import file_for_a_purpose, noted_file

MAY_NOT_EXPORT = "あなたの役割では、案件をファイルに書き出せません。"
KINDS = (("xlsx", "Excel"), ("csv", "CSV"))


def file_response(request, *, name: str, **table) -> HttpResponse:
    """Return a table as a download named after what it holds, the ward and the day."""
    return noted_file(request, name=_file_name(request, name), **table)


def case_file_response(request, *, name: str, **table) -> HttpResponse:
    """Return a table of cases, which tells of citizens: as `file_response`, but for a purpose only."""
    return file_for_a_purpose(request, name=_file_name(request, name), **table)


def _file_name(request, name: str) -> str:
    return f"{name}_{request.ward}_{clock.today():%Y%m%d}"


def file_links(user, page: str, query: str) -> list[dict[str, str]]:
    """Return label and address of each kind of file of a page of cases that a person may take."""
    if not user.has_perm("consultations.export_consultation"):
        return []
    address = f"admin:consultations_consultation_{page}"
    return [{"label": label, "url": reverse(address, args=[kind]) + query} for kind, label in KINDS]
