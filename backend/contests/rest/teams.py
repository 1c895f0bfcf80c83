"""Entry points: who is kept out of a contest as a member of a team. For organizers."""

from uuid import UUID

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.accounts.permissions import IsOrganizer
from backend.contests.queries import get_contest, rulebook_of
from backend.contests.rest.inputs import TeamMemberInput
from backend.contests.rest.outputs import TeamMemberOutput, TeamsOutput, team_member_shape
from backend.contests.teams import list_members, put_down, take_off
from backend.core.rules.registry import TEAMS
from backend.infra import clock
from backend.infra.inputs import read_input

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class TeamsView(APIView):
    """The teams that the rules keep out, and who was put down as a member."""

    permission_classes = (IsOrganizer,)

    @extend_schema(operation_id="listTeamMembers", responses={200: TeamsOutput, 404: _REFUSED})
    def get(self, request: Request, key: str) -> Response:
        contest, language = get_contest(key=key), get_language() or "vi"
        teams = [{"team": name, "name": TEAMS[name].words(language)} for name in rulebook_of(contest).excluded]
        return Response({"teams": teams, "members": [team_member_shape(one) for one in list_members(contest)]})

    @extend_schema(
        operation_id="putDownTeamMember",
        request=TeamMemberInput,
        responses={201: TeamMemberOutput, 400: _REFUSED, 404: _REFUSED, 409: _REFUSED, 422: _REFUSED},
    )
    def post(self, request: Request, key: str) -> Response:
        given = read_input(TeamMemberInput, request.data)
        made = put_down(contest=get_contest(key=key), **given, by=_caller(request), now=clock.now())
        return Response(team_member_shape(made), status=status.HTTP_201_CREATED)


class TeamMemberView(APIView):
    """One line of the list."""

    permission_classes = (IsOrganizer,)

    @extend_schema(operation_id="takeOffTeamMember", request=None, responses={204: None, 404: _REFUSED})
    def delete(self, request: Request, key: str, uuid: UUID) -> Response:
        take_off(contest=get_contest(key=key), uuid=uuid, by=_caller(request), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _caller(request: Request) -> Person:
    assert isinstance(request.user, Person)
    return request.user
