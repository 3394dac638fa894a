"""A ward's public addresses of 区政会議 (CONTRACT: «Public pages, ward»)."""

from django.urls import include, path

app_name = "forum"
urlpatterns = [
    path("forum/calls/", include("councils.forum.call_urls")),
    path("forum/", include("councils.forum.page_urls")),
]
