"""Django's handle on the units app."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "backend.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.units import receivers

        receivers.connect()
