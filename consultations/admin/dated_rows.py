"""What the lists of dated rows and the pages beside them share."""

from django.template.response import TemplateResponse

from wards.badges import badge
from wards.wareki import short_wareki


def page_of(admin_of_model, request, template: str, context: dict) -> TemplateResponse:
    """Return a page of its own beside a model's list."""
    request.current_app = admin_of_model.admin_site.name
    return TemplateResponse(
        request,
        template,
        {
            **admin_of_model.admin_site.each_context(request),
            "opts": admin_of_model.opts,
            **context,
        },
    )


def in_force_badge(row, today) -> str:
    """Return whether a dated row holds today, as a badge."""
    if row.valid_from > today:
        return badge(f"{short_wareki(row.valid_from)}から", "info", "→")
    if row.valid_to is not None and row.valid_to < today:
        return badge(f"{short_wareki(row.valid_to)}で終了", "plain", "×")
    return badge("使用中", "good", "●")
