"""What organizers see of attempts: the flags of a round, and devices with many accounts."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.permissions import IsOrganizer
from backend.attempts import queries, sharing
from backend.attempts.rest.inputs import FlagListInput
from backend.attempts.rest.outputs import FlagListOutput, SharedDevicesOutput
from backend.contests.queries import get_round
from backend.infra.inputs import read_input

_PAGE = 50


class FlagListView(APIView):
    permission_classes = (IsOrganizer,)

    @extend_schema(operation_id="listFlags", parameters=[FlagListInput], responses={200: FlagListOutput})
    def get(self, request: Request, uuid: UUID) -> Response:
        """List odd attempts of a round, the newest first. A flag is a reason to look; it changes nothing by itself."""
        asked = read_input(FlagListInput, request.query_params.dict())
        one = get_round(uuid=uuid)
        flags, following = queries.list_flags(one, **asked, limit=_PAGE)
        return Response(FlagListOutput({"flags": flags, "next": following, "counts": queries.count_flags(one)}).data)


class SharedDevicesView(APIView):
    permission_classes = (IsOrganizer,)

    @extend_schema(operation_id="listSharedDevices", responses={200: SharedDevicesOutput})
    def get(self, request: Request, uuid: UUID) -> Response:
        """List devices with many accounts. A ward office's computer is one: a reason to look, nothing more."""
        return Response(SharedDevicesOutput(sharing.shared_devices(get_round(uuid=uuid))).data)
