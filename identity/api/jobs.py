"""Doors to the jobs of the backlog and to the guardrails (I11–I13, I19)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity.actions.draining import Reconciliation, start
from identity.actions.draining.reconciling import LIMIT, RECENT_DAYS, STAGES
from identity.api.written import YesNoField
from identity.queries.guardrails import Guardrail, Standing, verify_all
from identity.rules import JobKind
from tenants.api.bodies import asked
from tenants.api.parameters import check_parameters
from tenants.api.serializers import StrictSerializer
from tenants.jobs.api.answers import accepted
from tenants.jobs.api.serializers import JobSerializer
from tenants.queries import principal_of


class AskedJobSerializer(StrictSerializer):
    """A job that takes no options."""


class RecoverSerializer(StrictSerializer):
    """How many rows of the queue to try; all that are due unless said."""

    limit = serializers.IntegerField(min_value=1, max_value=10_000_000, required=False)


class ReconcileSerializer(StrictSerializer):
    """Which leads to look at again. An unknown stage is 400 and lists those that there are."""

    process_recent = YesNoField(default=True)
    recent_days = serializers.IntegerField(min_value=1, max_value=36_500, default=RECENT_DAYS)
    process_limbo = YesNoField(default=True)
    limbo_stages = serializers.ListField(
        child=serializers.CharField(max_length=40), default=list(map(str, STAGES)), max_length=20
    )
    limit = serializers.IntegerField(min_value=1, max_value=10_000, default=LIMIT)


class StartedJobSerializer(JobSerializer):
    """The job; `status` is `already_running` when a live one was left alone."""

    status = serializers.ChoiceField(choices=["accepted", "already_running"])


class OffenderSerializer(serializers.Serializer):
    """What offends and why; further fields depend on the guardrail."""

    lead_source_pk = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    person_key = serializers.UUIDField(required=False)
    metric_date = serializers.DateField(required=False, allow_null=True)
    balance = serializers.IntegerField(required=False)
    expected = serializers.IntegerField(required=False)


class GuardrailResultSerializer(serializers.Serializer):
    """One check over its whole table; the first fifty offenders."""

    guardrail = serializers.ChoiceField(choices=[str(each) for each in Guardrail])
    status = serializers.ChoiceField(choices=[str(each) for each in Standing])
    vacuous = serializers.BooleanField(help_text="There was nothing to check.")
    checked = serializers.IntegerField()
    offenders_count = serializers.IntegerField()
    offenders = OffenderSerializer(many=True)


class GuardrailsResultSerializer(serializers.Serializer):
    """All guardrails; `passed` while none failed."""

    passed = serializers.BooleanField()
    guardrails = GuardrailResultSerializer(many=True)


STARTED = {202: StartedJobSerializer}


class DrainViewSet(GenericViewSet):
    """The jobs that drain the backlog, one of each at a time, and what proves them."""

    serializer_class = AskedJobSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="identity_jobs_seed", request=None, responses=STARTED)
    @action(detail=False, methods=["post"], url_path="jobs/seed")
    def seed(self, request: Request) -> Response:
        """Bring the recovery queue in line with the backlog (I11)."""
        asked(request, AskedJobSerializer)
        return _started(request, JobKind.SEED, {})

    @extend_schema(operation_id="identity_jobs_recover", request=RecoverSerializer, responses=STARTED)
    @action(detail=False, methods=["post"], url_path="jobs/recover")
    def recover(self, request: Request) -> Response:
        """Try what is due in the recovery queue (I12)."""
        return _started(request, JobKind.RECOVER, asked(request, RecoverSerializer))

    @extend_schema(operation_id="identity_jobs_reconcile", request=ReconcileSerializer, responses=STARTED)
    @action(detail=False, methods=["post"], url_path="jobs/reconcile")
    def reconcile(self, request: Request) -> Response:
        """Look again at recent leads and at leads in limbo (I13)."""
        wanted = Reconciliation(**asked(request, ReconcileSerializer))
        return _started(request, JobKind.RECONCILE, wanted.told())

    @extend_schema(operation_id="identity_guardrails", responses={200: GuardrailsResultSerializer})
    @action(detail=False)
    def guardrails(self, request: Request) -> Response:
        """Check that links, origins and numbers agree, over whole tables (I19)."""
        check_parameters(request.query_params, known=())
        found = verify_all()
        passed = all(each.standing is not Standing.FAILED for each in found)
        return Response({"passed": passed, "guardrails": [each.told() for each in found]})


def _started(request: Request, kind: JobKind, params: dict[str, Any]) -> Response:
    started = start(kind=kind, params=params, by=principal_of(request).id)
    return accepted(started.job, {"status": "already_running" if started.already_running else "accepted"})
