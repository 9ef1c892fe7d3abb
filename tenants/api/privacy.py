"""Doors to what is known of a person: asked for, erased, downloaded; administrators alone (S19)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.actions import privacy
from tenants.api.bodies import asked
from tenants.api.parameters import check_parameters
from tenants.api.serializers import StrictCharField, StrictSerializer
from tenants.jobs import queries
from tenants.jobs.api.answers import accepted
from tenants.jobs.api.serializers import JobSerializer
from tenants.jobs.rules import UnknownJob
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records.erasure import PersonKeys, keys_of
from tenants.rules import JobKind


class PersonKeysSerializer(StrictSerializer):
    """Exact keys of a person; any one of them is enough."""

    document = StrictCharField(max_length=64, required=False, default="", allow_blank=True)
    phone = StrictCharField(
        max_length=40, required=False, default="", allow_blank=True, help_text="E.164, or as dialled here."
    )
    email = StrictCharField(max_length=254, required=False, default="", allow_blank=True)
    handle = StrictCharField(
        max_length=300,
        required=False,
        default="",
        allow_blank=True,
        help_text="Name on a network, or the address of a profile there.",
    )


class ErasureSerializer(PersonKeysSerializer):
    """Whom to erase; `confirm` repeats one of the keys."""

    confirm = StrictCharField(max_length=300)
    never_call = serializers.BooleanField(
        default=False, help_text="Keep, as a keyed hash, that this person is never called again."
    )


class PersonsView(APIView):
    """What only administrators may do with persons."""

    capability = Capability.PERSONS

    def asked(self, request: Request, shape: type[StrictSerializer]) -> tuple[PersonKeys, dict[str, Any]]:
        """Return the keys and what else was said."""
        said = asked(request, shape)
        named = {kind: said.pop(kind) for kind in ("document", "phone", "email", "handle")}
        return keys_of(country=principal_of(request).tenant.country, **named), said


class ExportsView(PersonsView):
    """Files with all that is known of one person."""

    @extend_schema(
        operation_id="privacy_exports_create", request=PersonKeysSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request) -> Response:
        """Ask for the file; the job's `result.file` is its id once it is written, for 7 days."""
        keys, _said = self.asked(request, PersonKeysSerializer)
        return accepted(privacy.ask_export(keys=keys, by=principal_of(request).id))


class ExportFileView(PersonsView):
    """One of those files."""

    @extend_schema(
        operation_id="privacy_exports_file", responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """Download it, as whoever asked for it. Raises UnknownJob."""
        check_parameters(request.query_params, known=())
        job = queries.job(job_id=job_id)
        kept = queries.file_of(job, by=principal_of(request).id)
        if kept is None or job.kind != JobKind.EXPORT_PERSON:
            raise UnknownJob(job=str(job_id))
        headers = {"Content-Disposition": content_disposition_header(True, kept.name) or ""}
        return HttpResponse(bytes(kept.content), content_type=kept.content_type, headers=headers)


class ErasuresView(PersonsView):
    """Ends of what is known of one person."""

    @extend_schema(
        operation_id="privacy_erasures_create", request=ErasureSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request) -> Response:
        """Erase; ledger and calls stay as numbers, a wish not to be called as a keyed hash."""
        keys, said = self.asked(request, ErasureSerializer)
        by = principal_of(request).id
        job = privacy.ask_erasure(keys=keys, typed=said["confirm"], by=by, never_call=said["never_call"])
        return accepted(job)
