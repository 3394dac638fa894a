"""Addresses of a ward's host."""

from django.urls import include, path

from wards.sites import ward_site

urlpatterns = [
    path("admin/", ward_site.urls),
    path("", include("kpis.urls")),
    path("", include("consultations.urls")),
    path("", include("councils.urls")),
    path("", include("councils.forum.urls")),
    path("", include("socialbiz.urls")),
]

handler500 = "wards.views.server_error"
