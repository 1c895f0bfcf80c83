"""Addresses of the documents app."""

from django.urls import path

from backend.documents.rest import views

urlpatterns = [
    path("documents", views.DocumentListView.as_view()),
    path("documents/<slug:key>", views.DocumentView.as_view()),
]
