"""Addresses of the attempts app, below /api/."""

from django.urls import path

from backend.attempts.rest import desk, views

urlpatterns = [
    path("rounds/<uuid:uuid>/attempts", views.StartAttemptView.as_view()),
    path("attempts/<uuid:uuid>", views.AttemptView.as_view()),
    path("attempts/<uuid:uuid>/answers", views.AnswersView.as_view()),
    path("attempts/<uuid:uuid>/submit", views.SubmitAttemptView.as_view()),
    path("staff/rounds/<uuid:uuid>/flags", desk.FlagListView.as_view()),
    path("staff/rounds/<uuid:uuid>/devices", desk.SharedDevicesView.as_view()),
]
