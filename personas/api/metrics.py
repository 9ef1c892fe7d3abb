"""Doors to the figures of classification, and to what mends it by hand."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api import figures as shapes
from personas.models import MetricsRecord
from tenants.api.parameters import check_parameters

RECENT_JOBS = 5


class MetricsViewSet(GenericViewSet):
    """Contacts, keywords and coverage: of now, as recorded, and over time."""

    serializer_class = shapes.LatestMetricsSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="persona_stats", responses={200: shapes.StatsSerializer})
    @action(detail=False)
    def stats(self, request: Request) -> Response:
        """Count contacts and keywords now, and show the last five reclassifications."""
        check_parameters(request.query_params, known=())
        jobs = queries.reclassifications(limit=RECENT_JOBS)
        return Response(shapes.StatsSerializer(_stats(queries.figures(), jobs)).data)

    @extend_schema(operation_id="metrics_latest", responses={200: shapes.LatestMetricsSerializer})
    @action(detail=False, url_path="metrics/latest")
    def latest(self, request: Request) -> Response:
        """Show the newest record; null before the first, six hours after a tenant was made at the latest."""
        check_parameters(request.query_params, known=())
        return _one(queries.latest_metrics())

    @extend_schema(
        operation_id="metrics_history",
        parameters=[shapes.HistoryAskedSerializer],
        responses={200: shapes.MetricsHistorySerializer},
    )
    @action(detail=False, url_path="metrics/history")
    def history(self, request: Request) -> Response:
        """Show the latest record of each of the last `days` days, oldest first."""
        check_parameters(request.query_params, known=("days",))
        asked = _valid(shapes.HistoryAskedSerializer, request.query_params.dict())
        found = queries.metrics_history(now=timezone.now(), days=asked["days"])
        answer = {"success": True, "history": [_told(one) for one in found], "count": len(found)}
        return Response(shapes.MetricsHistorySerializer(answer).data)

    @extend_schema(
        operation_id="metrics_compute", request=None, responses={200: shapes.LatestMetricsSerializer}
    )
    @action(detail=False, methods=["post"], url_path="metrics/compute")
    def compute(self, request: Request) -> Response:
        """Compute the figures now and keep them as a record; 409 without a default persona."""
        check_parameters(request.query_params, known=())
        return _one(actions.compute_metrics(now=timezone.now()))


def _valid(shape: type[Serializer], given: Any) -> dict[str, Any]:
    asked = shape(data=given)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _one(record: MetricsRecord | None) -> Response:
    answer = {"success": True, "metrics": _told(record) if record else None}
    return Response(shapes.LatestMetricsSerializer(answer).data)


def _told(record: MetricsRecord) -> dict[str, Any]:
    return {"computed_at": record.computed_at, **record.figures}


def _stats(counted: queries.Figures, jobs: list[queries.ReclassificationView]) -> dict[str, Any]:
    told = actions.figures_of(counted)
    contacts = counted.contacts
    told["contacts"]["normalization_coverage"] = contacts.percent(contacts.with_normalized_job_title, 1)
    return {"success": True, **told, "recent_jobs": jobs}
