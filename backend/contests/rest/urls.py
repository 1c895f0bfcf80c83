"""Addresses of the contests app."""

from django.urls import path

from backend.contests.rest import views

urlpatterns = [path("me/identity", views.IdentityView.as_view())]
