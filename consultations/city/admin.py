"""Staff screens of what holds for all 24 wards: the clock, the classes of keeping, the templates."""

from django import forms
from django.contrib import admin

from consultations.city.models import CityReplyTemplate, DeadlineRule, RetentionClass
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.never_rewritten_admin import NeverRewrittenAdmin
from wards.sites import city_site


class DeadlineRuleForm(forms.ModelForm):
    """A rule of the clock, with days as people write them; what it may say, the model says."""

    class Meta:
        model = DeadlineRule
        fields = (
            "name", "days", "remind_before", "chief_after", "head_after", "mayor_after",
            "valid_from", "valid_to", "source",
        )  # fmt: skip
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in ("valid_from", "valid_to")}


class DeadlineRuleAdmin(NeverRewrittenAdmin, WardModelAdmin):
    """The rules of the clock of all wards."""

    form = DeadlineRuleForm
    list_title = "回答期限のルール"
    empty_sentence = "回答期限のルールが登録されていません。相談・要望を受け付けられません。"
    list_display = ("name", "standing", "days_column", "begins", "ends", "source")
    ordering = ("-valid_from",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "days", "valid_from", "valid_to", "source"),
                "description": "案件は、受け付けた日のルールを終わりまで使います。適用が始まったルールは書き換えず、末日を入れて終え、次のルールを登録してください。",
            },
        ),
        (
            "知らせる日",
            {"fields": ("remind_before", "chief_after", "head_after", "mayor_after")},
        ),
    )

    @admin.display(description="期限", ordering="days")
    def days_column(self, rule) -> str:
        """Write the length."""
        return f"{rule.days}日"


class RetentionClassAdmin(WardModelAdmin):
    """The six classes of keeping: they come with the product."""

    list_title = "保存期間の区分"
    list_display = ("name", "years")
    ordering = ("-years",)

    def has_add_permission(self, request) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Nobody changes."""
        return False


class CityReplyTemplateAdmin(WardModelAdmin):
    """回答のひな形 that the city offers to all wards."""

    list_title = "回答のひな形（全市）"
    empty_sentence = "ひな形がありません。登録すると、24区の回答案の画面に並びます。"
    list_display = ("title", "code", "has_plain", "active")
    list_filter = (("is_active", admin.BooleanFieldListFilter),)
    search_fields = ("title", "code", "body")
    search_help_text = "題名・略称・本文で検索します。"
    ordering = ("title",)
    fields = ("code", "title", "body", "plain_body", "is_active")

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Keep the code by which wards put their own text in its place."""
        return () if obj is None else ("code",)

    @admin.display(description="やさしい日本語")
    def has_plain(self, template) -> str:
        """Say whether there is a text in easy Japanese."""
        return "あり" if template.plain_body else "なし"

    @admin.display(description="状態", ordering="is_active")
    def active(self, template) -> str:
        """Show whether officers are offered it."""
        if template.is_active:
            return badge("使用中", "good", "●")
        return badge("使用しない", "plain", "×")


city_site.register(DeadlineRule, DeadlineRuleAdmin)
city_site.register(RetentionClass, RetentionClassAdmin)
city_site.register(CityReplyTemplate, CityReplyTemplateAdmin)
