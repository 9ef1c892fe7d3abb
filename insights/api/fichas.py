"""Doors to brands: made, changed, looked at, tried out, analysed (N1, N15, N16)."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from insights import actions
from insights.api import ficha_shapes as shapes
from insights.api.brands import NumberedViewSet, visible
from insights.api.filters import FichaFilter
from insights.models import FichaCliente
from tenants.api.bodies import asked
from tenants.api.serializers import StrictSerializer
from tenants.jobs import queries as jobs
from tenants.jobs.api.answers import accepted
from tenants.queries import principal_of

SHOWN = {200: shapes.FichaSerializer}


class FichaViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Brands, newest first; a viewer who is bound to some sees only those."""

    serializer_class = shapes.FichaSerializer
    filterset_class = FichaFilter
    queryset = FichaCliente.objects.none()

    def get_queryset(self) -> QuerySet[FichaCliente]:
        """Return the brands that the asker sees."""
        return visible(self.request)

    @extend_schema(request=shapes.NewFichaSerializer, responses={201: shapes.FichaSerializer})
    def create(self, request: Request) -> Response:
        """Make a brand and put it on its schedule."""
        wanted = asked(request, shapes.NewFichaSerializer)
        made = actions.create_ficha(by=principal_of(request).id, **wanted)
        return Response(shapes.FichaSerializer(made).data, status=201)

    @extend_schema(request=shapes.ChangedFichaSerializer, responses=SHOWN)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is named; another source, zone or tab is read from its beginning."""
        found, wanted = self.get_object(), asked(request, shapes.ChangedFichaSerializer)
        changed = actions.change_ficha(ficha=found, by=principal_of(request).id, **wanted)
        return Response(shapes.FichaSerializer(changed).data)

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a brand that was never analysed; 409 `ficha_has_history`, or `ficha_only_of_viewers`."""
        found = self.get_object()
        asked(request, StrictSerializer)
        actions.remove_ficha(ficha=found, by=principal_of(request).id)
        return Response(status=204)

    @extend_schema(
        operation_id="fichas_cliente_last_analysis_timestamp",
        responses={200: shapes.LastAnalysisSerializer},
    )
    @action(detail=True, filterset_class=None)
    def last_analysis_timestamp(self, request: Request, pk: str) -> Response:
        """Say when the brand was analysed last."""
        return Response(shapes.LastAnalysisSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="fichas_cliente_analyze",
        request=shapes.AnalyzeSerializer,
        responses={202: shapes.StartedAnalysisSerializer},
    )
    @action(detail=True, methods=["post"])
    def analyze(self, request: Request, pk: str) -> Response:
        """Analyse now: 202 with the job's Location, 409 `already_running` while one waits or works."""
        found, wanted = self.get_object(), asked(request, shapes.AnalyzeSerializer)
        by = principal_of(request).id
        run = actions.start_analysis(ficha=found.pk, by=by, is_forced=wanted["force"])
        return accepted(jobs.jobs().get(pk=str(run.job)), {"run": str(run.pk)})

    @extend_schema(
        operation_id="fichas_cliente_test_connection",
        request=None,
        responses={200: shapes.ConnectionSerializer},
    )
    @action(detail=True, methods=["post"], url_path="test-connection")
    def test_connection(self, request: Request, pk: str) -> Response:
        """Read the source without storing or paying anything; 422 says what is wrong with it."""
        found = self.get_object()
        asked(request, StrictSerializer)
        return Response(shapes.connection_shape(actions.test_connection(ficha=found)))

    @extend_schema(
        operation_id="fichas_cliente_workbook",
        request={"multipart/form-data": shapes.WorkbookSerializer},
        responses=SHOWN,
    )
    @action(detail=True, methods=["post"], parser_classes=(MultiPartParser,))
    def workbook(self, request: Request, pk: str) -> Response:
        """Give the brand a workbook as its source, once it was read."""
        found, file = self.get_object(), asked(request, shapes.WorkbookSerializer)["file"]
        content, by = file.read(), principal_of(request).id
        changed = actions.upload_workbook(ficha=found, name=file.name, content=content, by=by)
        return Response(shapes.FichaSerializer(changed).data)
