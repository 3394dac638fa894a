"""The city's public addresses (CONTRACT: «Public pages, city»)."""

from django.urls import path

from osaka_kusei.citywide import (
    consultation_views,
    council_views,
    forum_views,
    request_views,
    socialbiz_views,
    views,
)

app_name = "city"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("table1/", views.table1_page, name="table1"),
    path("table2/", views.table2_page, name="table2"),
    path("indicators/<slug:code>/", views.indicator_page, name="indicator"),
    path("consultations/", consultation_views.consultations, name="consultations"),
    path("councils/", council_views.councils, name="councils"),
    path("forum/", forum_views.forum, name="forum"),
    path("forum/calendar.ics", forum_views.calendar, name="forum_calendar"),
    path("socialbiz/", socialbiz_views.social_business, name="socialbiz"),
    path("requests/", request_views.requests, name="requests"),
    path("requests/<uuid:pk>/", request_views.one_request, name="request"),
    path("wards/<slug:slug>/", views.ward_redirect, name="ward"),
]
