"""Addresses of the contests app."""

from django.urls import path

from backend.contests.rest import teams, views

urlpatterns = [
    path("me/identity", views.IdentityView.as_view()),
    path("contests/<slug:key>/rulebook", views.RulebookFileView.as_view()),
    path("staff/contests/<slug:key>/preview", views.PreviewView.as_view()),
    path("staff/contests/<slug:key>/teams", teams.TeamsView.as_view()),
    path("staff/contests/<slug:key>/teams/<uuid:uuid>", teams.TeamMemberView.as_view()),
]
