"""A ward's public addresses of 相談・要望 (CONTRACT: «Public pages, ward»)."""

from django.urls import path

from consultations import views

app_name = "consultations"
urlpatterns = [
    path("consultations/new/", views.new, name="new"),
    path("consultations/receipt/<slug:token>/", views.receipt, name="receipt"),
    path("consultations/track/", views.track, name="track"),
]
