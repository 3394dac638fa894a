"""The addresses of 公募 below `forum/calls/`."""

from django.urls import path

from councils.forum import call_views

urlpatterns = [
    path("", call_views.calls, name="calls"),
    path("<int:number>/", call_views.call, name="call"),
    path("<int:number>/apply/", call_views.apply, name="apply"),
    path("<int:number>/applied/<uuid:key>/", call_views.applied, name="applied"),
]
