"""Django's handle on the attempts app."""

from django.apps import AppConfig


class AttemptsConfig(AppConfig):
    name = "backend.attempts"
    label = "attempts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.attempts import receivers

        receivers.connect()
