"""Doors to contacts and rules: everybody of the tenant reads, who may edit writes.

A door looks for the object before it reads the body: what is not there or not yours is 404 whatever was sent.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api import contact_shapes, rule_shapes
from personas.api.asking import asked
from personas.api.contact_files import ContactFileFilter, ContactFilter, file_of
from personas.api.fields import LARGEST_PRIORITY
from personas.api.serializers import (
    ContactSerializer,
    KeywordSerializer,
    PersonaSerializer,
    PersonasSerializer,
)
from personas.models import Contact, Keyword, Persona
from personas.rules import CODE_PATTERN, Effect, KeywordWrite, Match
from tenants import intake
from tenants.api.files import TAKEN_AWAY
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.queries import principal_of


class ContactViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The tenant's contacts, newest first, each with its persona."""

    lookup_value_regex = intake.NUMBER
    serializer_class = ContactSerializer
    filterset_class = ContactFilter

    def get_queryset(self) -> QuerySet[Contact]:
        """Return all contacts of the open tenant."""
        return queries.contacts()

    @extend_schema(request=contact_shapes.WrittenContactSerializer, responses={201: ContactSerializer})
    def create(self, request: Request) -> Response:
        """Make a contact; the rules give it its persona unless `buyer_persona` does."""
        wanted = contact_shapes.new_contact(asked(request, contact_shapes.WrittenContactSerializer))
        made = actions.create_contact(contact=wanted, by=principal_of(request).id)
        return Response(ContactSerializer(queries.contact(contact_id=made)).data, status=201)

    @extend_schema(operation_id="contacts_export", filters=True, responses=TAKEN_AWAY)
    @action(detail=False, filterset_class=ContactFileFilter, pagination_class=None)
    def export(self, request: Request) -> HttpResponseBase:
        """Download all chosen contacts with persona and why; of over 50,000, a workbook is a job's (202)."""
        return file_of(request, self.filter_queryset(Contact.objects.all()))

    @extend_schema(request=contact_shapes.WrittenContactSerializer, responses={200: ContactSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is named; a new title brings a new persona unless the contact is held (P8)."""
        self.get_object()
        changes = contact_shapes.changes_of(asked(request, contact_shapes.WrittenContactSerializer))
        actions.change_contact(contact_id=int(pk), changes=changes, by=principal_of(request).id)
        return Response(ContactSerializer(queries.contact(contact_id=int(pk))).data)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete the contact with its history."""
        check_parameters(request.query_params, known=())
        actions.delete_contact(contact_id=int(pk), by=principal_of(request).id)
        return Response(status=204)

    @extend_schema(
        operation_id="contacts_qualify",
        request=contact_shapes.QualifySerializer,
        responses={200: contact_shapes.QualifiedSerializer},
    )
    @action(detail=True, methods=["post"])
    def qualify(self, request: Request, pk: str) -> Response:
        """Say who the contact is, for good; teach the rules its title, if asked (P7, P11)."""
        self.get_object()
        wanted = asked(request, contact_shapes.QualifySerializer)
        code, by = wanted.pop("buyer_persona_id"), principal_of(request).id
        found = actions.qualify(contact_id=int(pk), persona=code, by=by, **wanted)
        answer = contact_shapes.qualified(queries.contact(contact_id=int(pk)), found)
        return Response(contact_shapes.QualifiedSerializer(answer).data)

    @extend_schema(
        operation_id="contacts_discard",
        request=None,
        responses={200: contact_shapes.HeldContactSerializer},
    )
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Give the contact the default persona, for good (P7)."""
        check_parameters(request.query_params, known=())
        actions.discard(contact_id=int(pk), by=principal_of(request).id)
        answer = {"success": True, "contact": queries.contact(contact_id=int(pk))}
        return Response(contact_shapes.HeldContactSerializer(answer).data)


class PersonaViewSet(RetrieveModelMixin, GenericViewSet):
    """The tenant's personas, best priority first."""

    lookup_field = "code"
    lookup_value_regex = CODE_PATTERN
    serializer_class = PersonaSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Persona]:
        """Return all personas with their numbers of keywords."""
        return queries.personas()

    @extend_schema(
        operation_id="personas_list",
        responses={200: forced_singular_serializer(PersonasSerializer)},  # type: ignore[no-untyped-call]  # the library has no types
        parameters=[OpenApiParameter("priority", int, description="The persona of this priority.")],
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """Show all personas, or the one of a priority."""
        check_parameters(request.query_params, known=("priority",))
        return _personas(_of_priority(self.get_queryset(), request.query_params.get("priority")))

    @extend_schema(request=rule_shapes.NewPersonaSerializer, responses={201: PersonaSerializer})
    def create(self, request: Request) -> Response:
        """Make a persona."""
        wanted = Persona(**asked(request, rule_shapes.NewPersonaSerializer))
        made = actions.save_persona(persona=wanted, by=principal_of(request).id)
        return Response(PersonaSerializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(request=rule_shapes.ChangedPersonaSerializer, responses={200: PersonaSerializer})
    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is named."""
        self.get_object()
        changes = asked(request, rule_shapes.ChangedPersonaSerializer)
        made = actions.change_persona(code=code, changes=changes, by=principal_of(request).id)
        return Response(PersonaSerializer(self.get_queryset().get(pk=made.pk)).data)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Delete a persona that no contact has, with its keywords."""
        check_parameters(request.query_params, known=())
        persona = queries.persona(code=code)
        actions.delete_persona(persona=persona, by=principal_of(request).id)
        return Response(status=204)

    @extend_schema(
        operation_id="personas_priorities",
        request=rule_shapes.PrioritySerializer(many=True),
        responses={200: PersonasSerializer},
    )
    @action(detail=False, methods=["post"])
    def priorities(self, request: Request) -> Response:
        """Give personas their priorities, all or none; a doubled number is 409."""
        return reorder(request)


class KeywordFilter(django_filters.FilterSet):
    """Keywords of a persona (by code), or that contain a text."""

    persona = django_filters.CharFilter(field_name="persona__code")
    text = django_filters.CharFilter(field_name="text", lookup_expr="icontains")


class KeywordViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The tenant's keywords, oldest first."""

    lookup_value_regex = intake.NUMBER
    keyset = "id"
    serializer_class = KeywordSerializer
    filterset_class = KeywordFilter

    def get_queryset(self) -> QuerySet[Keyword]:
        """Return all keywords with their personas."""
        return queries.keywords()

    @extend_schema(
        request=rule_shapes.NewKeywordSerializer,
        responses={201: rule_shapes.WrittenKeywordSerializer, 200: rule_shapes.WrittenKeywordSerializer},
    )
    def create(self, request: Request) -> Response:
        """Write a keyword: 201 `created`, or 200 `replaced` when it moved here from a lower persona (P9)."""
        wanted = _chosen(asked(request, rule_shapes.NewKeywordSerializer))
        written = actions.save_keyword(by=principal_of(request).id, **wanted)
        is_new = written.action is KeywordWrite.CREATED
        return _written(written, str(written.action), status=201 if is_new else 200)

    @extend_schema(
        request=rule_shapes.ChangedKeywordSerializer, responses={200: rule_shapes.WrittenKeywordSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename or move a keyword, by the same checks (P9)."""
        self.get_object()
        changes = _chosen(asked(request, rule_shapes.ChangedKeywordSerializer))
        by = principal_of(request).id
        written = actions.change_keyword(keyword_id=int(pk), changes=changes, by=by)
        is_alone = written.action is KeywordWrite.CREATED
        return _written(written, "updated" if is_alone else str(written.action))

    @extend_schema(request=None, responses={200: rule_shapes.AffectedTextsSerializer})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a keyword; contacts keep what it won for them until they are reclassified (P9)."""
        check_parameters(request.query_params, known=())
        keyword = queries.keyword(keyword_id=int(pk))
        affected = actions.delete_keyword(keyword=keyword, by=principal_of(request).id)
        return Response({"affected": affected})

    @extend_schema(
        operation_id="keywords_bulk",
        request=rule_shapes.ManyKeywordsSerializer,
        responses={200: rule_shapes.ManyWrittenSerializer},
    )
    @action(detail=False, methods=["post"], filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Write many keywords of one text; the counts add up to `total_input` (P9)."""
        wanted = _chosen(asked(request, rule_shapes.ManyKeywordsSerializer))
        written = actions.save_keywords(by=principal_of(request).id, **wanted)
        return Response(rule_shapes.ManyWrittenSerializer(written).data)

    @extend_schema(exclude=True)
    @action(detail=False, methods=["post"], filterset_class=None)
    def priorities(self, request: Request) -> Response:
        """Do what `personas/priorities` does: the first clients reorder beside the keywords."""
        return reorder(request)


def reorder(request: Request) -> Response:
    """Answer a reordering with all personas."""
    wanted = asked(request, rule_shapes.PrioritySerializer, many=True)
    pairs = [(one["buyer_persona_id"], one["priority"]) for one in wanted]
    return _personas(actions.reorder_personas(priorities=pairs, by=principal_of(request).id))


def _personas(found: Any) -> Response:
    return Response(PersonasSerializer({"results": found, "next_cursor": None}).data)


def _of_priority(found: QuerySet[Persona], text: str | None) -> QuerySet[Persona]:
    if text is None:
        return found
    if not intake.is_number(text) or int(text) > LARGEST_PRIORITY:
        raise bad_parameter("priority", _("A whole number from 1."))
    return found.filter(priority=int(text))


def _chosen(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return an action's arguments: the persona itself, the words of the rules. Raises UnknownPersona."""
    chosen: dict[str, Any] = {name: value for name, value in wanted.items() if name != "buyer_persona_id"}
    if "buyer_persona_id" in wanted:
        chosen["persona"] = queries.persona(code=wanted["buyer_persona_id"])
    for name, words in (("match", Match), ("effect", Effect)):
        if name in chosen:
            chosen[name] = words(chosen[name])
    return chosen


def _written(written: actions.WrittenKeyword, verb: str, status: int = 200) -> Response:
    shape = dict(KeywordSerializer(written.keyword).data)
    return Response({**shape, "action": verb, "affected": written.affected}, status=status)
