"""Doors to persons: found by key or by what they are known by; merged, split, and either taken back (I9)."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity import actions, queries
from identity.actions.people.refusals import UnknownChange
from identity.api import filters, shapes, written
from identity.api.paging import OffsetPagination
from identity.models import MergeProposal, Person
from tenants import intake
from tenants.api.bodies import asked
from tenants.queries import principal_of

CHANGED = {200: shapes.ChangeSerializer}


class PersonViewSet(ListModelMixin, GenericViewSet):
    """Who leads and accounts belong to, newest first."""

    lookup_value_regex = intake.UUID
    serializer_class = shapes.IdentityPersonSerializer
    filterset_class = filters.PersonFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Person]:
        """Return all persons of the open tenant."""
        return queries.persons() if self.action == "list" else queries.person_details()

    @extend_schema(responses={200: shapes.IdentityPersonDetailSerializer})
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show a person with all that hangs on it; a tombstone is shown too, and `successor` leads on."""
        person: Any = self.get_object()
        person.changes = queries.changes_of(person=person.pk)
        person.successor = queries.successor_of(key=person.pk)
        return Response(shapes.IdentityPersonDetailSerializer(person).data)

    @extend_schema(request=written.MergeSerializer, responses=CHANGED)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Make one person of two: `other` becomes this one; 409 when either was merged before."""
        self.get_object()
        wanted = asked(request, written.MergeSerializer)
        gone, by = wanted.pop("other"), principal_of(request).id
        return _changed(actions.merge_persons(kept=UUID(pk), gone=gone, by=by, **wanted))

    @extend_schema(request=written.SplitSerializer, responses=CHANGED)
    @action(detail=True, methods=["post"])
    def split(self, request: Request, pk: str) -> Response:
        """Give some of the links to a new person (`other` of the answer), with what only they say of it."""
        self.get_object()
        wanted = asked(request, written.SplitSerializer)
        return _changed(actions.split_person(person=UUID(pk), by=principal_of(request).id, **wanted))

    @extend_schema(request=written.UndoSerializer, responses=CHANGED)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a merge or a split of this person back; 409 when later acts stand on it."""
        self.get_object()
        change = asked(request, written.UndoSerializer)["change"]
        if change not in {one.pk for one in queries.changes_of(person=UUID(pk))}:
            raise UnknownChange(change=str(change))
        return _changed(actions.undo_change(change_id=change, by=principal_of(request).id))


class MergeProposalViewSet(ListModelMixin, GenericViewSet):
    """Persons that jobs take for one, newest first."""

    lookup_value_regex = intake.NUMBER
    serializer_class = shapes.ProposalSerializer
    filterset_class = filters.ProposalFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[MergeProposal]:
        """Return all proposals of the open tenant."""
        return queries.merge_proposals()

    @extend_schema(request=written.AnswerSerializer, responses={200: shapes.AnsweredSerializer})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Merge the two, or say that they are two; 409 once it was answered."""
        self.get_object()
        wanted = asked(request, written.AnswerSerializer)
        change = actions.answer_proposal(proposal_id=int(pk), by=principal_of(request).id, **wanted)
        return Response(shapes.AnsweredSerializer({"change": change}).data)


def _changed(change: Any) -> Response:
    return Response(shapes.ChangeSerializer(change).data)
