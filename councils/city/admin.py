"""認定要件 at 本庁: sets are written before they begin, ended by date, and never rewritten."""

from django import forms
from django.contrib import admin

from councils.city.models import Requirement, RequirementSet
from wards import clock
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.sites import city_site
from wards.wareki import wareki


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


class RequirementSetAdmin(WardModelAdmin):
    """認定要件の組 of all wards."""

    form = RequirementSetForm
    list_title = "認定要件の組"
    empty_sentence = "認定要件が登録されていません。区は認定申請を受け付けられません。"
    list_display = ("name", "standing", "begins", "ends", "source")
    inlines = (RequirementInline,)

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Leave of a set that has begun only its end to be moved."""
        if not _has_begun(obj):
            return ()
        return tuple(name for name in RequirementSetForm.Meta.fields if name != "valid_to")

    @admin.display(description="適用")
    def standing(self, rules) -> str:
        """Say whether it waits, holds or has ended."""
        today = clock.today()
        if rules.valid_from > today:
            return badge("これから", "info", "○")
        if rules.valid_to is not None and rules.valid_to < today:
            return badge("終了", "plain", "×")
        return badge("適用中", "good", "●")

    @admin.display(description="適用の初日", ordering="valid_from")
    def begins(self, rules) -> str:
        """Write the first day."""
        return wareki(rules.valid_from)

    @admin.display(description="適用の末日", ordering="valid_to")
    def ends(self, rules) -> str:
        """Write the last day; an open end is said in words."""
        return wareki(rules.valid_to) if rules.valid_to else "期限なし"


city_site.register(RequirementSet, RequirementSetAdmin)
