"""Addresses of the units app."""

from django.urls import path

from backend.units.rest import views

urlpatterns = [
    path("me", views.MeView.as_view()),
    path("units", views.UnitListView.as_view()),
]
