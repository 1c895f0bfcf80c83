"""Entry points: search units, read and change one's own profile."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.accounts.services import UNCHANGED
from backend.infra.inputs import read_input
from backend.units import services
from backend.units.enums import Facet
from backend.units.rest import outputs
from backend.units.rest.inputs import MeInput, UnitSearchInput
from backend.units.search import search_units

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class UnitListView(APIView):
    """Open to all: whoever signs up looks for their ward before they have an account."""

    permission_classes = ()

    @extend_schema(
        operation_id="listUnits", parameters=[UnitSearchInput], responses={200: outputs.UnitListOutput, 400: _REFUSED}
    )
    def get(self, request: Request) -> Response:
        asked = read_input(UnitSearchInput, request.query_params.dict())
        matches = search_units(
            facet=Facet(asked["facet"]),
            text=asked["q"],
            parent=asked["parent"],
            limit=asked["limit"],
            on=timezone.localtime(request._request.received_at).date(),  # type: ignore[attr-defined]  # by middleware
        )
        return Response(outputs.match_list(matches))


class MeView(APIView):
    """The caller's own profile."""

    @extend_schema(operation_id="getMe", responses={200: outputs.MeOutput, 401: _REFUSED})
    def get(self, request: Request) -> Response:
        return Response(outputs.me(_caller(request)))

    @extend_schema(
        operation_id="updateMe",
        request=MeInput,
        responses={200: outputs.MeOutput, 400: _REFUSED, 401: _REFUSED, 403: _REFUSED, 409: _REFUSED},
    )
    def patch(self, request: Request) -> Response:
        given = read_input(MeInput, request.data)
        services.change_profile(
            person=_caller(request),
            display_name=given.get("display_name"),
            locale=given.get("locale"),
            born_on=given.get("born_on", UNCHANGED),
            choices={facet: given[facet.value] for facet in Facet if facet.value in given},
            at=request._request.received_at,  # type: ignore[attr-defined]  # set by middleware
        )
        return Response(outputs.me(_caller(request)))


def _caller(request: Request) -> Person:
    assert isinstance(request.user, Person)
    return request.user
