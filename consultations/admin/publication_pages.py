"""公表: the monthly batch, and lists of what is public and what is withheld, with reasons."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import path, reverse

from consultations.admin import columns
from consultations.admin.exports import MAY_NOT_EXPORT, case_file_response, file_links
from consultations.admin.publication_block import known_words, marked_fields
from consultations.admin.reading import note_numbers
from consultations.choices import PublicationState
from consultations.models import Publication
from consultations.services import publishing
from wards.desk.noted_files import ROWS_AT_A_TIME

PER_PAGE = 20
MAY_NOT_SEE = "あなたの役割では、公表の画面を見られません。"
HEADINGS = (
    "受付番号",
    "件名",
    "要旨",
    "市の考え方",
    "担当",
    "対応の種別",
    "受付日",
    "回答日",
    "状態",
    "非公表の理由",
    "公表日",
)


class PublicationPages:
    """Mixin for the admin of cases: `publications/` and its file."""

    def get_urls(self):
        """Add the batch and its file."""
        wrap = self.admin_site.admin_view
        base = "consultations_consultation_publications"
        return [
            path("publications/", wrap(self.publications_view), name=base),
            path("publications/<slug:kind>/", wrap(self.publications_file), name=f"{base}_file"),
            *super().get_urls(),
        ]

    def _publications(self, request):
        if not request.user.has_perm("consultations.view_publication") or not request.user.has_perm(
            "consultations.view_all_consultations"
        ):
            raise PermissionDenied(MAY_NOT_SEE)
        state = request.GET.get("state", PublicationState.CONFIRMED)
        if state not in PublicationState.values:
            state = PublicationState.CONFIRMED
        rows = (
            Publication.objects.filter(state=state)
            .select_related(
                "consultation__category",
                "consultation__section",
                "consultation__contact",
                "proposed_by",
                "confirmed_by",
            )
            .order_by("-published_on", "-confirmed_at", "-pk")
        )
        return state, rows

    def publications_view(self, request):
        """Show one state's publications; on POST publish everything that was confirmed."""
        if request.method == "POST":
            count = publishing.publish_batch(actor=request.user)
            if count:
                messages.success(request, f"{count}件を公表しました。")
            else:
                messages.warning(request, "公表を待っている案件はありません。")
            return HttpResponseRedirect(reverse("admin:consultations_consultation_publications"))
        state, rows = self._publications(request)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        if state != PublicationState.PUBLISHED:
            # What is not public yet may still name people: it is marked here for that reason.
            note_numbers(
                request,
                page=f"公表（{PublicationState(state).label}）",
                numbers=(row.consultation.number for row in page),
            )
        counts = _counts()
        context = {
            "title": "公表",
            "state": state,
            "page": page,
            "rows": [_told(row) for row in page],
            "tabs": [
                (value, label, counts.get(value, 0)) for value, label in PublicationState.choices
            ],
            "waiting": counts.get(PublicationState.CONFIRMED, 0),
            "may_publish": request.user.has_perm("consultations.confirm_publication"),
            "export_urls": file_links(request.user, "publications_file", f"?state={state}"),
        }
        return self.page(request, "admin/consultations/publications.html", **context)

    def publications_file(self, request, kind: str):
        """Give one state's publications as a file."""
        if not request.user.has_perm("consultations.export_consultation"):
            raise PermissionDenied(MAY_NOT_EXPORT)
        state, rows = self._publications(request)
        label = PublicationState(state).label
        list_url = reverse("admin:consultations_consultation_publications")
        return case_file_response(
            request,
            page=self.page,
            count=rows.count(),
            back=f"{list_url}?state={state}",
            kind=kind,
            name=label,
            headings=HEADINGS,
            rows=map(_cells, rows.iterator(chunk_size=ROWS_AT_A_TIME)),
            about=f"公表一覧（{label}）",
        )


def _counts() -> dict[str, int]:
    return dict(Publication.objects.order_by().values_list("state").annotate(count=Count("pk")))


def _told(row: Publication) -> dict:
    values = {"title": row.title, "summary": row.summary, "city_view": row.city_view}
    fields = marked_fields(values, known_words(row.consultation))
    return {
        "publication": row,
        "case": row.consultation,
        "badge": columns.publication_badge(row.state),
        "fields": [field for field in fields if field["pieces"]],
        "marks": sum(field["count"] for field in fields),
    }


def _cells(row: Publication) -> list:
    case = row.consultation
    return [
        case.number,
        row.title,
        row.summary,
        row.city_view,
        case.section.name,
        row.get_response_kind_display(),
        case.received_on,
        case.answered_on,
        row.get_state_display(),
        row.get_withhold_reason_display(),
        row.published_on,
    ]
