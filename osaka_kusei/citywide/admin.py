"""What 本庁's staff site shows beside its models: the menu, and the start page."""

from osaka_kusei.citywide import admin_views, bureau_desk, request_desk
from osaka_kusei.citywide.city_desk import CASES_PERMISSION, city_cases, city_work, operators_work
from wards.sites import city_site

city_site.add_menu_entry("区の実績の確認", "citywide_review", admin_views.READING_PERMISSION)
city_site.add_menu_entry("書き出し", "citywide_downloads", admin_views.EXPORT_PERMISSION)
city_site.add_menu_entry("夜間処理", "citywide_run_log", admin_views.RUN_LOG_PERMISSION)
city_site.add_menu_entry("局への引継ぎ", "citywide_referrals", bureau_desk.PERMISSION)
city_site.add_menu_entry("要請・提案", "citywide_bureau_requests", request_desk.PERMISSION)
city_site.add_menu_entry("相談・要望（24区の件数）", "city:consultations", CASES_PERMISSION)
city_site.add_panel(bureau_desk.bureau_work)
city_site.add_panel(request_desk.requests_work)
city_site.add_panel(city_work)
city_site.add_panel(city_cases)
city_site.add_panel(operators_work)
