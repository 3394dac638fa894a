"""協議会への支援: the sums of each year, recorded under the rules of who may get what."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, Sum
from django.forms.models import construct_instance
from django.http import HttpResponseRedirect
from django.urls import reverse

from councils.admin.columns import state_badge
from councils.admin.filters import AreaOfCouncilFilter
from councils.admin.places import CouncilList
from councils.choices import SupportKind, SupportState
from councils.models import CommunityCouncil, SupportGrant, SupportRate
from councils.services import support
from wards import clock
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.desk.pages.step_fields import FiscalYearField
from wards.desk.pages.steps import MARK, reasons_not_taken
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.list_columns import yen_column
from wards.list_filters import ConditionFilter, FiscalYearFilter, choice_filter

MAY_CHANGE = "councils.change_supportgrant"
DAYS = ("applied_on", "decided_on", "paid_on", "reported_on", "settled_on", "returned_on")


class SupportStateFilter(ConditionFilter):
    """How far a sum is."""

    title = "状態"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer every state."""
        return SupportState.choices

    def conditions(self, request):
        """Say by which dates each is told."""
        settled, reported = Q(settled_on__isnull=False), Q(reported_on__isnull=False)
        paid, decided = Q(paid_on__isnull=False), Q(decided_on__isnull=False)
        return {
            SupportState.SETTLED: settled,
            SupportState.REPORTED: ~settled & reported,
            SupportState.PAID: ~settled & ~reported & paid,
            SupportState.DECIDED: ~settled & ~reported & ~paid & decided,
            SupportState.APPLIED: ~settled & ~reported & ~paid & ~decided,
        }


class SupportGrantForm(forms.ModelForm):
    """A sum of support; what may be paid to whom, the service says."""

    fiscal_year = FiscalYearField(label="年度", help_text="「令和8年度」のように入力してください。")

    class Meta:
        model = SupportGrant
        fields = (
            "council", "kind", "fiscal_year", "title", "reference", "rate", "applied_on",
            "eligible_yen", "decided_on", "decided_yen", "paid_on", "paid_yen", "reported_on",
            "settled_on", "settled_yen", "returned_on", "returned_yen", "note",
        )  # fmt: skip
        field_classes = dict.fromkeys(DAYS, DayField)
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in DAYS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("fiscal_year", fiscal_year_of(clock.today()))
        self.fields["council"].queryset = CommunityCouncil.objects.filter(
            Q(dissolved_on=None) | Q(pk=self.instance.council_id)
        )
        self.fields["council"].empty_label = "選んでください"
        self.fields["kind"].choices = [("", "選んでください"), *SupportKind.choices]
        self.fields["rate"].queryset = SupportRate.objects.all()
        self.fields["rate"].empty_label = "なし"
        for name, field in self.fields.items():
            field.needed_when = MARK if field.required else ""
            if name.endswith("_yen"):
                field.widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
                field.widget.is_localized = True
            if name in ("council", "reference") and self.instance.pk:
                field.disabled = True

    def _post_clean(self):
        """Leave the rules to the service, which tells all of them at once."""
        self.instance = construct_instance(self, self.instance, self._meta.fields)


class SupportGrantAdmin(CouncilList):
    """運営助成, 地域交付金, 事業助成, 補助金."""

    list_title = "協議会への支援"
    empty_sentence = "当てはまる支援はありません。申請があったら「{add}」から記録してください。"
    list_display = (
        "title", "council_column", "kind", "year_column", "state_column", "decided_column",
        "paid_column", "settled_column", "owed_column",
    )  # fmt: skip
    list_filter = (
        FiscalYearFilter,
        choice_filter("種類", "kind", SupportKind),
        SupportStateFilter,
        AreaOfCouncilFilter,
    )
    list_select_related = ("council", "rate")
    search_fields = ("reference", "title", "council__name")
    search_help_text = "申請番号、事業名、協議会の名称を探します。"
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("申請番号", "reference"),
        ("協議会", lambda one: one.council.name),
        ("種類", lambda one: one.get_kind_display()),
        ("年度", "fiscal_year"),
        ("事業名・使い道", "title"),
        ("補助率（％）", lambda one: f"{one.rate.percent.normalize():f}" if one.rate else ""),
        ("申請日", "applied_on"),
        ("対象経費（円）", "eligible_yen"),
        ("交付決定日", "decided_on"),
        ("交付決定額（円）", "decided_yen"),
        ("支払日", "paid_on"),
        ("支払額（円）", "paid_yen"),
        ("実績報告日", "reported_on"),
        ("額の確定日", "settled_on"),
        ("確定額（円）", "settled_yen"),
        ("返還日", "returned_on"),
        ("返還額（円）", "returned_yen"),
        ("状態", lambda one: one.state.label),
    )

    def has_add_permission(self, request) -> bool:
        """Who may record a sum may also record a new one."""
        return request.user.has_perm(MAY_CHANGE)

    def changelist_view(self, request, extra_context=None):
        """Tell the sums of the chosen rows."""
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            sums = changelist.queryset.order_by().aggregate(
                decided=Sum("decided_yen"), paid=Sum("paid_yen"), settled=Sum("settled_yen")
            )
            response.context_data["totals"] = (
                f"交付決定 {sums['decided'] or 0:,}円　支払 {sums['paid'] or 0:,}円　"
                f"確定 {sums['settled'] or 0:,}円"
            )
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Record a sum by the service; a refusal is shown beside what was typed."""
        grant = None
        if object_id is not None:
            grant = self.get_object(request, object_id)
            if grant is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not (self.has_view_permission(request) and (grant or self.has_add_permission(request))):
            raise PermissionDenied
        may_change = request.user.has_perm(MAY_CHANGE)
        refusals: list[str] = []
        form = SupportGrantForm(request.POST if request.method == "POST" else None, instance=grant)
        if form.is_bound:
            if not may_change:
                raise PermissionDenied("あなたの役割では、支援を記録できません。")
            if form.is_valid():
                try:
                    support.record_grant(form.instance, actor=request.user)
                except ValidationError as refusal:
                    refusals = refusal.messages
                else:
                    messages.success(request, f"「{form.instance}」を記録しました。")
                    return HttpResponseRedirect(reverse("admin:councils_supportgrant_changelist"))
            else:
                refusals = reasons_not_taken(form)
        context = {
            "title": "支援の記録" if grant is None else str(grant),
            "form": form,
            "grant": grant,
            "state_badge": state_badge(SupportState, grant.state) if grant else "",
            "owed": support.owed_back(grant) if grant else 0,
            "may_change": may_change,
            "refusals": refusals,
        }
        return self.page(request, "admin/councils/grant.html", **context)

    @admin.display(description="協議会", ordering="council__name")
    def council_column(self, grant):
        """Whose."""
        return grant.council.name

    @admin.display(description="年度", ordering="fiscal_year")
    def year_column(self, grant):
        """Of which year."""
        return fiscal_year_label(grant.fiscal_year)

    @admin.display(description="状態")
    def state_column(self, grant):
        """How far."""
        return state_badge(SupportState, grant.state)

    @admin.display(description="交付決定額", ordering="decided_yen")
    def decided_column(self, grant):
        """How much was decided."""
        return yen_column(grant.decided_yen)

    @admin.display(description="支払額", ordering="paid_yen")
    def paid_column(self, grant):
        """How much was paid."""
        return yen_column(grant.paid_yen)

    @admin.display(description="確定額", ordering="settled_yen")
    def settled_column(self, grant):
        """What it was settled at, and when."""
        return yen_column(grant.settled_yen)

    @admin.display(description="未返還")
    def owed_column(self, grant):
        """What is still to be paid back."""
        return yen_column(support.owed_back(grant) or None)
