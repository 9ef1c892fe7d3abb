"""Doors to what identity's jobs did, and to how many of everything there is."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from identity import queries
from identity.api import filters, shapes
from identity.api.paging import OffsetPagination
from tenants import intake
from tenants.api.parameters import check_parameters
from tenants.jobs.models import Job


class RunViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Seeds, recoveries, reconciliations, claims, checks and imports, newest first."""

    lookup_value_regex = intake.UUID
    serializer_class = shapes.RunSerializer
    filterset_class = filters.RunFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Job]:
        """Return identity's jobs of the open tenant."""
        return queries.runs()


class StatsView(APIView):
    """Counts of persons, links, origins, cases, the queue and claims."""

    @extend_schema(operation_id="identity_stats", responses={200: shapes.IdentityStatsSerializer})
    def get(self, request: Request) -> Response:
        """Count everything as it stands."""
        check_parameters(request.query_params, known=())
        return Response(shapes.IdentityStatsSerializer(queries.stats()).data)
