"""The door to the figures of all campaigns."""

import re
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import queries
from campaigns.api import batch_shapes as shapes
from campaigns.api.account_shapes import BILLINGS, STATUSES
from campaigns.rules import CODE_PATTERN
from tenants.api.parameters import check_parameters
from tenants.queries import principal_of

KEPT_SECONDS = 30


class PayingAccountSerializer(serializers.Serializer):
    """The account that was asked about."""

    account_id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    balance = serializers.FloatField()
    billing_type = serializers.ChoiceField(choices=BILLINGS)


class OverviewMetricsSerializer(serializers.Serializer):
    """The four figures on top."""

    jobs_today = serializers.IntegerField(help_text="Entries made on the account's local day.")
    success_rate_percentage = serializers.FloatField(allow_null=True)
    active_batches = serializers.IntegerField()
    pending_jobs = serializers.IntegerField()


class OverviewJobsSerializer(serializers.Serializer):
    """Entries of campaigns that are not archived."""

    today = serializers.IntegerField()
    pending = serializers.IntegerField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    total_finished = serializers.IntegerField()


class OverviewBatchesSerializer(serializers.Serializer):
    """Campaigns that are not archived."""

    active_count = serializers.IntegerField()
    total_jobs = serializers.IntegerField()
    total_cost = serializers.FloatField()
    total_minutes = serializers.FloatField()


class OverviewStatsSerializer(serializers.Serializer):
    """The figures below."""

    jobs = OverviewJobsSerializer()
    batches = OverviewBatchesSerializer()


class OverviewSerializer(serializers.Serializer):
    """The first clients' dashboard; half a minute old at most."""

    success = serializers.BooleanField()
    timestamp = serializers.DateTimeField()
    account = PayingAccountSerializer(allow_null=True)
    metrics = OverviewMetricsSerializer()
    detailed_stats = OverviewStatsSerializer()


class OverviewView(APIView):
    """The figures of all campaigns, or of one account's."""

    @extend_schema(
        operation_id="dashboard_overview",
        parameters=[OpenApiParameter("account_id", str, description="Without it `account` is null.")],
        responses={200: OverviewSerializer},
    )
    def get(self, request: Request) -> Response:
        """Sum up the campaigns that are not archived; 404 for an unknown account."""
        check_parameters(request.query_params, known=("account_id",))
        schema = principal_of(request).tenant.schema_name
        return Response(_overview(request.query_params.get("account_id"), schema))


def _overview(account: str | None, schema: str) -> dict[str, Any]:
    """Return the figures, kept for half a minute. Raises UnknownAccount."""
    if account is not None and not re.fullmatch(CODE_PATTERN, account):
        raise queries.UnknownAccount(account_id=account)
    kept: dict[str, Any] | None = cache.get(f"{schema}.campaigns.overview.{account or ''}")
    if kept is None:
        now = timezone.now()
        kept = shapes.overview_shape(queries.overview(account=account, now=now), now.isoformat())
        cache.set(f"{schema}.campaigns.overview.{account or ''}", kept, KEPT_SECONDS)
    return kept
