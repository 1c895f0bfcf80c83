"""Django's handle on the participation app."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "backend.participation"
    label = "participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.participation import receivers

        receivers.connect()
