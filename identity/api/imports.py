"""Doors to files of the fleet: follow, cancel, start again, see what was not taken."""

from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity import actions, queries
from identity.api.lead_shapes import KINDS, STATES, FleetImportSerializer, RefusedRowSerializer
from identity.api.paging import OffsetPagination
from identity.models import FleetImport
from tenants import intake
from tenants.api.files import listed
from tenants.api.parameters import check_parameters
from tenants.display.exports import FileType
from tenants.jobs.api.answers import accepted
from tenants.jobs.api.serializers import JobSerializer
from tenants.queries import principal_of


class FleetImportFilter(django_filters.FilterSet):
    """Imports of a kind or in a state."""

    kind = django_filters.ChoiceFilter(choices=KINDS)
    state = django_filters.ChoiceFilter(choices=STATES)


class FleetImportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Files of leads, drivers, trips, claims and scouts, newest first."""

    lookup_value_regex = intake.UUID
    serializer_class = FleetImportSerializer
    filterset_class = FleetImportFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[FleetImport]:
        """Return all imports of the open tenant."""
        return queries.fleet_imports()

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Start an import that failed or was cancelled; it goes on where its rows ended."""
        check_parameters(request.query_params, known=())
        by = principal_of(request).id
        return accepted(actions.start_fleet_import(import_id=UUID(pk), by=by))

    @extend_schema(request=None, responses={200: FleetImportSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel at once, or at the next rows while it runs; what is written stays."""
        check_parameters(request.query_params, known=())
        by = principal_of(request).id
        return Response(FleetImportSerializer(actions.cancel_fleet_import(import_id=UUID(pk), by=by)).data)

    @extend_schema(
        operation_id="fleet_imports_refused_rows", responses={200: RefusedRowSerializer(many=True)}
    )
    @action(detail=True, url_path="refused-rows", filterset_class=None)
    def refused_rows(self, request: Request, pk: str) -> Response:
        """List the rows that wrote nothing, with their reasons; for 90 days, or as retention says."""
        check_parameters(request.query_params, known=OffsetPagination.parameters)
        found = queries.fleet_import(import_id=UUID(pk))
        page = self.paginate_queryset(queries.refused_rows(import_id=found.pk))
        return self.get_paginated_response(RefusedRowSerializer(page, many=True).data)

    @extend_schema(
        operation_id="fleet_imports_refused_rows_csv", responses={(200, "text/csv"): OpenApiTypes.STR}
    )
    @action(detail=True, url_path="refused-rows/csv", filterset_class=None, pagination_class=None)
    def refused_csv(self, request: Request, pk: str) -> HttpResponseBase:
        """Download the rows that wrote nothing: the file's columns, the row's number, code and reason."""
        check_parameters(request.query_params, known=())
        asked = {"import_id": str(UUID(pk)), "language": get_language()}
        return listed(request, of=actions.REFUSED, asked=asked, type=FileType.CSV)
