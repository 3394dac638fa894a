"""A ward's public addresses (CONTRACT: «Public pages, ward»)."""

from django.urls import path

from kpis import views

app_name = "kpis"
urlpatterns = [
    path("", views.start, name="start"),
    path("kpis/", views.results, name="results"),
    path("kpis/<slug:code>/", views.result, name="result"),
]
