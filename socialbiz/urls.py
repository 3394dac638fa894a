"""A ward's public addresses of 社会的ビジネス (CONTRACT: «Public pages, ward»)."""

from django.urls import path

from socialbiz import views

app_name = "socialbiz"
urlpatterns = [path("socialbiz/", views.index, name="index")]
