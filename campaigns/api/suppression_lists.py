"""Doors to lists of who must not be called: looked at, applied as looked at, found again, undone (W4)."""

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
from campaigns.actions import ListPreview
from campaigns.api import suppression_list_shapes as shapes
from campaigns.api import suppression_shapes as asks
from campaigns.api.fields import NothingSerializer
from campaigns.api.filters import KnownFilter, WordFilterBackend
from campaigns.models import SuppressionList
from campaigns.rules import SuppressionSource
from tenants import intake
from tenants.api.bodies import asked
from tenants.api.filters import YesNoFilter
from tenants.queries import principal_of

LIST = {200: shapes.SuppressionListSerializer}


class SuppressionListFilter(django_filters.FilterSet):
    """Lists of a source, applied or not, undone or not."""

    source = KnownFilter(SuppressionSource)
    applied = YesNoFilter(field_name="applied_at", lookup_expr="isnull", exclude=True)
    undone = YesNoFilter(field_name="undone_at", lookup_expr="isnull", exclude=True)


class SuppressionListViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Lists, newest first: those only looked at for a day, the others for good."""

    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.SuppressionListSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = SuppressionListFilter

    def get_queryset(self) -> QuerySet[SuppressionList]:
        """Return all lists of the open tenant."""
        return queries.suppression_lists()

    @extend_schema(request=asks.ManySuppressionsSerializer, responses={201: shapes.ListPreviewSerializer})
    def create(self, request: Request) -> Response:
        """Look at numbers and documents: 201 with what they would do; no suppression is written."""
        return _looked(actions.preview_list(**asks.said_in(request), now=timezone.now()), 201)

    @extend_schema(
        operation_id="suppression_lists_upload",
        request={"multipart/form-data": asks.SuppressionFileSerializer},
        responses={201: shapes.ListPreviewSerializer},
    )
    @action(detail=False, methods=["post"], filterset_class=None, parser_classes=(MultiPartParser,))
    def upload(self, request: Request) -> Response:
        """Look at a .csv or .xlsx file, up to 20,000 rows and 5 MB: 201; no suppression is written."""
        return _looked(actions.preview_list_file(**asks.sent_in(request), now=timezone.now()), 201)

    @extend_schema(
        operation_id="suppression_lists_look_again",
        request=None,
        responses={200: shapes.ListPreviewSerializer},
    )
    @action(detail=True, methods=["post"], url_path="look-again")
    def look_again(self, request: Request, pk: str) -> Response:
        """Count again what it would do, after a 409 that it changed; 409 for one that was applied."""
        asked(request, NothingSerializer)
        return _looked(actions.look_again(list_id=int(pk)), 200)

    @extend_schema(operation_id="suppression_lists_apply", request=None, responses=LIST)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write exactly what was looked at; 409 `suppression_list_outdated` when that would be other rows."""
        asked(request, NothingSerializer)
        by = principal_of(request).id
        made = actions.apply_list(list_id=int(pk), now=timezone.now(), by=by)
        return Response(shapes.SuppressionListSerializer(made).data)

    @extend_schema(operation_id="suppression_lists_undo", request=None, responses=LIST)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Lift what this list alone keeps from being called; what others asked for too stays."""
        asked(request, NothingSerializer)
        by = principal_of(request).id
        actions.undo_list(list_id=int(pk), now=timezone.now(), by=by)
        return Response(shapes.SuppressionListSerializer(queries.suppression_list(list_id=int(pk))).data)


def _looked(found: ListPreview, status: int) -> Response:
    return Response(shapes.ListPreviewSerializer(found).data, status=status)
