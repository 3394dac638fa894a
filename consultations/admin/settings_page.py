"""相談・要望の設定: one page that leads to what a ward's cases are worked by."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse

from consultations.models import (
    Category,
    DisposalCertificate,
    ReplyTemplate,
    RoutingRule,
    Section,
)
from consultations.services.routing import gaps_of_routing
from wards import clock

MAY_NOT_SEE = "あなたの役割では、相談・要望の設定を見られません。"
LISTS = (
    ("分野", Category, "市民が最初に選ぶもの。分野ごとの質問・案内・保存期間を決めます。"),
    ("課", Section, "案件を受け持つ課と、そこで働く職員です。総合窓口と区長室もここで決めます。"),
    ("振分ルール", RoutingRule, "分野と場所から、受け持つ課と引き継ぐ事業所を決めます。"),
    (
        "回答のひな形",
        ReplyTemplate,
        "回答案の書き出しに使う文です。全市の文を区の文に置き換えられます。",
    ),
    ("廃棄の証明", DisposalCertificate, "保存期間が終わり、廃棄した案件の記録です。"),
)


class SettingsPage:
    """Mixin for the admin of cases: `settings/`."""

    def get_urls(self):
        """Add the page."""
        view = self.admin_site.admin_view(self.settings_view)
        return [
            path("settings/", view, name="consultations_consultation_settings"),
            *super().get_urls(),
        ]

    def settings_view(self, request):
        """Lead to the lists this person may see, and warn of categories that reach nobody."""
        user = request.user
        if not user.has_perm("consultations.view_category"):
            raise PermissionDenied(MAY_NOT_SEE)
        lists = [
            {
                "name": name,
                "words": words,
                "count": model.objects.count(),
                "url": reverse(f"admin:consultations_{model._meta.model_name}_changelist"),
            }
            for name, model, words in LISTS
            if user.has_perm(f"consultations.view_{model._meta.model_name}")
        ]
        context = {
            "title": "相談・要望の設定",
            "lists": lists,
            "gaps": len({gap.category.pk for gap in gaps_of_routing(clock.today())}),
            "may_hold": user.has_perm("consultations.hold_consultation"),
        }
        return self.page(request, "admin/consultations/settings.html", **context)
