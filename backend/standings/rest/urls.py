"""Addresses of the standings and of the incident room, below /api/."""

from django.urls import path

from backend.standings.rest import evidence, regrades
from backend.standings.rest.views import ResultView, StandingsView

_QUESTIONS = "staff/contests/<slug:key>/questions"
_REGRADES = "staff/contests/<slug:key>/regrades"
_REGRADE = f"{_REGRADES}/<uuid:uuid>"

urlpatterns = [
    path("rounds/<uuid:uuid>/standings", StandingsView.as_view()),
    path("attempts/<uuid:uuid>/result", ResultView.as_view()),
    path(_QUESTIONS, evidence.ContestQuestionListView.as_view()),
    path(f"{_QUESTIONS}/<uuid:uuid>/versions/<int:version>/choices", evidence.QuestionChoicesView.as_view()),
    path(_REGRADES, regrades.RegradeListView.as_view()),
    path(_REGRADE, regrades.RegradeView.as_view()),
    path(f"{_REGRADE}/compute", regrades.RegradeComputeView.as_view()),
    path(f"{_REGRADE}/approve", regrades.RegradeApproveView.as_view()),
    path(f"{_REGRADE}/apply", regrades.RegradeApplyView.as_view()),
    path(f"{_REGRADE}/cancel", regrades.RegradeCancelView.as_view()),
]
