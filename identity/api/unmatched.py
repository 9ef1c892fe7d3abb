"""Doors to cases: leads that nothing linked, and what people do about them (I6, I7c, I9)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity import actions, queries
from identity.actions.people.refusals import BadChoice
from identity.api import filters, shapes, written
from identity.api.paging import OffsetPagination
from identity.models import Case
from identity.rules import IdentifierKind, VerdictKind
from tenants import intake
from tenants.api.bodies import asked
from tenants.queries import principal_of

STANDING = {200: shapes.CaseSerializer}


class UnmatchedViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Cases by their lead's id, newest lead first; `summary` counts those chosen by reason."""

    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.CaseSerializer
    filterset_class = filters.UnmatchedFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Case]:
        """Return all cases of the open tenant."""
        return queries.cases()

    def summary_of(self, found: QuerySet[Case]) -> dict[str, int]:
        """Count by reason what the filters choose. One query."""
        return queries.counted_by(found, "reason")

    @extend_schema(request=written.ResolveSerializer, responses={200: shapes.ResolvedSerializer})
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Link the lead by hand, for good; 409 when it is another person's. Also without a case."""
        queries.lead(lead_id=int(pk))
        wanted = asked(request, written.ResolveSerializer)
        by, note = principal_of(request).id, wanted.pop("note")
        found = actions.resolve_case(lead_id=int(pk), choice=_choice(wanted), by=by, note=note)
        told = {
            "lead_source_pk": found.lead.source_pk,
            "person_key": found.person,
            "linked": found.is_new,
        }
        return Response(shapes.ResolvedSerializer(told).data)

    @extend_schema(request=written.NotedSerializer, responses=STANDING)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """Leave the lead unlinked: no job opens the case again; 409 once it is resolved."""
        self.get_object()
        wanted = asked(request, written.NotedSerializer)
        actions.ignore_case(lead_id=int(pk), by=principal_of(request).id, **wanted)
        return _standing(pk)

    @extend_schema(request=None, responses=STANDING)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take an ignored case up again; the next run tries it."""
        self.get_object()
        asked(request, written.NothingSerializer)
        actions.reopen_case(lead_id=int(pk), by=principal_of(request).id)
        return _standing(pk)

    @extend_schema(request=None, responses=STANDING)
    @action(detail=True, methods=["post"], url_path="ask-again")
    def ask_again(self, request: Request, pk: str) -> Response:
        """Have the lead tried again although nothing is new (I11)."""
        self.get_object()
        asked(request, written.NothingSerializer)
        actions.ask_again(lead_id=int(pk), by=principal_of(request).id)
        return _standing(pk)

    @extend_schema(request=written.VerdictSerializer, responses={200: shapes.VerdictGivenSerializer})
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, pk: str) -> Response:
        """Say whom the lead must be linked to, or cannot be; every later run obeys (I7c)."""
        queries.lead(lead_id=int(pk))
        wanted = asked(request, written.VerdictSerializer)
        said = actions.give_verdict(
            lead_id=int(pk),
            kind=VerdictKind(wanted["verdict"]),
            by=principal_of(request).id,
            person=wanted.get("person_key"),
            driver=wanted.get("driver_id", ""),
            note=wanted["note"],
        )
        return Response(shapes.VerdictGivenSerializer({"said": said}).data)


def _choice(wanted: dict[str, Any]) -> actions.Choice:
    """Return whom the body means: exactly one of three. Raises BadChoice."""
    person, driver = wanted.get("person_key"), wanted.get("driver_id", "")
    if [bool(person), bool(driver), wanted["new_person"]].count(True) != 1:
        raise BadChoice
    confirmed = [IdentifierKind(kind) for kind in wanted["confirmed"]]
    return actions.Choice(person=person, driver=driver, confirmed=confirmed)


def _standing(pk: str) -> Response:
    return Response(shapes.CaseSerializer(queries.case_of(lead_id=int(pk))).data)
