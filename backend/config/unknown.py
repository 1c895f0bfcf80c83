"""Answer API addresses that do not exist in the API's own words."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.core.errors import NotFound


@extend_schema(exclude=True)
class UnknownView(APIView):
    permission_classes = ()
    authentication_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound
