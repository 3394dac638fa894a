"""Staff screens of 事業所 and 局: operators keep them, they end by 存続 and are never deleted."""

from django import forms
from django.contrib import admin

from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.models import Bureau, Office, Ward
from wards.sites import city_site
from wards.text import Fault, phone_number


def _standing(row) -> str:
    return badge("存続", "good", "●") if row.is_active else badge("廃止", "plain", "×")


class OfficeForm(forms.ModelForm):
    """An office with the wards that it serves."""

    class Meta:
        model = Office
        fields = ("name", "code", "kind", "bureau", "phone", "wards", "is_active")
        widgets = {"wards": forms.CheckboxSelectMultiple}
        help_texts = {
            "wards": "この区だけが、この事業所に案件を引き継げます。",
            "is_active": "廃止した事業所は外してください。振分ルールと引継ぎ先の一覧に出なくなります。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "wards" in self.fields:
            self.fields["wards"].queryset = Ward.objects.in_official_order()
        if "bureau" in self.fields:
            self.fields["bureau"].queryset = Bureau.objects.filter(is_active=True)

    def clean_phone(self) -> str:
        """Write the telephone number as it is printed."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return phone_number(typed)
        except Fault as fault:
            raise forms.ValidationError(str(fault)) from fault


class OfficeAdmin(WardModelAdmin):
    """事業所: which there are, and which wards they serve."""

    form = OfficeForm
    list_title = "事業所一覧"
    empty_sentence = "条件に合う事業所はありません。"
    list_display = ("name", "kind", "bureau", "phone", "serves", "standing")
    list_filter = ("kind", ("is_active", admin.BooleanFieldListFilter))
    list_select_related = ("bureau",)
    search_fields = ("name", "code")
    search_help_text = "事業所名・略称で検索します。"

    def get_queryset(self, request):
        """Fetch the wards along with the list."""
        return super().get_queryset(request).prefetch_related("wards")

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Keep the short name by which files and addresses know it."""
        return () if obj is None else ("code",)

    @admin.display(description="担当する区")
    def serves(self, office) -> str:
        """Name the wards in official order."""
        wards = sorted(office.wards.all(), key=lambda ward: ward.order)
        return "、".join(ward.name for ward in wards) or "未登録"

    @admin.display(description="状態", ordering="is_active")
    def standing(self, office) -> str:
        """Show whether it still exists."""
        return _standing(office)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Offer the wards as boxes to tick: 24 of them, without a script."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return db_field.formfield(**kwargs)


class BureauForm(forms.ModelForm):
    """A bureau; its short name stays."""

    class Meta:
        model = Bureau
        fields = ("name", "code", "is_active")
        help_texts = {"is_active": "廃止した局は外してください。引継ぎ先の一覧に出なくなります。"}


class BureauAdmin(WardModelAdmin):
    """局: to whom wards refer what only a bureau can answer."""

    form = BureauForm
    list_title = "局一覧"
    empty_sentence = "局が登録されていません。登録すると、区が案件を引き継げます。"
    list_display = ("name", "code", "standing")
    search_fields = ("name", "code")
    search_help_text = "局名・略称で検索します。"

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Keep the short name by which files and addresses know it."""
        return () if obj is None else ("code",)

    @admin.display(description="状態", ordering="is_active")
    def standing(self, bureau) -> str:
        """Show whether it still exists."""
        return _standing(bureau)


city_site.register(Office, OfficeAdmin)
city_site.register(Bureau, BureauAdmin)
