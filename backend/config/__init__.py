"""Wiring only: settings, URLs, ASGI, Celery, and the map from errors to statuses."""
