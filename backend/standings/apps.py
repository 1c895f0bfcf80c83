"""Django's handle on the standings app."""

from django.apps import AppConfig


class StandingsConfig(AppConfig):
    name = "backend.standings"
    label = "standings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.standings import receivers

        receivers.connect()
