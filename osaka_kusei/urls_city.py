"""Addresses of the city's host."""

from django.urls import include, path

from wards.sites import city_site

urlpatterns = [
    path("admin/", include("osaka_kusei.citywide.admin_urls")),
    path("admin/", city_site.urls),
    path("", include("osaka_kusei.citywide.urls")),
]

handler500 = "wards.views.server_error"
