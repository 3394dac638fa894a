"""回答のひな形: the ward's own, beside the city's."""

from difflib import SequenceMatcher

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from consultations.city.models import CityReplyTemplate
from consultations.models import (
    Reply,
    ReplyTemplate,
)
from consultations.reply_texts import MERGE_FIELDS
from consultations.services.reply_templates import templates
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.row_numbers import row_number
from wards.wareki import short_wareki


class ReplyTemplateAdmin(WardModelAdmin):
    """The ward's own templates, beside the city's."""

    is_in_menu = False
    list_title = "回答のひな形一覧"
    empty_sentence = "この区のひな形はありません。全市のひな形は、下の表から区の文にできます。"
    fields = ("code", "title", "body", "plain_body", "is_active")
    list_display = ("title", "code", "overrides_column", "used_column", "is_active")
    change_list_template = "admin/consultations/template_list.html"
    change_form_template = "admin/consultations/template_form.html"

    def get_readonly_fields(self, request, obj=None):
        """Keep the code by which answers remember their template."""
        return ("code",) if obj is not None else ()

    def get_changeform_initial_data(self, request):
        """Begin with the city's text when it is to be replaced."""
        city = CityReplyTemplate.objects.filter(code=request.GET.get("city", "")[:40]).first()
        if city is None:
            return {}
        return {
            "code": city.code,
            "title": city.title,
            "body": city.body,
            "plain_body": city.plain_body,
        }

    def changelist_view(self, request, extra_context=None):
        """List the city's templates below, with how often each was used."""
        rows = [template for template in templates() if not template.is_wards_own]
        return super().changelist_view(
            request,
            {
                "city_templates": rows,
                "may_add": self.has_add_permission(request),
                **(extra_context or {}),
            },
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Put the city's text and what differs beside the ward's."""
        number = row_number(object_id or "")
        own = ReplyTemplate.objects.filter(pk=number).first() if number else None
        code = own.code if own else request.GET.get("city", "")
        city = CityReplyTemplate.objects.filter(code=code[:40]).first()
        more = {
            "city_template": city,
            "differences": differences(city.body, own.body) if city and own else [],
            "merge_fields": MERGE_FIELDS,
        }
        return super().changeform_view(
            request, object_id, form_url, {**more, **(extra_context or {})}
        )

    def get_queryset(self, request):
        """Say of each whether the city has one of its code, and how often it was used."""
        uses = Reply.objects.sent().filter(template_code=OuterRef("code")).order_by()
        uses = uses.values("template_code").annotate(count=Count("pk"), last=Max("sent_at"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                overrides=Exists(CityReplyTemplate.objects.filter(code=OuterRef("code"))),
                uses=Coalesce(Subquery(uses.values("count")), 0),
                last_used_at=Subquery(uses.values("last")),
            )
        )

    @admin.display(description="全市のひな形")
    def overrides_column(self, template):
        """Whether it stands in the place of one of the city's."""
        return badge("置き換え", "info", "⇄") if template.overrides else "区だけのもの"

    @admin.display(description="使用", ordering="uses")
    def used_column(self, template):
        """How often, and when last."""
        if not template.uses:
            return "0回"
        last = timezone.localtime(template.last_used_at).date()
        return f"{template.uses}回（最後 {short_wareki(last)}）"


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return the pieces of two texts: ("same" | "gone" | "new", text), cut at single signs."""
    told: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            told.append(("same", before[a:b]))
        if kind in ("delete", "replace"):
            told.append(("gone", before[a:b]))
        if kind in ("insert", "replace"):
            told.append(("new", after[c:d]))
    return told
