"""Addresses of the standings and of what organizers do with results and boards, below /api/."""

from django.urls import path

from backend.standings.rest import awards, desk, evidence, marking, regrades, voidings
from backend.standings.rest.views import ResultView, StandingsView

_CONTEST = "staff/contests/<slug:key>"
_QUESTIONS = f"{_CONTEST}/questions"
_REGRADES = f"{_CONTEST}/regrades"
_REGRADE = f"{_REGRADES}/<uuid:uuid>"
_VOIDINGS = f"{_CONTEST}/voidings"
_VOIDING = f"{_VOIDINGS}/<uuid:uuid>"
_ESSAYS = f"{_CONTEST}/essays"
_BOARDS = f"{_CONTEST}/boards"
_BOARD = f"{_BOARDS}/<uuid:uuid>"

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
    path(_VOIDINGS, voidings.VoidingListView.as_view()),
    path(f"{_VOIDINGS}/lookup", voidings.VoidingLookUpView.as_view()),
    path(_VOIDING, voidings.VoidingView.as_view()),
    path(f"{_VOIDING}/approve", voidings.VoidingApproveView.as_view()),
    path(f"{_VOIDING}/withdraw", voidings.VoidingWithdrawView.as_view()),
    path(f"{_VOIDING}/ask-back", voidings.VoidingAskBackView.as_view()),
    path(f"{_VOIDING}/reinstate", voidings.VoidingReinstateView.as_view()),
    path(f"{_VOIDING}/keep", voidings.VoidingKeepView.as_view()),
    path("staff/essays", marking.MarkedContestListView.as_view()),
    path(_ESSAYS, marking.MarkingView.as_view()),
    path(f"{_ESSAYS}/next", marking.NextSheetView.as_view()),
    path(f"{_ESSAYS}/<uuid:uuid>", marking.SheetView.as_view()),
    path(f"{_ESSAYS}/<uuid:uuid>/mark", marking.MarkView.as_view()),
    path(_BOARDS, desk.BoardListView.as_view()),
    path(f"{_BOARD}/freeze", desk.FreezeView.as_view()),
    path(f"{_BOARD}/unfreeze", desk.UnfreezeView.as_view()),
    path(f"{_BOARD}/propose", desk.ProposeView.as_view()),
    path(f"{_BOARD}/withdraw", desk.WithdrawView.as_view()),
    path(f"{_BOARD}/confirm", desk.ConfirmView.as_view()),
    path(f"{_BOARD}/awards", awards.AwardsView.as_view()),
    path(f"{_CONTEST}/audit", desk.AuditView.as_view()),
]
