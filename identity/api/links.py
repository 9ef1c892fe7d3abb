"""Doors to links and origins: whose a lead, a registration or an account is, and where persons came from."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity import actions, queries
from identity.api import filters, shapes, written
from identity.api.paging import OffsetPagination
from identity.models import Link, Origin
from identity.rules import OriginStatus
from tenants import intake
from tenants.api.bodies import asked
from tenants.queries import principal_of


class LinkViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Links with their evidence, newest first."""

    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.LinkSerializer
    filterset_class = filters.LinkFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Link]:
        """Return all links of the open tenant."""
        return queries.links()

    @extend_schema(request=written.NotedSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def unlink(self, request: Request, pk: str) -> Response:
        """Say that a lead is not this person: it is red again; 409 for what is no lead's link."""
        self.get_object()
        wanted = asked(request, written.NotedSerializer)
        actions.unlink(link_id=int(pk), by=principal_of(request).id, **wanted)
        return Response(status=204)


class OriginViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Where persons came from, the one changed last first; an origin goes by its person's key."""

    lookup_value_regex = intake.UUID
    serializer_class = shapes.OriginSerializer
    filterset_class = filters.OriginFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Origin]:
        """Return all origins of the open tenant."""
        return queries.origins()

    @extend_schema(request=written.DecideOriginSerializer, responses={200: shapes.OriginSerializer})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Say what is thought of an origin; no job decides it again."""
        self.get_object()
        wanted = asked(request, written.DecideOriginSerializer)
        status, by = OriginStatus(wanted.pop("status")), principal_of(request).id
        found = actions.decide_origin(person=UUID(pk), status=status, by=by, **wanted)
        return Response(shapes.OriginSerializer(found).data)
