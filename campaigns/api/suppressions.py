"""Doors to who must not be called: said one by one, by lists, by files; lifted."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions, queries
from campaigns.actions import BadWish, Written
from campaigns.api import suppression_shapes as shapes
from campaigns.api.filters import KnownFilter, WordFilterBackend
from campaigns.models import Suppression
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants import intake
from tenants.api.bodies import asked
from tenants.api.filters import YesNoFilter
from tenants.queries import principal_of


class SuppressionFilter(django_filters.FilterSet):
    """Suppressions of a kind or source, in force or not, that bind an account, or of a number or document."""

    kind = KnownFilter(SuppressionKind)
    source = KnownFilter(SuppressionSource)
    active = YesNoFilter(field_name="lifted_at", lookup_expr="isnull")
    account_id = django_filters.CharFilter(
        method="bind", max_length=64, label="Its own and those of the whole tenant."
    )
    number = django_filters.CharFilter(method="about", max_length=shapes.LONGEST_TEXT)
    document = django_filters.CharFilter(method="about", max_length=shapes.LONGEST_TEXT)

    def bind(self, found: QuerySet[Suppression], _name: str, code: str) -> QuerySet[Suppression]:
        """Keep those that bind an account. Raises UnknownAccount."""
        return found.for_account(queries.account(code=code).pk)  # type: ignore[attr-defined,no-any-return]  # its own query set

    def about(self, found: QuerySet[Suppression], name: str, text: str) -> QuerySet[Suppression]:
        """Keep those of a number or a document however it is written; what is none has none."""
        country = principal_of(self.request).tenant.country
        try:
            wish = actions.read_wish(SuppressionKind(name), text, country=country)
        except BadWish:
            return found.none()
        return found.filter(kind=wish.kind, value__in=list(queries.as_wished([wish.value])))


class SuppressionViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Numbers and documents that are not called, newest first; lifted ones stay listed."""

    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.SuppressionSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = SuppressionFilter

    def get_queryset(self) -> QuerySet[Suppression]:
        """Return all suppressions of the open tenant."""
        return queries.suppressions()

    @extend_schema(
        request=shapes.NewSuppressionSerializer,
        responses={201: shapes.SuppressionSerializer, 200: shapes.SuppressionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Let a number or a person be called no more: 201, or 200 when that is so already."""
        wanted = asked(request, shapes.NewSuppressionSerializer)
        reach, country = shapes.reach_of(wanted, principal_of(request), SuppressionSource.API)
        kind = SuppressionKind.NUMBER if "number" in wanted else SuppressionKind.DOCUMENT
        said: dict[str, Any] = {"reason": wanted["reason"], "text": wanted[kind], "country": country}
        found, is_new = actions.suppress(kind=kind, reach=reach, now=timezone.now(), **said)
        return Response(shapes.SuppressionSerializer(found).data, status=201 if is_new else 200)

    @extend_schema(
        operation_id="suppressions_bulk",
        request=shapes.ManySuppressionsSerializer,
        responses={200: shapes.SuppressedSerializer},
    )
    @action(detail=False, methods=["post"], filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Let many be called no more; rows are counted numbers first, and every row ends somewhere."""
        return _done(actions.suppress_all(**shapes.said_in(request), now=timezone.now()))

    @extend_schema(
        operation_id="suppressions_upload",
        request={"multipart/form-data": shapes.SuppressionFileSerializer},
        responses={200: shapes.SuppressedSerializer},
    )
    @action(detail=False, methods=["post"], filterset_class=None, parser_classes=(MultiPartParser,))
    def upload(self, request: Request) -> Response:
        """Take a list as a .csv or .xlsx file, up to 20,000 rows and 5 MB."""
        return _done(actions.suppress_file(**shapes.sent_in(request), now=timezone.now()))

    @extend_schema(
        operation_id="suppressions_lift",
        request=shapes.LiftSerializer,
        responses={200: shapes.SuppressionSerializer},
    )
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Let it be called again, from the next claim on. Twice keeps the first moment."""
        queries.suppression(suppression_id=int(pk))
        seen, by = shapes.seen_of(asked(request, shapes.LiftSerializer)), principal_of(request).id
        found = actions.lift(suppression_id=int(pk), now=timezone.now(), by=by, seen=seen)
        return Response(shapes.SuppressionSerializer(found).data)


def _done(written: Written) -> Response:
    return Response(shapes.SuppressedSerializer(written).data)
