"""Django's handle on the documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "backend.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
