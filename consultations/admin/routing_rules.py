"""振分ルール: dated, tested, checked for gaps, ended and never rewritten."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from consultations.admin.dated_rows import InForceFilter, in_force_badge
from consultations.admin.filters import CategoryFilter, SectionFilter
from consultations.admin.typed_values import day_of
from consultations.models import (
    Category,
    Consultation,
    RoutingRule,
    Section,
)
from consultations.services.configuring import end_rule, uses_of
from consultations.services.routing import Reach, destination_of, reach_of_categories
from wards import clock
from wards.admin_base import WardModelAdmin
from wards.desk.exporting import ExportMixin
from wards.models import Office
from wards.wareki import short_wareki


class RoutingRuleForm(forms.ModelForm):
    """A rule; only offices that serve this ward."""

    class Meta:
        model = RoutingRule
        fields = ("category", "areas", "section", "office", "valid_from", "valid_to", "source")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "section" in self.fields:
            self.fields["section"].queryset = Section.objects.filter(is_active=True)
        if "category" in self.fields:
            self.fields["category"].queryset = Category.objects.live(clock.today())


def arrivals(reach: Reach) -> list[str]:
    """Say where a category's cases arrive: the 課, with the office that gets them at once."""
    return [
        f"{way.section} → {way.office}" if way.office else str(way.section)
        for way in reach.destinations
    ]


class RoutingRuleAdmin(ExportMixin, WardModelAdmin):
    """振分ルール: what has been used is ended and followed by another, never rewritten."""

    is_in_menu = False
    list_title = "振分ルール一覧"
    empty_sentence = "振分ルールはありません。ルールがない間は、すべて総合窓口が受け持ちます。"
    form = RoutingRuleForm
    empty_choices = {"category": "どの分野でも", "office": "事業所には引き継がない"}
    list_display = (
        "number_column",
        "category_column",
        "areas_column",
        "destination_column",
        "used_column",
        "in_force_column",
        "source",
    )
    list_select_related = ("category", "section", "office")
    list_filter = (CategoryFilter, SectionFilter, InForceFilter)
    export_permission = "consultations.view_routingrule"
    export_columns = (
        ("番号", "pk"),
        ("分野", lambda rule: rule.category.name if rule.category else "どの分野でも"),
        ("町名・校区", lambda rule: rule.areas or "区の全域"),
        ("受け持つ課", lambda rule: rule.section.name),
        ("引き継ぐ事業所", lambda rule: rule.office.name if rule.office else ""),
        ("使われた件数", "uses"),
        ("適用の初日", "valid_from"),
        ("適用の末日", "valid_to"),
        ("根拠", "source"),
    )
    change_list_template = "admin/consultations/rule_list.html"
    change_form_template = "admin/consultations/rule_form.html"

    def get_urls(self):
        """Add tester and check, and the end of a rule."""
        wrap = self.admin_site.admin_view
        base = "consultations_routingrule"
        return [
            path("tester/", wrap(self.tester_view), name=f"{base}_tester"),
            path("check/", wrap(self.check_view), name=f"{base}_check"),
            path("<int:pk>/end/", wrap(self.end_view), name=f"{base}_end"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        """Count the cases that each rule sent."""
        uses = (
            Consultation.objects.filter(rule=OuterRef("pk"))
            .order_by()
            .values("rule")
            .annotate(count=Count("pk"))
        )
        return (
            super().get_queryset(request).annotate(uses=Coalesce(Subquery(uses.values("count")), 0))
        )

    def has_change_permission(self, request, obj=None) -> bool:
        """A rule that has sent a case is not rewritten: its number stands there."""
        return super().has_change_permission(request, obj) and (obj is None or not uses_of(obj))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer the offices that serve this ward."""
        if db_field.name == "office":
            kwargs["queryset"] = Office.objects.serving(request.ward)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Say how often it was used, and offer its end."""
        rule = self.get_object(request, object_id) if object_id else None
        more = {}
        if rule is not None:
            more = {
                "uses": uses_of(rule),
                "may_end": request.user.has_perm("consultations.change_routingrule")
                and (rule.valid_to is None or rule.valid_to >= clock.today()),
                "today": clock.today(),
                "end_url": reverse("admin:consultations_routingrule_end", args=[rule.pk]),
            }
        return super().changeform_view(
            request, object_id, form_url, {**more, **(extra_context or {})}
        )

    def end_view(self, request, pk: int):
        """End a rule on a day."""
        if not request.user.has_perm("consultations.change_routingrule"):
            raise PermissionDenied("あなたの役割では、振分ルールを終えられません。")
        rule = RoutingRule.objects.filter(pk=pk).first()
        if rule is None:
            raise Http404
        back = HttpResponseRedirect(
            reverse("admin:consultations_routingrule_change", args=[rule.pk])
        )
        if request.method != "POST":
            return back
        try:
            if (day := day_of(request.POST.get("last_day", ""))) is None:
                raise ValidationError("末日を日付で入力してください。")
            end_rule(rule, last_day=day, actor=request.user)
        except ValidationError as refusal:
            for sentence in refusal.messages:
                messages.error(request, sentence)
            return back
        messages.success(
            request,
            f"{rule}を{short_wareki(day)}で終えます。続きは新しいルールを登録してください。",
        )
        return HttpResponseRedirect(reverse("admin:consultations_routingrule_changelist"))

    def tester_view(self, request):
        """Say where a case of a category at a place would go on a day, by which rule, and why."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        code, place = request.GET.get("category", ""), request.GET.get("place", "")[:200]
        day_typed = request.GET.get("day", "")
        day = day_of(day_typed, otherwise=clock.today())
        categories = Category.objects.live(day)
        category = categories.filter(code=code[:40]).first() if code.isascii() else None
        found, trouble = None, ""
        if category is not None:
            try:
                found = destination_of(category, place, day)
            except ImproperlyConfigured:
                trouble = "総合窓口が登録されていません。この案件は受け付けられません。"
        elif code:
            trouble = "分野を選び直してください。"
        if day_typed and day_of(day_typed) is None:
            trouble = "日付として読み取れないため、今日の日付で試しました。"
        context = {
            "title": "振分ルールを試す",
            "categories": categories,
            "category": category,
            "place": place,
            "day": day,
            "found": found,
            "trouble": trouble,
        }
        return self.page(request, "admin/consultations/rule_tester.html", **context)

    def check_view(self, request):
        """Show in red every live category that would reach nobody today."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = clock.today()
        reaches = reach_of_categories(today)
        context = {
            "title": "届かない分野の点検",
            "gaps": [gap for reach in reaches for gap in reach.gaps],
            "fine": [(reach.category, arrivals(reach)) for reach in reaches if not reach.gaps],
            "today": today,
        }
        return self.page(request, "admin/consultations/rule_check.html", **context)

    @admin.display(description="番号", ordering="pk")
    def number_column(self, rule):
        """The number that stands on cases."""
        return f"ルール{rule.pk}"

    @admin.display(description="分野", ordering="category__order")
    def category_column(self, rule):
        """Which category, or any."""
        return rule.category or "すべての分野"

    @admin.display(description="町名・校区")
    def areas_column(self, rule):
        """Where."""
        return rule.areas or "区の全域"

    @admin.display(description="振分先")
    def destination_column(self, rule):
        """Section and office."""
        return f"{rule.section} → {rule.office}" if rule.office else str(rule.section)

    @admin.display(description="使われた件数", ordering="uses")
    def used_column(self, rule):
        """How many cases it sent."""
        return f"{rule.uses}件"

    @admin.display(description="適用")
    def in_force_column(self, rule):
        """Whether it holds today."""
        return in_force_badge(rule, clock.today())
