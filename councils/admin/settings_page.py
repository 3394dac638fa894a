"""設定: one page that leads to the dated rows by which a ward's councils are worked."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse

from councils.city.models import RequirementSet
from councils.models import CouncilPractice, FilingRule, SupportRate
from wards import clock

MAY_NOT_SEE = "あなたの役割では、地域活動協議会の設定を見られません。"
LISTS = (
    (CouncilPractice, "呼び名、運営助成の年数、要件確認の間隔、弁明の期間、兼職の注意を決めます。"),
    (FilingRule, "年度ごとに出してもらう書類と、その期限です。"),
    (SupportRate, "使い道ごとの補助率です。"),
)


class SettingsPage:
    """Mixin for the admin of councils: `settings/`."""

    def get_urls(self):
        """Add the page."""
        view = self.admin_site.admin_view(self.settings_view)
        return [
            path("settings/", view, name="councils_communitycouncil_settings"),
            *super().get_urls(),
        ]

    def settings_view(self, request):
        """Lead to the lists, and show the requirements in force, which the city keeps."""
        if not request.user.has_perm("councils.configure_councils"):
            raise PermissionDenied(MAY_NOT_SEE)
        today = clock.today()
        lists = [
            {
                "name": model._meta.verbose_name_plural,
                "words": words,
                "count": model.objects.count(),
                "url": reverse(f"admin:councils_{model._meta.model_name}_changelist"),
            }
            for model, words in LISTS
            if request.user.has_perm(f"councils.view_{model._meta.model_name}")
        ]
        return self.page(
            request,
            "admin/councils/settings.html",
            title="地域活動協議会の設定",
            lists=lists,
            practice=CouncilPractice.objects.in_force(today),
            sets=[
                {"set": one, "is_now": one == RequirementSet.objects.in_force(today)}
                for one in RequirementSet.objects.prefetch_related("requirements")
            ],
        )
