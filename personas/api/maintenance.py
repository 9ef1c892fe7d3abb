"""Doors to what is mended by hand: normalised titles, indexes, the kept rules."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions
from personas.api import figures as shapes
from tenants.api.parameters import check_parameters


class MaintenanceViewSet(GenericViewSet):
    """What is mended by hand; each door may be used again at any time."""

    serializer_class = shapes.BackfillAskedSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="maintenance_normalize_job_titles",
        request=shapes.BackfillAskedSerializer,
        responses={200: shapes.BackfilledSerializer},
    )
    @action(detail=False, methods=["post"], url_path="maintenance/normalize-job-titles")
    def normalize_job_titles(self, request: Request) -> Response:
        """Mend normalised titles that are missing or stale, missing ones first (R10)."""
        check_parameters(request.query_params, known=("limit",))
        given = request.query_params.dict() if request.data in (None, {}) else request.data
        asked = shapes.BackfillAskedSerializer(data=given)
        asked.is_valid(raise_exception=True)
        done = actions.backfill(limit=asked.validated_data["limit"])
        return Response(shapes.BackfilledSerializer(done).data)

    @extend_schema(
        operation_id="maintenance_ensure_indexes",
        request=None,
        responses={200: shapes.IndexReportSerializer},
    )
    @action(detail=False, methods=["post"], url_path="maintenance/ensure-indexes")
    def ensure_indexes(self, request: Request) -> Response:
        """Make the indexes that are missing and list all of them."""
        check_parameters(request.query_params, known=())
        found = actions.ensure_indexes()
        made = [index.name for index in found if index.made]
        return Response(
            shapes.IndexReportSerializer({"success": True, "created": made, "indexes": found}).data
        )

    @extend_schema(
        operation_id="maintenance_invalidate_cache",
        request=None,
        responses={200: shapes.InvalidatedSerializer},
    )
    @action(detail=False, methods=["post"], url_path="maintenance/invalidate-cache")
    def invalidate_cache(self, request: Request) -> Response:
        """Drop the rules that this process keeps; the next use loads them. No process keeps old ones (P6)."""
        check_parameters(request.query_params, known=())
        actions.invalidate_classifier_cache()
        answer = {"success": True, "cache_status": actions.cache_status()}
        return Response(shapes.InvalidatedSerializer(answer).data)
