"""A ward's public addresses of 相談・要望 (CONTRACT: «Public pages, ward»)."""

from django.urls import include, path

from consultations import views
from consultations.views import answers

app_name = "consultations"
urlpatterns = [
    path("consultations/new/", views.new, name="new"),
    path("consultations/receipt/<slug:token>/", views.receipt, name="receipt"),
    path("consultations/track/", views.track, name="track"),
    path("consultations/answers/", answers.answer_list, name="answers"),
    path("consultations/answers/feed/", answers.AnswerFeed(), name="answer_feed"),
    path("consultations/answers/months/", answers.month_list, name="answer_months"),
    path("consultations/answers/<int:number>/", answers.answer_detail, name="answer"),
    path("open311/v2/", include("consultations.open311.urls")),
]
