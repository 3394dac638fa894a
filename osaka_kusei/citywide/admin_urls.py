"""Addresses of 本庁's staff pages that look over all wards; they stand before the admin's own."""

from django.urls import path

from osaka_kusei.citywide import admin_views, bureau_views, request_staff_views
from wards.sites import city_site

staff = city_site.admin_view

urlpatterns = [
    path("review/", staff(admin_views.review), name="citywide_review"),
    path("review/<slug:slug>/", staff(admin_views.review_ward), name="citywide_review_ward"),
    path("referrals/", staff(bureau_views.referrals), name="citywide_referrals"),
    path("referrals/<uuid:pk>/", staff(bureau_views.referral), name="citywide_referral"),
    path(
        "referrals/<uuid:pk>/files/<int:number>/",
        staff(bureau_views.referral_file),
        name="citywide_referral_file",
    ),
    path(
        "bureau-requests/",
        staff(request_staff_views.bureau_requests),
        name="citywide_bureau_requests",
    ),
    path(
        "bureau-requests/<uuid:pk>/",
        staff(request_staff_views.bureau_request),
        name="citywide_bureau_request",
    ),
    path("runs/", staff(admin_views.run_log), name="citywide_run_log"),
    path("runs/again/", staff(admin_views.run_again), name="citywide_run_again"),
    path("downloads/", staff(admin_views.downloads), name="citywide_downloads"),
    path(
        "downloads/<slug:report>/<slug:kind>/",
        staff(admin_views.download),
        name="citywide_download",
    ),
]
