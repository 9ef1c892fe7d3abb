"""What files of people take and answer: parameters, a preview, the counts of rows."""

from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import actions
from campaigns.api.account_shapes import MoneyField
from campaigns.api.batch_shapes import PROCESSINGS, USE_CASES
from campaigns.api.experiment_shapes import ChosenVersionSerializer, weights_of
from campaigns.imports import (
    COLUMN_LABELS,
    ClientColumn,
    Person,
    ReadFile,
    read_dynamic_days,
    report_rows,
)
from campaigns.legality import frame_named
from campaigns.rules import CODE_LENGTH, NAME_LENGTH, ProcessingType, UseCase
from tenants.api.serializers import StrictCharField, StrictSerializer
from tenants.intake import read_json, shown_name
from tenants.intake.content import Content
from tenants.jobs.api.serializers import JobLinksSerializer

SHOWN_PERSONS = 20
SHOWN_ROWS = 50
COUNTS = "Rows by how they ended, with codes; together they are all rows of the file (C10)."


class ExcelSerializer(StrictSerializer):
    """A file and what is asked for with it; days, settings and mapping are texts, as a query has them."""

    file = serializers.FileField(help_text=".xlsx or .csv")
    account_id = StrictCharField(max_length=CODE_LENGTH)
    batch_name = StrictCharField(
        required=False, allow_blank=True, max_length=NAME_LENGTH, help_text="The file's name unless said."
    )
    batch_description = StrictCharField(required=False, allow_blank=True, max_length=5_000)
    processing_type = serializers.ChoiceField(choices=PROCESSINGS, default=ProcessingType.BASIC)
    use_case = serializers.ChoiceField(
        choices=USE_CASES, required=False, help_text="Collection, or marketing for a generic file."
    )
    dias_fecha_limite = serializers.CharField(
        required=False, allow_blank=True, help_text="Days from the upload until the day to pay by, 0 to 365."
    )
    dias_fecha_maxima = serializers.CharField(
        required=False, allow_blank=True, help_text="Days from the upload until the last day, 0 to 365."
    )
    call_settings_json = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    allow_duplicates = serializers.BooleanField(default=False)
    priority = serializers.IntegerField(default=1, min_value=1, max_value=3)
    batch_id = StrictCharField(
        required=False,
        allow_blank=True,
        max_length=CODE_LENGTH,
        help_text="A draft of the account that gets the file; only for create.",
    )
    mapping_json = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Column and heading; the account's last one unless said.",
    )
    scripts_json = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text='Approved versions: `[{"version_id": "…", "weight": 1}]`. Rows without values are refused.',
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add the parameter whose name is a word of the language."""
        by_job = serializers.BooleanField(default=False, help_text="By a job, whatever the file's size.")
        return {**super().get_fields(), "async": by_job}


class ColumnSerializer(serializers.Serializer):
    """A column that a heading can be chosen for."""

    column = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    heading = serializers.CharField(allow_blank=True)


class MissingColumnSerializer(serializers.Serializer):
    """A column that is needed, with the headings that look like it."""

    column = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    look_alikes = serializers.ListField(child=serializers.CharField())


class MissingVariableSerializer(serializers.Serializer):
    """A variable of a script that no column gives, with the headings that look like it."""

    name = serializers.CharField()
    look_alikes = serializers.ListField(child=serializers.CharField())


class MappingProblemSerializer(serializers.Serializer):
    """A remark about a heading; only blocking ones keep the file from being read."""

    code = serializers.CharField()
    column = serializers.CharField()
    heading = serializers.CharField()
    detail = serializers.CharField(source="words")
    is_blocking = serializers.BooleanField()


class ShownDebtSerializer(serializers.Serializer):
    """What a person owes one creditor."""

    creditor = serializers.CharField()
    amount = MoneyField()
    currency = serializers.CharField()
    instalments = serializers.IntegerField()
    days_overdue = serializers.IntegerField()
    fecha_limite = serializers.DateField(allow_null=True)
    fecha_maxima = serializers.DateField(allow_null=True)


class ShownPersonSerializer(serializers.Serializer):
    """A person who would be called."""

    row = serializers.IntegerField()
    name = serializers.CharField()
    document = serializers.CharField(allow_blank=True)
    phones = serializers.ListField(child=serializers.CharField())
    variables = serializers.DictField(child=serializers.CharField())
    debts = ShownDebtSerializer(many=True)


class ShownRowSerializer(serializers.Serializer):
    """A row that nobody would be called for, as it stands in the file."""

    row = serializers.IntegerField()
    status = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class ClientPreviewSerializer(serializers.Serializer):
    """How a file would be read; `stats` is null while needed columns are missing."""

    success = serializers.BooleanField(help_text="False while columns are missing or contradictory.")
    filename = serializers.CharField()
    processing_type = serializers.ChoiceField(choices=PROCESSINGS)
    headings = serializers.ListField(child=serializers.CharField(allow_blank=True))
    columns = ColumnSerializer(many=True)
    missing = MissingColumnSerializer(many=True)
    problems = MappingProblemSerializer(many=True)
    variables = serializers.ListField(child=serializers.CharField())
    missing_variables = MissingVariableSerializer(many=True)
    call_settings = serializers.JSONField()
    legal_frame = serializers.CharField()
    stats = serializers.SerializerMethodField()
    persons = ShownPersonSerializer(many=True)
    rejected_rows = ShownRowSerializer(many=True)

    @extend_schema_field(serializers.DictField(allow_null=True, help_text=COUNTS))
    def get_stats(self, told: dict[str, Any]) -> Any:
        """Return the counts."""
        return told["stats"]


class MadeSerializer(serializers.Serializer):
    """A campaign made of a file, with the counts of its rows."""

    success = serializers.BooleanField()
    batch_id = serializers.CharField()
    batch_name = serializers.CharField()
    processing_type = serializers.ChoiceField(choices=PROCESSINGS)
    stats = serializers.DictField(allow_null=True, help_text=f"{COUNTS} Null until a job has read it.")


class AcceptedFileSerializer(MadeSerializer):
    """A campaign whose file is read by a job."""

    job = JobLinksSerializer()


def upload_of(asked: dict[str, Any]) -> tuple[actions.Upload, bool]:
    """Return what an action takes of validated parameters, and whether a job is asked for.

    Raises BadJSON, BadDynamicDays, ValidationError.
    """
    file = asked["file"]
    settings, mapping = asked.get("call_settings_json"), asked.get("mapping_json")
    scripts = asked.get("scripts_json")
    upload = actions.Upload(
        account=asked["account_id"],
        content=Content.of(file),
        filename=shown_name(file.name, otherwise="file.csv"),
        name=asked.get("batch_name", ""),
        description=asked.get("batch_description", ""),
        processing_type=ProcessingType(asked["processing_type"]),
        use_case=UseCase(asked["use_case"]) if "use_case" in asked else None,
        dias_fecha_limite=_days(asked, "dias_fecha_limite"),
        dias_fecha_maxima=_days(asked, "dias_fecha_maxima"),
        call_settings=read_json(settings.encode("utf-8", "surrogatepass")) if settings else None,
        priority=asked["priority"],
        allow_duplicates=asked["allow_duplicates"],
        mapping=_mapping(mapping) if mapping else None,
        scripts=_scripts(scripts) if scripts else {},
    )
    return upload, asked["async"]


def made_shape(made: actions.MadeFromFile) -> dict[str, Any]:
    """Return the answer about a campaign of a file."""
    return {
        "success": True,
        "batch_id": made.campaign.code,
        "batch_name": made.campaign.name,
        "processing_type": made.campaign.processing_type,
        "stats": made.file.report,
    }


def preview_shape(found: actions.ClientPreview, upload: actions.Upload) -> dict[str, Any]:
    """Return a preview as it is answered."""
    opened, read = found.opened, found.read
    columns = [
        {"column": one, "label": _label(one), "heading": opened.mapping.get(one, "")}
        for one in opened.columns
    ]
    return {
        "success": opened.is_usable and not found.missing,
        "filename": upload.filename,
        "processing_type": upload.processing_type,
        "headings": opened.headings,
        "columns": columns,
        "missing": opened.missing,
        "problems": opened.problems,
        "variables": list(opened.free_headings()),
        "missing_variables": found.missing,
        "call_settings": found.settings.as_json(),
        "legal_frame": frame_named(found.settings.legal_frame).label,
        "stats": read.stats() if read else None,
        "persons": [_person(one) for one in read.to_call[:SHOWN_PERSONS]] if read else [],
        "rejected_rows": _rejected(found, read) if read else [],
    }


def _days(asked: dict[str, Any], name: str) -> int | None:
    return read_dynamic_days(asked.get(name), name=name)


def _mapping(text: str) -> dict[str, str]:
    found = read_json(text.encode("utf-8", "surrogatepass"))
    if not isinstance(found, dict) or not all(isinstance(heading, str) for heading in found.values()):
        raise serializers.ValidationError({"mapping_json": [_("An object of columns and headings.")]})
    return {str(column): heading for column, heading in found.items()}


def _scripts(text: str) -> dict[int, int]:
    found = ChosenVersionSerializer(data=read_json(text.encode("utf-8", "surrogatepass")), many=True)
    if not found.is_valid():
        words = _("A list of versions with weights, each named once.")
        raise serializers.ValidationError({"scripts_json": [words]})
    return weights_of(found.validated_data, name="scripts_json")


def _label(column: str) -> str:
    return str(COLUMN_LABELS[ClientColumn(column)])


def _person(person: Person) -> dict[str, Any]:
    return {
        "row": person.line,
        "name": person.name,
        "document": person.document_shown,
        "phones": [phone.e164 for phone in person.phones],
        "variables": person.variables,
        "debts": person.debts,
    }


def _rejected(found: actions.ClientPreview, read: ReadFile) -> list[dict[str, Any]]:
    rows = islice(report_rows(found.opened, read), SHOWN_ROWS)
    return [
        {
            "row": row.line,
            "status": str(row.status),
            "code": str(row.code or ""),
            "detail": row.words,
            "cells": list(cells),
        }
        for row, cells in rows
    ]
