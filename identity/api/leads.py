"""Doors to leads: the list, one, a new one by JSON, many by file."""

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

from identity import actions, queries
from identity.api.lead_shapes import (
    AcceptedFleetImportSerializer,
    FleetImportSerializer,
    FleetUploadSerializer,
    LeadSerializer,
    WrittenLeadSerializer,
)
from identity.api.paging import OffsetPagination
from identity.imports import Terms
from identity.matching.keys import code_key, email_key, phone_key
from identity.models import Lead
from identity.rules import ImportKind
from tenants import intake
from tenants.api.filters import DayFilter, YesNoFilter
from tenants.api.parameters import check_parameters
from tenants.jobs.api.answers import accepted
from tenants.models import Tenant
from tenants.queries import principal_of


class LeadFilter(django_filters.FilterSet):
    """Leads of a park or of some days, red ones or others, or by an identifier in any spelling."""

    external_id = django_filters.CharFilter(max_length=120)
    source_pk = django_filters.CharFilter(max_length=120)
    park = django_filters.CharFilter(max_length=64)
    status = django_filters.CharFilter(max_length=64)
    date_from = DayFilter(field_name="lead_date", lookup_expr="gte")
    date_to = DayFilter(field_name="lead_date", lookup_expr="lte")
    red = YesNoFilter(field_name="person", lookup_expr="isnull", label="Without a person.")
    phone = django_filters.CharFilter(method="by_phone", max_length=64)
    document = django_filters.CharFilter(method="by_code", max_length=64)
    licence = django_filters.CharFilter(method="by_code", max_length=64)
    plate = django_filters.CharFilter(method="by_code", max_length=64)
    email = django_filters.CharFilter(method="by_email", max_length=254)

    def by_phone(self, found: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Keep leads of this phone, whichever way it is written (I1)."""
        return _holding(found, name, phone_key(value, country=_tenant(self.request).country))

    def by_code(self, found: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Keep leads of this document, licence or plate."""
        return _holding(found, name, code_key(value))

    def by_email(self, found: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Keep leads of this e-mail."""
        return _holding(found, name, email_key(value))


class LeadViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The leads of the partner's cabinet, newest first."""

    lookup_value_regex = intake.NUMBER
    serializer_class = LeadSerializer
    filterset_class = LeadFilter
    pagination_class = OffsetPagination

    def get_queryset(self) -> QuerySet[Lead]:
        """Return all leads of the open tenant."""
        return queries.leads()

    @extend_schema(request=WrittenLeadSerializer, responses={200: LeadSerializer, 201: LeadSerializer})
    def create(self, request: Request) -> Response:
        """Write a lead by its external id: 201 for a new one, 200 for one that was known.

        What is said replaces all that was said before. An unlinked lead waits for the next job.
        """
        check_parameters(request.query_params, known=())
        values = _valid(WrittenLeadSerializer, request)
        values["created_at"] = values.pop("lead_created_at", "")
        by = principal_of(request).id
        made = actions.record_lead(values=values, terms=terms_of(request), by=by)
        found = queries.leads().get(pk=made.lead.pk)
        return Response(LeadSerializer(found).data, status=201 if made.is_new else 200)

    @extend_schema(
        operation_id="cabinet_leads_upload",
        request={"multipart/form-data": FleetUploadSerializer},
        responses={202: AcceptedFleetImportSerializer},
    )
    @action(detail=False, methods=["post"], filterset_class=None)
    def upload(self, request: Request) -> Response:
        """Import a file of leads, or of drivers, trips, claims or scouts by `kind` (multipart, up to 20 MB).

        One file of a kind at a time; headings in English or Spanish. Follow the job; rows that are not taken
        are listed by `identity/imports/{id}/refused-rows`.
        """
        check_parameters(request.query_params, known=())
        asked = _valid(FleetUploadSerializer, request)
        made, job = actions.import_fleet(
            kind=ImportKind(asked["kind"]),
            content=asked["file"].read(actions.LARGEST_FLEET_UPLOAD + 1),
            filename=asked["file"].name,
            by=principal_of(request).id,
        )
        return accepted(job, {"fleet_import": FleetImportSerializer(made).data})

    def get_parsers(self) -> list[Any]:
        """Take a form for the upload alone; everything else is JSON (W9)."""
        is_upload = getattr(self, "action_map", {}).get("post") == "upload"
        return [MultiPartParser()] if is_upload else super().get_parsers()


def terms_of(request: Request) -> Terms:
    """Return what rows are read by, in the open tenant and now."""
    tenant = _tenant(request)
    return actions.terms_of(country=tenant.country, zone=tenant.timezone, now=timezone.now())


def _tenant(request: Any) -> Tenant:
    found: Tenant = principal_of(request).tenant
    return found


def _holding(found: QuerySet[Lead], kind: str, key: str) -> QuerySet[Lead]:
    # What nothing is left of is nobody's.
    return found.filter(**{f"{kind}_key": key}) if key else found.none()


def _valid(shape: Any, request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
