"""Shapes of leads and of files of the fleet."""

from typing import Any

from rest_framework import serializers

from identity.imports import RowReason
from identity.models import FleetImport, Lead, RefusedRow
from identity.rules import CODE_LENGTH, EXTERNAL_ID_LENGTH, NAME_LENGTH, ImportKind, ImportState
from tenants.api.serializers import FormSerializer, StrictCharField, StrictModelSerializer, StrictSerializer
from tenants.jobs.api.serializers import JobSerializer

KINDS = [(one.value, one.name) for one in ImportKind]
STATES = [(one.value, one.name) for one in ImportState]
REASONS = [(one.value, one.name) for one in RowReason]
MOMENT_LENGTH = 48
EMAIL_LENGTH = 254
LENGTHS = {
    "external_id": EXTERNAL_ID_LENGTH,
    "lead_created_at": MOMENT_LENGTH,
    "park": CODE_LENGTH,
    "first_name": NAME_LENGTH,
    "middle_name": NAME_LENGTH,
    "last_name": NAME_LENGTH,
    "phone": CODE_LENGTH,
    "document": CODE_LENGTH,
    "licence": CODE_LENGTH,
    "email": EMAIL_LENGTH,
    "plate": CODE_LENGTH,
    "car_brand": CODE_LENGTH,
    "car_model": CODE_LENGTH,
    "car_colour": CODE_LENGTH,
    "city": NAME_LENGTH,
    "status": CODE_LENGTH,
}


class LeadSerializer(StrictModelSerializer):
    """A lead as it was typed; `person` is whom it is linked to, null while it is red."""

    id = serializers.CharField(read_only=True)
    lead_created_at = serializers.DateTimeField(source="happened_at", allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    received_at = serializers.DateTimeField(source="created_at")
    changed_at = serializers.DateTimeField(source="updated_at")

    class Meta:
        model = Lead
        fields = (
            "id", "source_pk", "external_id", "lead_created_at", "lead_date", "park", "first_name",
            "middle_name", "last_name", "phone", "document", "licence", "email", "plate", "car_brand",
            "car_model", "car_colour", "city", "status", "person", "received_at", "changed_at",
        )  # fmt: skip
        read_only_fields = fields


class WrittenLeadSerializer(StrictSerializer):
    """A lead like a row of a file: what is left out is unknown, a moment is written as files write it."""

    def get_fields(self) -> dict[str, Any]:
        """Return one optional text for each column."""
        return {
            column: StrictCharField(required=False, allow_blank=True, max_length=longest)
            for column, longest in LENGTHS.items()
        }


class FleetUploadSerializer(FormSerializer):
    """A .csv or .xlsx file of one kind."""

    file = serializers.FileField(allow_empty_file=True)
    kind = serializers.ChoiceField(choices=KINDS, default=ImportKind.LEADS)


class FleetResultSerializer(serializers.Serializer):
    """What became of the rows: created + updated + unchanged + kept + superseded + refused = total_rows."""

    total_rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Claims that the partner had answered already.")
    superseded = serializers.IntegerField(help_text="Rows whose key a later row has, too.")
    refused = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Kept rows of drivers or leads that are not known yet.")
    woken = serializers.IntegerField(help_text="Red leads that hold a key which came up, to be tried again.")
    linked = serializers.IntegerField(help_text="Scouting registrations that were linked.")
    missing_drivers = serializers.IntegerField(
        required=False, help_text="Known drivers that a drivers file does not name; none is deleted."
    )
    warnings = serializers.ListField(child=serializers.CharField())


class FleetImportSerializer(StrictModelSerializer):
    """An uploaded file, how its columns are read, and what became of it."""

    id = serializers.CharField(read_only=True)
    job = serializers.CharField(read_only=True, allow_null=True)
    kind = serializers.ChoiceField(choices=KINDS, read_only=True)
    state = serializers.ChoiceField(choices=STATES, read_only=True)
    headings = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    result = FleetResultSerializer(read_only=True, allow_null=True)

    class Meta:
        model = FleetImport
        fields = (
            "id", "kind", "filename", "state", "headings", "mapping", "total_rows", "job", "result", "error",
            "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class AcceptedFleetImportSerializer(JobSerializer):
    """The job that imports the file, and the file."""

    fleet_import = FleetImportSerializer()


class RefusedRowSerializer(StrictModelSerializer):
    """A row that wrote nothing, with its reason."""

    id = serializers.CharField(read_only=True)
    reason = serializers.ChoiceField(choices=REASONS)
    cells = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = RefusedRow
        fields = ("id", "line", "reason", "cells")
        read_only_fields = fields
