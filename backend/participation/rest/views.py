"""Participation by unit, and the organizers' view of a running round."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.enums import Role
from backend.accounts.permissions import IsOrganizer
from backend.accounts.queries import roles_of
from backend.contests.models import Contest, Round
from backend.contests.queries import get_contest, get_round
from backend.infra import clock
from backend.infra.inputs import read_input
from backend.participation.monitoring import describe_monitor
from backend.participation.rest.inputs import ParticipationInput
from backend.participation.rest.outputs import MonitorOutput, ParticipationOutput
from backend.participation.tables import read_table

# They answer for the counts and may see every cell.
_SEES_ALL = frozenset({Role.BOARD, Role.ORGANIZER, Role.ADMIN})


def _table(request: Request, subject: Round | Contest) -> Response:
    wish = read_input(ParticipationInput, request.query_params.dict())
    is_exact = request.user.is_authenticated and bool(roles_of(request.user) & _SEES_ALL)
    table = read_table(subject, facet=wish["facet"], parent_uuid=wish["parent"], is_exact=is_exact, now=clock.now())
    return Response(ParticipationOutput(table).data)


class RoundParticipationView(APIView):
    """Entries, people and all-correct of a round by unit. Exact for board and organizers, small cells hidden else."""

    permission_classes = ()

    @extend_schema(
        operation_id="participation_of_round", parameters=[ParticipationInput], responses=ParticipationOutput
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        return _table(request, get_round(uuid=uuid))


class ContestParticipationView(APIView):
    """The same over a whole contest: a person counts once, however many rounds they took."""

    permission_classes = ()

    @extend_schema(
        operation_id="participation_of_contest", parameters=[ParticipationInput], responses=ParticipationOutput
    )
    def get(self, request: Request, key: str) -> Response:
        return _table(request, get_contest(key=key))


class MonitorView(APIView):
    """What is going on in the contest's current round, for organizers."""

    permission_classes = (IsOrganizer,)

    @extend_schema(operation_id="staff_monitor", responses=MonitorOutput)
    def get(self, request: Request, key: str) -> Response:
        return Response(MonitorOutput(describe_monitor(get_contest(key=key), now=clock.now())).data)
