"""A ward's public addresses of 地域活動協議会 (CONTRACT: «Public pages, ward»)."""

from django.urls import path

from councils import views

app_name = "councils"
urlpatterns = [
    path("councils/", views.directory, name="directory"),
    path("councils/<int:number>/", views.council, name="council"),
    path("councils/<int:number>/papers/<int:paper>/", views.paper, name="paper"),
    path("councils/changes/<slug:token>/", views.change, name="change"),
]
