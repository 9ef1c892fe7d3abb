"""Doors to figures: the funnel, how recovery goes, what wants attention."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.ops import shapes
from identity.api.ops.asking import DatesSerializer, asked
from identity.queries import words
from identity.queries.alerts import Severity, alerts
from identity.queries.audit import funnel, weekly_audit
from identity.queries.backlog import (
    RecoveryVerdict,
    judged,
    matched_lately,
    recovery_metrics,
    standing,
    verdict,
)
from identity.queries.money import currency
from identity.queries.red_reasons import first_day
from tenants.api.parameters import check_parameters


class FunnelGapView(APIView):
    """Where the funnel loses leads."""

    @extend_schema(
        operation_id="funnel_gap",
        parameters=[DatesSerializer],
        responses={200: shapes.FunnelGapSerializer},
    )
    def get(self, request: Request) -> Response:
        """Show the funnel step by step, of all chosen weeks and of each; the undated only without dates."""
        chosen = asked(request, DatesSerializer).chosen
        weeks = weekly_audit(first=chosen.date_from, last=chosen.date_to)
        answer = asdict(funnel(weeks=weeks)) | {"currency": currency(), "weeks": weeks}
        return Response(shapes.FunnelGapSerializer(answer).data)


class RecoveryMetricsView(APIView):
    """How the red backlog moves, and whether recovery succeeds."""

    @extend_schema(operation_id="kpi_red_recovery_metrics", responses={200: shapes.RecoveryMetricsSerializer})
    def get(self, request: Request) -> Response:
        """Show today, yesterday, the last seven days, the live count, the verdict and why (I15–I17)."""
        check_parameters(request.query_params, known=())
        metrics, now = recovery_metrics(), standing()
        week = judged(metrics.last_7_days, first=first_day())
        verdicts = {
            "today": _verdict(verdict(days=[metrics.today], standing=now)),
            "last_7_days": _verdict(verdict(days=week, standing=now)),
        }
        lately = asdict(matched_lately(now=timezone.now())) | {"words": str(words.MATCHED_LATELY_WORDS)}
        answer = {name: getattr(metrics, name) for name in metrics.__slots__}
        answer |= {"verdict": verdicts, "matched_last_24h": lately}
        return Response(shapes.RecoveryMetricsSerializer(answer).data)


class AlertsView(APIView):
    """What wants somebody's attention."""

    @extend_schema(operation_id="identity_gaps_alerts", responses={200: shapes.AlertsSerializer})
    def get(self, request: Request) -> Response:
        """List what is beyond its bounds now, high before medium before low."""
        check_parameters(request.query_params, known=())
        found = alerts(now=timezone.now())
        counted = Counter(alert.severity for alert in found)
        results = [asdict(alert) | {"words": words.alert_words(alert)} for alert in found]
        by_severity = {severity: counted[severity] for severity in Severity}
        return Response(shapes.AlertsSerializer({"results": results, "by_severity": by_severity}).data)


def _verdict(found: RecoveryVerdict) -> dict[str, Any]:
    causes = [
        asdict(one) | {"words": str(words.CAUSE_LABELS[one.cause]), "cure": str(words.CURES[one.cause])}
        for one in found.causes
    ]
    return asdict(found) | {"causes": causes}
