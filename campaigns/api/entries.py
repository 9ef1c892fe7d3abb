"""Doors to the people of campaigns: list them, decide about one, follow their calls."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions, queries
from campaigns.api import entry_shapes as shapes
from campaigns.api.fields import NothingSerializer
from campaigns.api.filters import KnownFilter, WordFilterBackend, sought
from campaigns.models import CallAttempt, Entry
from campaigns.rules import EntryReason, EntryState, Outcome, SuppressionKind
from tenants import intake
from tenants.api.bodies import asked
from tenants.api.filters import DayFilter
from tenants.api.parameters import check_parameters
from tenants.queries import principal_of

ONE = {200: shapes.OneEntrySerializer}
SPELLED = "However it is written: in the tenant's country, in an account's, or in full."


class EntryFilter(django_filters.FilterSet):
    """People in a state, for a reason, with a last outcome, of a document or a number."""

    state = KnownFilter(EntryState)
    reason = KnownFilter(EntryReason)
    outcome = KnownFilter(Outcome)
    document = django_filters.CharFilter(method="with_document", max_length=32, label=SPELLED)
    phone = django_filters.CharFilter(method="with_phone", max_length=20, label=SPELLED, strip=False)

    def with_document(self, found: QuerySet[Entry], _name: str, text: str) -> QuerySet[Entry]:
        """Narrow to whoever has a document, by the person's key: it has an index."""
        home = principal_of(self.request).tenant.country
        return found.filter(person_key__in=sought(SuppressionKind.DOCUMENT, text, home=home))

    def with_phone(self, found: QuerySet[Entry], _name: str, text: str) -> QuerySet[Entry]:
        """Narrow to whoever has a number, the first or another."""
        home = principal_of(self.request).tenant.country
        numbers = sought(SuppressionKind.NUMBER, text, home=home)
        has = (Q(phones__contains=[{"number": number}]) for number in sorted(numbers))
        return found.filter(reduce(or_, has, Q(pk__in=[])))


class JobFilter(EntryFilter):
    """People of one campaign or account, besides."""

    batch_id = django_filters.CharFilter(method="of_batch", max_length=64)
    account_id = django_filters.CharFilter(method="of_account", max_length=64)

    def of_batch(self, found: QuerySet[Entry], _name: str, value: str) -> QuerySet[Entry]:
        """Narrow to a campaign. Raises UnknownCampaign."""
        return found.filter(campaign=queries.campaign(code=value))

    def of_account(self, found: QuerySet[Entry], _name: str, value: str) -> QuerySet[Entry]:
        """Narrow to an account. Raises UnknownAccount."""
        return found.filter(campaign__account=queries.account(code=value))


class EntryViewSet(ListModelMixin, GenericViewSet):
    """The people of all campaigns, newest first; the first clients call them jobs."""

    lookup_url_kwarg = "job_id"
    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.EntrySerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = JobFilter

    def get_queryset(self) -> QuerySet[Entry]:
        """Return all entries of the open tenant."""
        return queries.entries().prefetch_related("debts")

    @extend_schema(responses=ONE)
    def retrieve(self, request: Request, job_id: str) -> Response:
        """Show a person of a campaign."""
        check_parameters(request.query_params, known=())
        return Response(shapes.one(queries.entry(number=int(job_id))))

    @extend_schema(operation_id="entries_retry", request=NothingSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, job_id: str) -> Response:
        """Put back into the queue who waits for a cure, a person or the next call; 409 otherwise."""
        return _decided(request, job_id, actions.retry)

    @extend_schema(operation_id="entries_requeue", request=NothingSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def requeue(self, request: Request, job_id: str) -> Response:
        """Put back into the queue who waits for a person's decision; 409 otherwise."""
        return _decided(request, job_id, actions.requeue)

    @extend_schema(operation_id="entries_succeeded", request=NothingSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def succeeded(self, request: Request, job_id: str) -> Response:
        """Say that who waits for a person's decision met the goal; 409 otherwise."""
        return _decided(request, job_id, actions.mark_succeeded)

    @extend_schema(operation_id="entries_failed", request=NothingSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def failed(self, request: Request, job_id: str) -> Response:
        """Say that who waits for a person's decision failed; 409 otherwise."""
        return _decided(request, job_id, actions.mark_failed)

    @extend_schema(operation_id="entries_zone", request=shapes.ZoneSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def zone(self, request: Request, job_id: str) -> Response:
        """Say where the clock of somebody on hold stands whose time zone is not known; 409 otherwise."""
        queries.entry(number=int(job_id))
        place = asked(request, shapes.ZoneSerializer)["timezone"]
        by = principal_of(request).id
        found = actions.set_zone(number=int(job_id), place=place, now=timezone.now(), by=by)
        return Response(shapes.one(found))

    @extend_schema(operation_id="entries_cancel", request=NothingSerializer, responses=ONE)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, job_id: str) -> Response:
        """Take a person out of the campaign; 409 while the person is being called, and after the end."""
        return _decided(request, job_id, actions.cancel_entry)


class CallFilter(django_filters.FilterSet):
    """Calls of some days (both included, by the account's clock), a campaign, an account, an outcome."""

    start_date = DayFilter(method="keep")
    end_date = DayFilter(method="keep")
    batch_id = django_filters.CharFilter(method="of_batch", max_length=64)
    account_id = django_filters.CharFilter(method="of_account", max_length=64)
    outcome = KnownFilter(Outcome)
    phone = django_filters.CharFilter(method="to_number", max_length=20, label=SPELLED, strip=False)

    def to_number(self, found: QuerySet[CallAttempt], _name: str, text: str) -> QuerySet[CallAttempt]:
        """Narrow to the calls to a number."""
        home = principal_of(self.request).tenant.country
        return found.filter(to_number__in=sought(SuppressionKind.NUMBER, text, home=home))

    def keep(self, found: QuerySet[CallAttempt], _name: str, _value: object) -> QuerySet[CallAttempt]:
        """Leave the days to `filter_queryset`: what they are depends on the account."""
        return found

    def of_batch(self, found: QuerySet[CallAttempt], _name: str, value: str) -> QuerySet[CallAttempt]:
        """Narrow to a campaign. Raises UnknownCampaign."""
        return found.filter(campaign=queries.campaign(code=value))

    def of_account(self, found: QuerySet[CallAttempt], _name: str, value: str) -> QuerySet[CallAttempt]:
        """Narrow to an account. Raises UnknownAccount."""
        return found.filter(account=queries.account(code=value))

    def filter_queryset(self, queryset: QuerySet[CallAttempt]) -> QuerySet[CallAttempt]:
        """Narrow by everything that was asked."""
        days: dict[str, Any] = self.form.cleaned_data
        found: QuerySet[CallAttempt] = super().filter_queryset(queryset)
        between = queries.claimed_between(days["start_date"], days["end_date"], zone=self._zone())
        return found.filter(between)

    def _zone(self) -> str:
        account = self.form.cleaned_data["account_id"]
        tenant = principal_of(self.request).tenant
        return queries.account(code=account).timezone if account else str(tenant.timezone)


class CallViewSet(GenericViewSet):
    """Calls that were made, newest first; who may see transcripts sees them in the admin."""

    serializer_class = shapes.CallSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = CallFilter

    def get_queryset(self) -> QuerySet[CallAttempt]:
        """Return all calls of the open tenant."""
        return queries.calls()

    @extend_schema(operation_id="calls_history", responses={200: shapes.CallSerializer(many=True)})
    @action(detail=False)
    def history(self, request: Request) -> Response:
        """List calls."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(shapes.CallSerializer(page, many=True).data)


def _decided(request: Request, job_id: str, decide: Any) -> Response:
    queries.entry(number=int(job_id))
    asked(request, NothingSerializer)
    found = decide(number=int(job_id), now=timezone.now(), by=principal_of(request).id)
    return Response(shapes.one(found))
