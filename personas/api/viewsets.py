"""Doors to contacts and rules: everybody of the tenant reads."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import queries
from personas.api.serializers import (
    ContactSerializer,
    KeywordSerializer,
    PersonaSerializer,
    PersonasSerializer,
)
from personas.models import Contact, Keyword, Persona
from personas.queries import ContactFilter as Chosen
from personas.rules import CODE_PATTERN
from tenants import intake
from tenants.api.parameters import check_parameters


class ContactFilter(django_filters.FilterSet):
    """Contacts of a persona or company, or by the words of name and title, or by an e-mail's beginning."""

    persona = django_filters.CharFilter(method="narrow")
    text = django_filters.CharFilter(method="narrow", max_length=200)
    company = django_filters.CharFilter(method="narrow", max_length=255)
    title = django_filters.CharFilter(method="narrow", label="Normalised title.")
    source = django_filters.CharFilter(method="narrow")
    held = django_filters.BooleanFilter(method="narrow", label="Decided by hand, so no job changes it.")

    def narrow(self, found: QuerySet[Contact], name: str, value: object) -> QuerySet[Contact]:
        """Narrow as the page does: by the same query."""
        return queries.narrowed(found, Chosen(**{name: value}))  # type: ignore[arg-type]  # each name has its own type


class ContactViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The tenant's contacts, newest first, each with its persona."""

    lookup_value_regex = intake.NUMBER
    serializer_class = ContactSerializer
    filterset_class = ContactFilter

    def get_queryset(self) -> QuerySet[Contact]:
        """Return all contacts of the open tenant."""
        return queries.contacts()


class PersonaViewSet(RetrieveModelMixin, GenericViewSet):
    """The tenant's personas, best priority first."""

    lookup_field = "code"
    lookup_value_regex = CODE_PATTERN
    serializer_class = PersonaSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Persona]:
        """Return all personas with their numbers of keywords."""
        return queries.personas()

    @extend_schema(operation_id="personas_list", responses={200: PersonasSerializer}, filters=False)
    def list(self, request: Request) -> Response:
        """Show all personas."""
        check_parameters(request.query_params, known=())
        return Response(PersonasSerializer({"results": self.get_queryset(), "next_cursor": None}).data)


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
