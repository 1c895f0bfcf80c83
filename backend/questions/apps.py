"""Django's handle on the questions app."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "backend.questions"
    label = "questions"
    default_auto_field = "django.db.models.BigAutoField"
