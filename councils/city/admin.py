"""認定要件 and 要請・提案の期限 at 本庁: written before they begin, ended by date, never rewritten."""

from django import forms
from django.contrib import admin

from councils.city.models import RequestRule, Requirement, RequirementSet
from wards import clock
from wards.admin_base import WardModelAdmin
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.never_rewritten_admin import NeverRewrittenAdmin
from wards.sites import city_site


class RequirementSetForm(forms.ModelForm):
    """A set, with days as people write them; what it may say, the model says."""

    class Meta:
        model = RequirementSet
        fields = ("code", "name", "valid_from", "valid_to", "source")
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in ("valid_from", "valid_to")}


class RequirementInline(admin.StackedInline):
    """The requirements of a set; those of one that has begun are only read."""

    model = Requirement
    extra = 1
    fields = ("order", "code", "title", "text", "evidence")

    def has_delete_permission(self, request, obj=None) -> bool:
        """Nothing is deleted."""
        return False

    def has_add_permission(self, request, obj=None) -> bool:
        """Applications are judged by what stood there on their day."""
        return super().has_add_permission(request, obj) and not _has_begun(obj)

    def has_change_permission(self, request, obj=None) -> bool:
        """Applications are judged by what stood there on their day."""
        return super().has_change_permission(request, obj) and not _has_begun(obj)


def _has_begun(rules: RequirementSet | None) -> bool:
    return rules is not None and rules.has_begun(clock.today())


class RequirementSetAdmin(NeverRewrittenAdmin, WardModelAdmin):
    """認定要件の組 of all wards."""

    form = RequirementSetForm
    list_title = "認定要件の組"
    empty_sentence = "認定要件が登録されていません。区は認定申請を受け付けられません。"
    list_display = ("name", "standing", "begins", "ends", "source")
    inlines = (RequirementInline,)


class RequestRuleForm(forms.ModelForm):
    """A rule of the clock of 要請・提案, with days as people write them."""

    class Meta:
        model = RequestRule
        fields = (
            "name", "days", "remind_before", "bureau_after", "city_after", "ward_after",
            "valid_from", "valid_to", "source",
        )  # fmt: skip
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in ("valid_from", "valid_to")}


class RequestRuleAdmin(NeverRewrittenAdmin, WardModelAdmin):
    """How long a bureau may take over what wards ask, and who ought to know when it takes longer."""

    form = RequestRuleForm
    list_title = "要請・提案の期限"
    empty_sentence = "要請・提案の期限が登録されていません。区は要請・提案を出せません。"
    list_display = ("name", "standing", "days_column", "begins", "ends", "source")
    ordering = ("-valid_from",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "days", "valid_from", "valid_to", "source"),
                "description": "要請・提案は、区が出した日の期限を終わりまで使います。適用が始まった期限は書き換えず、末日を入れて終え、次の期限を登録してください。",
            },
        ),
        (
            "知らせる日",
            {"fields": ("remind_before", "bureau_after", "city_after", "ward_after")},
        ),
    )

    @admin.display(description="期限", ordering="days")
    def days_column(self, rule) -> str:
        """Write the length."""
        return f"{rule.days}日"


city_site.register(RequirementSet, RequirementSetAdmin)
city_site.register(RequestRule, RequestRuleAdmin)
