"""Doors to clients' files: look at one without a trace, or make a campaign of it (C1–C11)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions
from campaigns.api import excel_shapes as shapes
from campaigns.api.batch_shapes import PROCESSINGS
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.jobs.api.answers import links_of
from tenants.queries import principal_of

PARAMETERS: tuple[str, ...] = tuple({**shapes.ExcelSerializer().get_fields()}.keys() - {"file"})
DESCRIBED = [
    OpenApiParameter(
        name,
        str,
        description="In the query or in the form.",
        enum=[value for value, _name in PROCESSINGS] if name == "processing_type" else None,
    )
    for name in PARAMETERS
]
FORM = {"multipart/form-data": shapes.ExcelSerializer}


class ExcelViewSet(GenericViewSet):
    """Files of people to call, .xlsx or .csv, by multipart form; parameters in the query or in the form."""

    parser_classes = (MultiPartParser,)
    serializer_class = shapes.ExcelSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="batches_excel_preview",
        request=FORM,
        parameters=DESCRIBED,
        responses={200: shapes.ClientPreviewSerializer},
    )
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Say how a file would be read and how each row would end; nothing is stored."""
        upload, _in_background = shapes.upload_of(_asked(request))
        found = actions.preview_client_file(upload=upload, now=timezone.now())
        return Response(shapes.ClientPreviewSerializer(shapes.preview_shape(found, upload)).data)

    @extend_schema(
        operation_id="batches_excel_create",
        request=FORM,
        parameters=DESCRIBED,
        responses={
            201: shapes.MadeSerializer,
            200: shapes.MadeSerializer,
            202: shapes.AcceptedFileSerializer,
        },
    )
    @action(detail=False, methods=["post"], url_path="create", url_name="create")
    def make(self, request: Request) -> Response:
        """Make a campaign, or fill a draft: 201; 200 for the same upload again; 202 with a job if large."""
        asked = _asked(request)
        upload, in_background = shapes.upload_of(asked)
        key, by = request.headers.get("Idempotency-Key", ""), principal_of(request).id
        common: Any = {"upload": upload, "key": key, "in_background": in_background, "by": by}
        code, now = asked.get("batch_id", ""), timezone.now()
        if code:
            return made_answer(actions.add_file(code=code, now=now, **common))
        return made_answer(actions.create_from_file(now=now, **common))


def _asked(request: Request) -> dict[str, Any]:
    """Return file and parameters, each out of the query or the form. Raises BadParameters for both."""
    check_parameters(request.query_params, known=PARAMETERS)
    sent: Any = request.data
    form: dict[str, Any] = {name: sent[name] for name in sent}
    both = sorted(form.keys() & request.query_params.keys())
    repeated = sorted(name for name in form if len(sent.getlist(name)) > 1)
    for name in (*both, *repeated):
        raise bad_parameter(name, _("The parameter may be given once."), "repeated_parameter")
    found = shapes.ExcelSerializer(data=form | request.query_params.dict())
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def made_answer(made: actions.MadeFromFile) -> Response:
    """Answer with a campaign and what became of its file, or with the job that reads it (W13)."""
    told = shapes.made_shape(made)
    if made.job is None:
        return Response(told, status=201 if made.is_new else 200)
    links = links_of(made.job)
    return Response({**told, "job": links}, status=202, headers={"Location": links["self"]})
