"""Addresses of contests with their counts, of participation and of the monitor, below /api/."""

from django.urls import path

from backend.participation.rest.contests import ContestListView, ContestView
from backend.participation.rest.views import ContestParticipationView, MonitorView, RoundParticipationView

urlpatterns = [
    path("contests", ContestListView.as_view()),
    path("contests/<slug:key>", ContestView.as_view()),
    path("contests/<slug:key>/participation", ContestParticipationView.as_view()),
    path("rounds/<uuid:uuid>/participation", RoundParticipationView.as_view()),
    path("staff/contests/<slug:key>/monitor", MonitorView.as_view()),
]
