"""Django's handle on the results app."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "backend.results"
    label = "results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.results import receivers

        receivers.connect()
