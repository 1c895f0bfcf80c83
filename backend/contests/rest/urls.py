"""Addresses of the contests app."""

from django.urls import path

from backend.contests.rest import views

urlpatterns = [
    path("me/identity", views.IdentityView.as_view()),
    path("contests/<slug:key>/rulebook", views.RulebookFileView.as_view()),
    path("staff/contests/<slug:key>/preview", views.PreviewView.as_view()),
]
