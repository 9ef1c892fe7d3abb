"""Doors to outgoing webhooks, for administrators: endpoints, their secrets, what was sent (W16)."""

from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tenants import intake
from tenants.actions import announcing
from tenants.actions.sessions import check_person
from tenants.api.bodies import asked
from tenants.api.serializers import webhooks as shapes
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records import queries
from tenants.records.actions import webhooks
from tenants.records.models import WebhookDelivery, WebhookEndpoint

SHOWN = {200: shapes.EndpointSerializer}
WITH_SECRET = shapes.EndpointSecretSerializer
NO_STORE = {"Cache-Control": "no-store"}


class EndpointViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Who is told outside, newest first. A key reads, tests, stops and starts; the rest needs a person."""

    capability = Capability.ADMINISTER
    lookup_value_regex = intake.UUID
    serializer_class = shapes.EndpointSerializer
    queryset = WebhookEndpoint.objects.none()

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        """Return the open tenant's endpoints."""
        return queries.endpoints()

    @extend_schema(request=shapes.NewEndpointSerializer, responses={201: WITH_SECRET})
    def create(self, request: Request) -> Response:
        """Make an endpoint; its secret is in this answer and in no other."""
        by, wanted = _person(request), asked(request, shapes.NewEndpointSerializer)
        made, secret = webhooks.add_endpoint(**wanted, by=by)
        return _with_secret(made, secret, status=201)

    @extend_schema(request=shapes.ChangedEndpointSerializer, responses=SHOWN)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change address or events."""
        by, wanted = _person(request), asked(request, shapes.ChangedEndpointSerializer)
        found = webhooks.change_endpoint(endpoint=UUID(pk), by=by, **wanted)
        return Response(shapes.EndpointSerializer(found).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete an endpoint with all that was sent to it."""
        webhooks.remove_endpoint(endpoint=UUID(pk), by=_person(request))
        return Response(status=204)

    @extend_schema(request=None, responses={200: WITH_SECRET})
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: str) -> Response:
        """Make a new secret, shown in this answer alone; the one before signs too for a day."""
        secret = webhooks.rotate_secret(endpoint=UUID(pk), now=timezone.now(), by=_person(request))
        return _with_secret(self.get_object(), secret, status=200)

    @extend_schema(request=None, responses=SHOWN)
    @action(detail=True, methods=["post"], url_path="end-old-secret")
    def end_old_secret(self, request: Request, pk: str) -> Response:
        """Let the secret before the last rotation sign nothing more."""
        webhooks.end_old_secret(endpoint=UUID(pk), by=_person(request))
        return Response(shapes.EndpointSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Tell it nothing more; what waits stays."""
        webhooks.stop_endpoint(endpoint=UUID(pk), by=principal_of(request).id)
        return Response(shapes.EndpointSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Tell it again, beginning with what waited."""
        announcing.start_endpoint(endpoint=UUID(pk), by=principal_of(request).id)
        return Response(shapes.EndpointSerializer(self.get_object()).data)

    @extend_schema(request=None, responses={202: shapes.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send it a message that says nothing; 409 while it is stopped."""
        by = principal_of(request).id
        made = announcing.announce_test(endpoint=UUID(pk), at=timezone.now(), by=by)
        return _delivery(made.pk)


class DeliveryFilter(django_filters.FilterSet):
    """Messages to one endpoint, of one event, in one state."""

    endpoint = django_filters.UUIDFilter()
    type = django_filters.CharFilter(max_length=60)
    state = django_filters.ChoiceFilter(choices=shapes.DELIVERY_STATES)


class DeliveryViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What was and will be sent, newest first, each with its tries; kept for 30 days."""

    capability = Capability.ADMINISTER
    lookup_value_regex = intake.UUID
    serializer_class = shapes.DeliverySerializer
    filterset_class = DeliveryFilter
    queryset = WebhookDelivery.objects.none()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        """Return the open tenant's messages."""
        return queries.deliveries()

    @extend_schema(request=None, responses={202: shapes.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send an ended message again, under its own id; 409 while it waits or its endpoint is stopped."""
        by = principal_of(request).id
        announcing.announce_again(delivery=UUID(pk), now=timezone.now(), by=by)
        return _delivery(UUID(pk))


def _person(request: Request) -> UUID:
    """Return who asks. Raises PersonNeeded for a key: on pages, too, this asks again who it is (S8)."""
    principal = principal_of(request)
    check_person(principal)
    return principal.id


def _with_secret(found: WebhookEndpoint, secret: str, *, status: int) -> Response:
    shown = dict(shapes.EndpointSerializer(found).data)
    response = Response(shown | {"secret": secret}, status=status, headers=NO_STORE)
    # What an Idempotency-Key keeps for a day has no secret in it.
    response.kept_data = shown | {"secret": ""}  # type: ignore[attr-defined]  # read by the middleware
    return response


def _delivery(number: UUID) -> Response:
    shown = shapes.DeliverySerializer(queries.deliveries().get(pk=number)).data
    headers = {"Location": reverse("api-webhook-deliveries-detail", args=[number])}
    return Response(shown, status=202, headers=headers)
