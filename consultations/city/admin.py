"""Staff screens of what holds for all 24 wards: the clock, the classes of keeping, the templates."""

from datetime import date

from django import forms
from django.contrib import admin

from consultations.city.models import CityReplyTemplate, DeadlineRule, RetentionClass
from consultations.deadlines import first_day_without_rule
from consultations.reply_texts import MERGE_FIELDS, unknown_fields
from wards import clock
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.sites import city_site
from wards.text import faults_of_text
from wards.wareki import wareki

LONGEST_TEMPLATE = 4_000


class DeadlineRuleForm(forms.ModelForm):
    """A rule of the clock: written before its first day, ended and followed by another, never rewritten."""

    class Meta:
        model = DeadlineRule
        fields = (
            "name", "days", "remind_before", "chief_after", "head_after", "mayor_after",
            "valid_from", "valid_to", "source",
        )  # fmt: skip
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in ("valid_from", "valid_to")}

    def clean_valid_from(self) -> date:
        """Refuse a first day that has come: cases of that day have their due day by another rule."""
        day = self.cleaned_data["valid_from"]
        if day <= clock.today():
            raise forms.ValidationError(
                "適用の初日は、明日以後の日にしてください。今日までに受け付けた案件の期限は変えられません。"
            )
        return day

    def clean_valid_to(self) -> date | None:
        """Refuse an end in the past: what was applied on a day was applied."""
        day = self.cleaned_data["valid_to"]
        if day is not None and "valid_to" in self.changed_data and day < clock.today():
            raise forms.ValidationError("適用の末日は、今日以後の日にしてください。")
        return day

    def clean(self) -> dict:
        """Refuse a day on which no case could be taken."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        others = DeadlineRule.objects.exclude(pk=self.instance.pk).values_list(
            "valid_from", "valid_to"
        )
        begins = cleaned.get("valid_from") or self.instance.valid_from
        spans = [*others, (begins, cleaned.get("valid_to"))]
        if gap := first_day_without_rule(spans, clock.today()):
            self.add_error(
                "valid_to",
                f"{wareki(gap)}から適用するルールがなくなり、相談・要望を受け付けられません。"
                "先に次のルールを登録するか、末日を空欄にしてください。",
            )
        return cleaned


def has_begun(rule: DeadlineRule) -> bool:
    """Say whether cases may already have been given their due day by a rule."""
    return rule.pk is not None and rule.valid_from <= clock.today()


class DeadlineRuleAdmin(WardModelAdmin):
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

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Leave of a rule that has begun only its end to be moved."""
        if obj is None or not has_begun(obj):
            return ()
        return tuple(name for name in DeadlineRuleForm.Meta.fields if name != "valid_to")

    @admin.display(description="適用")
    def standing(self, rule) -> str:
        """Say whether it waits, holds or has ended."""
        today = clock.today()
        if rule.valid_from > today:
            return badge("これから", "info", "○")
        if rule.valid_to is not None and rule.valid_to < today:
            return badge("終了", "plain", "×")
        return badge("適用中", "good", "●")

    @admin.display(description="期限", ordering="days")
    def days_column(self, rule) -> str:
        """Write the length."""
        return f"{rule.days}日"

    @admin.display(description="適用の初日", ordering="valid_from")
    def begins(self, rule) -> str:
        """Write the first day."""
        return wareki(rule.valid_from)

    @admin.display(description="適用の末日", ordering="valid_to")
    def ends(self, rule) -> str:
        """Write the last day; an open end is said in words."""
        return wareki(rule.valid_to) if rule.valid_to else "期限なし"


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


class CityReplyTemplateForm(forms.ModelForm):
    """A template whose every place in braces a case can fill in."""

    class Meta:
        model = CityReplyTemplate
        fields = ("code", "title", "body", "plain_body", "is_active")

    def clean_body(self) -> str:
        """Check the text."""
        return _checked(self.cleaned_data["body"])

    def clean_plain_body(self) -> str:
        """Check the text in easy Japanese by the same rule."""
        return _checked(self.cleaned_data["plain_body"])


def _checked(text: str) -> str:
    faults = faults_of_text(text, longest=LONGEST_TEMPLATE)
    if unknown := unknown_fields(text):
        faults.append(
            f"{'、'.join(f'{{{name}}}' for name in unknown)}は、案件の値に置き換えられません。"
            f"使えるのは、{'、'.join(f'{{{name}}}' for name in MERGE_FIELDS)}です。"
        )
    if faults:
        raise forms.ValidationError(faults)
    return text


class CityReplyTemplateAdmin(WardModelAdmin):
    """回答のひな形 that the city offers to all wards."""

    form = CityReplyTemplateForm
    list_title = "回答のひな形（全市）"
    empty_sentence = "ひな形がありません。登録すると、24区の回答案の画面に並びます。"
    list_display = ("title", "code", "has_plain", "active")
    list_filter = (("is_active", admin.BooleanFieldListFilter),)
    search_fields = ("title", "code", "body")
    search_help_text = "題名・略称・本文で検索します。"
    ordering = ("title",)

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
