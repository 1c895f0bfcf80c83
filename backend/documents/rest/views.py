"""Entry points: find a document, read its outline. Open to all: what is studied is public."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.documents import queries
from backend.documents.rest import outputs
from backend.documents.rest.inputs import DocumentSearchInput
from backend.infra.inputs import read_input

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class DocumentListView(APIView):
    permission_classes = ()

    @extend_schema(
        operation_id="listDocuments",
        parameters=[DocumentSearchInput],
        responses={200: outputs.DocumentListOutput, 400: _REFUSED},
    )
    def get(self, request: Request) -> Response:
        asked = read_input(DocumentSearchInput, request.query_params.dict())
        found = queries.find_documents(asked["q"])
        return Response(outputs.DocumentListOutput({"results": [outputs.document_line(one) for one in found]}).data)


class DocumentView(APIView):
    permission_classes = ()

    @extend_schema(operation_id="getDocument", responses={200: outputs.DocumentOutput, 404: _REFUSED})
    def get(self, request: Request, key: str) -> Response:
        document = queries.get_document(key)
        return Response(outputs.DocumentOutput(outputs.document_detail(document)).data)
