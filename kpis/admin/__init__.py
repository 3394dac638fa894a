"""The staff screens of a ward's results."""

from kpis.admin.desk import my_work
from kpis.admin.results import ResultAdmin
from kpis.models import Result
from wards.sites import ward_site

ward_site.register(Result, ResultAdmin)
ward_site.add_menu_entry("指標の実績", "admin:kpis_result_changelist", "kpis.view_result")
ward_site.add_menu_entry(
    "年度の一括入力",
    "admin:kpis_result_grid",
    "kpis.view_result",
    label_for_readers="年度の一覧表",
    changing_permission="kpis.change_result",
)
ward_site.add_panel(my_work, order=20)

__all__ = ["ResultAdmin"]
