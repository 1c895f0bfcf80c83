"""Start-up of the wiring: start-up checks are registered here."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "backend.config"
    label = "wiring"

    def ready(self) -> None:
        # Named here, every process sends its hints to our broker.
        from backend.config import celery  # noqa: F401  # importing it makes it the current application
