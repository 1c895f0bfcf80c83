"""Addresses of the accounts app."""

from django.urls import path

from backend.accounts.rest import views

urlpatterns = [
    path("consents/current", views.CurrentConsentView.as_view()),
    path("me/consent", views.OwnConsentView.as_view()),
]
