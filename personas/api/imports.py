"""Doors to LinkedIn imports: upload, confirm the mapping, start, follow, cancel, see what was not taken."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api.serializers import (
    IMPORT_STATES,
    LinkedInImportSerializer,
    MappingSerializer,
    PreviewSerializer,
    RejectedRowSerializer,
    UploadSerializer,
)
from personas.models import LinkedInImport
from tenants import intake
from tenants.api.pagination import PARAMETERS
from tenants.api.parameters import check_parameters
from tenants.jobs.api.answers import accepted
from tenants.jobs.api.serializers import JobSerializer
from tenants.queries import principal_of


class LinkedInImportFilter(django_filters.FilterSet):
    """Imports of a profile or in a state."""

    profile = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=IMPORT_STATES)


class LinkedInImportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Files of LinkedIn connections, newest first."""

    lookup_value_regex = intake.UUID
    serializer_class = LinkedInImportSerializer
    filterset_class = LinkedInImportFilter

    def get_queryset(self) -> QuerySet[LinkedInImport]:
        """Return all imports of the open tenant."""
        return queries.linkedin_imports()

    @extend_schema(
        operation_id="linkedin_imports_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={201: LinkedInImportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Upload a file; the same bytes of a profile are the import they were (multipart, up to 20 MB).

        If its bytes were forgotten they are kept again, unless it is completed.
        """
        asked = _valid(UploadSerializer, request)
        file = asked["file"]
        made = actions.upload_linkedin(
            content=file.read(actions.LARGEST_UPLOAD + 1),
            filename=file.name,
            profile=asked["profile"],
            by=principal_of(request).id,
        )
        return Response(LinkedInImportSerializer(made).data, status=201)

    @extend_schema(request=MappingSerializer, responses={200: LinkedInImportSerializer})
    @action(detail=True, methods=["put"])
    def mapping(self, request: Request, pk: str) -> Response:
        """Confirm which heading stands for which column; remembered for the profile.

        A failed or cancelled import may get other columns, too: its rows are then read from the first one.
        """
        asked = _valid(MappingSerializer, request)
        by = principal_of(request).id
        found = actions.confirm_mapping(import_id=UUID(pk), mapping=asked, by=by)
        return Response(LinkedInImportSerializer(found).data)

    @extend_schema(responses={200: PreviewSerializer})
    @action(detail=True)
    def preview(self, request: Request, pk: str) -> Response:
        """Show the first 50 rows as the mapping reads them."""
        self.get_object()
        return Response(PreviewSerializer(actions.preview(import_id=UUID(pk))).data)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Queue the import; follow it by its job."""
        return accepted(actions.start_import(import_id=UUID(pk), by=principal_of(request).id))

    @extend_schema(request=None, responses={200: LinkedInImportSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel at once, or within 100 rows while it runs; what is written stays."""
        found = actions.cancel_import(import_id=UUID(pk), by=principal_of(request).id)
        return Response(LinkedInImportSerializer(found).data)

    @extend_schema(
        operation_id="linkedin_imports_rejected_rows",
        responses={200: RejectedRowSerializer(many=True)},
    )
    @action(detail=True, url_path="rejected-rows", filterset_class=None)
    def rejected_rows(self, request: Request, pk: str) -> Response:
        """List the rows that wrote nothing, with their reasons; for 90 days, or as retention says."""
        check_parameters(request.query_params, known=PARAMETERS)
        found = queries.linkedin_import(import_id=UUID(pk))
        self.keyset = "id"
        page = self.paginate_queryset(queries.rejected_rows(import_id=found.pk))
        return self.get_paginated_response(RejectedRowSerializer(page, many=True).data)

    def get_parsers(self) -> list[Any]:
        """Take a form for the upload alone; everything else is JSON (W9)."""
        request: Any = getattr(self, "request", None)
        is_upload = getattr(self, "action_map", {}).get("post") == "create" and request is not None
        return [MultiPartParser()] if is_upload and request.method == "POST" else super().get_parsers()


def _valid(shape: Any, request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
