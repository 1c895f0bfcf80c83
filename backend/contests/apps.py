"""Django's handle on the contests app."""

from django.apps import AppConfig


class ContestsConfig(AppConfig):
    name = "backend.contests"
    label = "contests"
    default_auto_field = "django.db.models.BigAutoField"
