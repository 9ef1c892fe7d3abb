"""Shapes of contacts, rules and imports."""

from typing import Any, ClassVar

from rest_framework import serializers

from personas.models import Contact, Keyword, LinkedInImport, Persona, RejectedRow
from personas.models.imports import PROFILE_LENGTH
from personas.rules import Effect, ImportColumn, ImportRowReason, ImportSource, ImportState, Match
from tenants.api.serializers import FormSerializer, StrictCharField, StrictModelSerializer, StrictSerializer
from tenants.intake.tables import REPEATED_HEADING, Vocabulary

MATCHES = [(one.value, one.name) for one in Match]
EFFECTS = [(one.value, one.name) for one in Effect]
IMPORT_STATES = [(one.value, one.name) for one in ImportState]
IMPORT_TYPES = [(one.value, one.name) for one in ImportSource]
ROW_REASONS = [(one.value, one.name) for one in ImportRowReason]
HEADING_LENGTH = 500


class PersonaSerializer(StrictModelSerializer):
    """A persona; the lower priority wins."""

    id = serializers.CharField(read_only=True)
    keywords_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Persona
        fields = ("id", "code", "name", "priority", "color", "description", "is_default", "keywords_count")


class PersonasSerializer(serializers.Serializer):
    """All personas, best priority first; there are few, so there is one page."""

    results = PersonaSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class KeywordSerializer(StrictModelSerializer):
    """A keyword with its persona's code."""

    id = serializers.CharField(read_only=True)
    buyer_persona_id = serializers.CharField(source="persona.code", read_only=True)
    match = serializers.ChoiceField(choices=MATCHES)
    effect = serializers.ChoiceField(choices=EFFECTS)

    class Meta:
        model = Keyword
        fields = ("id", "text", "normalized", "match", "effect", "buyer_persona_id")


class ContactEmailSerializer(serializers.Serializer):
    """An address of a contact."""

    address = serializers.CharField()
    is_primary = serializers.BooleanField()


class ContactCompanySerializer(serializers.Serializer):
    """A company of a contact."""

    name = serializers.CharField()
    is_primary = serializers.BooleanField()


class ContactSerializer(StrictModelSerializer):
    """A contact with its persona; locked ones are changed by no job."""

    id = serializers.CharField(read_only=True)
    emails = ContactEmailSerializer(many=True, read_only=True)
    companies = ContactCompanySerializer(many=True, read_only=True)
    job_title_normalized = serializers.CharField(source="title.normalized", default=None, allow_null=True)
    buyer_persona = serializers.CharField(source="classification.persona.code", default=None, allow_null=True)
    buyer_persona_keyword = serializers.CharField(source="classification.keyword_text", default="")
    buyer_persona_locked = serializers.BooleanField(source="classification.locked", default=False)
    buyer_persona_assigned_manually = serializers.BooleanField(
        source="classification.assigned_manually", default=False
    )
    buyer_persona_locked_at = serializers.DateTimeField(
        source="classification.locked_at", default=None, allow_null=True
    )
    buyer_persona_locked_by = serializers.UUIDField(
        source="classification.locked_by", default=None, allow_null=True
    )
    reclassified_at = serializers.DateTimeField(
        source="classification.reclassified_at", default=None, allow_null=True
    )
    reclassified_by_job = serializers.UUIDField(
        source="classification.reclassified_by_job", default=None, allow_null=True
    )

    class Meta:
        model = Contact
        fields = (
            "id",
            "first_name",
            "last_name",
            "emails",
            "companies",
            "job_title",
            "job_title_normalized",
            "buyer_persona",
            "buyer_persona_keyword",
            "buyer_persona_locked",
            "buyer_persona_assigned_manually",
            "buyer_persona_locked_at",
            "buyer_persona_locked_by",
            "reclassified_at",
            "reclassified_by_job",
            "linkedin_url",
            "phone",
            "first_connected_on_linkedin",
            "source",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ImportResultSerializer(serializers.Serializer):
    """What became of a file's rows (L7)."""

    total_rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    conflicts = serializers.IntegerField()
    invalid = serializers.IntegerField()
    connected_on_parse_failed = serializers.IntegerField()
    email_invalid_format = serializers.IntegerField()
    url_invalid_format = serializers.IntegerField()
    persona_counts = serializers.DictField(child=serializers.IntegerField())


class LinkedInImportSerializer(StrictModelSerializer):
    """An uploaded file, its mapping and what became of it."""

    id = serializers.CharField(read_only=True)
    job = serializers.CharField(read_only=True, allow_null=True)
    file_type = serializers.ChoiceField(choices=IMPORT_TYPES, read_only=True)
    state = serializers.ChoiceField(choices=IMPORT_STATES, read_only=True)
    headings = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    result = ImportResultSerializer(read_only=True, allow_null=True)

    class Meta:
        model = LinkedInImport
        fields = (
            "id",
            "profile",
            "filename",
            "file_type",
            "state",
            "headings",
            "mapping",
            "total_rows",
            "job",
            "result",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields


class UploadSerializer(FormSerializer):
    """A .csv or .xlsx file of LinkedIn connections and the profile it was exported from."""

    file = serializers.FileField(allow_empty_file=True)
    profile = StrictCharField(max_length=PROFILE_LENGTH)


class MappingSerializer(StrictSerializer):
    """The heading of each column; a column left out, or blank, is not read."""

    default_error_messages: ClassVar[dict[str, Any]] = {"repeated": REPEATED_HEADING}

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Refuse a heading that stands for two columns (L2)."""
        repeated = Vocabulary.repeated_columns(attrs)
        if repeated:
            words = serializers.ErrorDetail(str(self.error_messages["repeated"]), "repeated")
            raise serializers.ValidationError({column: [words] for column in repeated})
        return attrs

    def get_fields(self) -> dict[str, Any]:
        """Return one optional text for each column there is (L2)."""
        return {
            column.value: StrictCharField(required=False, allow_blank=True, max_length=HEADING_LENGTH)
            for column in ImportColumn
        }


class PreviewRowSerializer(serializers.Serializer):
    """A row as the mapping reads it: `rejected` says why it would write nothing, `issues` what it loses."""

    line = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField()
    company = serializers.CharField()
    job_title = serializers.CharField()
    profile_url = serializers.CharField()
    connected_on = serializers.DateField(allow_null=True)
    issues = serializers.ListField(child=serializers.ChoiceField(choices=ROW_REASONS))
    rejected = serializers.ChoiceField(choices=ROW_REASONS, allow_null=True)


class PreviewSerializer(serializers.Serializer):
    """The first rows of a file."""

    headings = serializers.ListField(child=serializers.CharField())
    mapping = serializers.DictField(child=serializers.CharField())
    encoding = serializers.CharField()
    rows = PreviewRowSerializer(many=True)


class RejectedRowSerializer(StrictModelSerializer):
    """A row that wrote nothing, with its reason and, of a conflict, the contacts it hit."""

    id = serializers.CharField(read_only=True)
    reason = serializers.ChoiceField(choices=ROW_REASONS)
    cells = serializers.ListField(child=serializers.CharField())
    contacts = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = RejectedRow
        fields = ("id", "line", "reason", "cells", "contacts")
        read_only_fields = fields
