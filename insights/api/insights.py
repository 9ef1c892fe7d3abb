"""Doors to what was found: insights as they were stored, and all modules over a look now."""

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from insights.actions import bring_insight
from insights.api.brands import NumberedViewSet, ficha_of, visible
from insights.api.filters import InsightFilter
from insights.api.insight_shapes import (
    InsightSerializer,
    LiveSerializer,
    NewInsightSerializer,
    brought_of,
    results_shape,
)
from insights.api.looking import PARAMETERS, asked_look
from insights.api.paging import MomentPagination
from insights.models import Insight
from insights.modules import Module
from insights.reports.files import report_file
from tenants.api.bodies import asked
from tenants.api.parameters import bad_parameter
from tenants.api.schema import PDF, files
from tenants.display.context_processors import formats_for
from tenants.display.exports import ReportType
from tenants.permissions import Forbidden
from tenants.queries import principal_of
from tenants.rules import XLSX_TYPE

FORMAT = OpenApiParameter("format", str, enum=list(ReportType), description="pdf unless said otherwise.")


class InsightViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Insights, the newest analysis first; they are only added."""

    serializer_class = InsightSerializer
    filterset_class = InsightFilter
    pagination_class = MomentPagination
    moment = "analysis_timestamp"
    queryset = Insight.objects.none()

    def get_queryset(self) -> QuerySet[Insight]:
        """Return the insights of the brands that the asker sees."""
        return Insight.objects.filter(ficha__in=visible(self.request))

    @extend_schema(request=NewInsightSerializer, responses={201: InsightSerializer})
    def create(self, request: Request) -> Response:
        """Append what another system found; for programs' keys only."""
        by = principal_of(request)
        if by.via != "api_key":
            raise Forbidden
        wanted = asked(request, NewInsightSerializer)
        ficha = ficha_of(request, wanted["ficha_cliente_id"])
        made = bring_insight(ficha=ficha, brought=brought_of(wanted, ficha.timezone), by=by.id)
        return Response(InsightSerializer(made).data, status=201)

    @extend_schema(operation_id="insights_live", parameters=PARAMETERS, responses={200: LiveSerializer})
    @action(detail=False, filterset_class=None, pagination_class=None)
    def live(self, request: Request) -> Response:
        """Reckon all modules over a look, without asking a model; comments count by their own date."""
        look = asked_look(request)
        results = look.results()
        told = {
            "ficha_cliente_id": str(look.ficha.pk),
            "start_date": look.start,
            "end_date": look.end,
            "platform": look.platform,
            "run": None if look.run is None else str(look.run),
            "total_posts_analyzed": results[Module.CADENCE].n,
            "total_comments_analyzed": results[Module.EMOTIONS].n,
        }
        return Response(LiveSerializer(told | results_shape(results)).data)

    @extend_schema(
        operation_id="insights_export",
        parameters=[*PARAMETERS, FORMAT],
        responses=files(PDF, XLSX_TYPE),
    )
    @action(detail=False, filterset_class=None, pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        """Download the same look as a report (PDF), or as a workbook of the figures and 50,000 comments."""
        look = asked_look(request, also=["format"])
        return report_file(
            look.chosen,
            _format(request),
            formats=formats_for(request),
            organisation=principal_of(request).tenant.name,
            now=timezone.now(),
        )


def _format(request: Request) -> ReportType:
    text = request.query_params.get("format", ReportType.PDF)
    if text not in list(ReportType):
        raise bad_parameter("format", _("This is unknown. Known are: %s.") % ", ".join(ReportType))
    return ReportType(text)
