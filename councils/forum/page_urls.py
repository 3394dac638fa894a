"""Public addresses of 区政会議 below `/forum/`."""

from django.urls import path

from councils.forum import feeds, ledger_views, page_views, result_views

urlpatterns = [
    path("", page_views.index, name="index"),
    path("sessions/", page_views.sessions, name="sessions"),
    path("sessions/<int:number>/", page_views.session, name="session"),
    path("sessions/<int:number>/minutes.docx", page_views.minutes_file, name="minutes_file"),
    path("sessions/<int:number>/papers/<int:paper>/", page_views.paper, name="paper"),
    path("members/", page_views.members, name="members"),
    path("opinions/", ledger_views.ledger, name="ledger"),
    path("opinions/<int:number>/", ledger_views.opinion, name="opinion"),
    path("opinions/<int:number>/document.pdf", ledger_views.document, name="opinion_document"),
    path("gatherings/", result_views.gatherings, name="gatherings"),
    path("evaluations/<int:number>/", result_views.evaluation, name="evaluation"),
    path("editions/", result_views.editions, name="editions"),
    path("editions/<int:number>/", result_views.edition, name="edition"),
    path("calendar.ics", feeds.calendar, name="calendar"),
    path("feed.xml", feeds.ForumFeed(), name="feed"),
]
