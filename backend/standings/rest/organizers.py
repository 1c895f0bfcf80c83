"""What the organizers' addresses share: who may use them, that nothing of them is kept, and why a step is taken."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.accounts.permissions import IsOrganizer
from backend.infra.inputs import StrictInput


class StepInput(StrictInput):
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class OrganizerView(APIView):
    """For organizers alone. Answers hold keys or what is not yet public, so none may be kept by a cache."""

    permission_classes = (IsOrganizer,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished["Cache-Control"] = "no-store"
        return finished


def caller_of(request: Request) -> Person:
    """Return who asks; the permission has seen to it that somebody does."""
    assert isinstance(request.user, Person)
    return request.user
