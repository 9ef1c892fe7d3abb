"""What scripts, their versions, findings and templates take and answer."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.actions import Wording, findings_of
from campaigns.actions.scripts import AGENT_LENGTH, AGENT_VERSION_LENGTH
from campaigns.api.fields import WholeField
from campaigns.api.frame_shapes import LegalFrameSerializer, frame_shape
from campaigns.legality import NOT_LEGAL_ADVICE, PRESETS, frames_for
from campaigns.models import Script, ScriptVersion
from campaigns.rules import NAME_LENGTH, ScriptState, UseCase
from campaigns.scripting import BUILT_INS, TEMPLATES, Confidence, Finding, Severity, Template
from campaigns.scripting.variables import BUILT_IN_LABELS
from tenants.api.serializers import CleanJSONField, StrictCharField, StrictSerializer

STATES = [(one.value, one.name) for one in ScriptState]
USE_CASES = [(one.value, one.name) for one in UseCase]
SEVERITIES = [(one.name.lower(), one.name) for one in Severity]
CONFIDENCES = [(one.value, one.name) for one in Confidence]
LANGUAGES = [("es", "Español"), ("en", "English")]
DECLARATIONS = (
    'Each as `{"type": "text|money|date|number", "required"?: bool, "default"?: text}`; a variable is '
    "required unless it has a default. Built-in ones need no declaration."
)


class DeclarationSerializer(serializers.Serializer):
    """What a script says of one variable."""

    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # DRF takes fields off the class
    default = serializers.CharField(required=False)


class FindingSerializer(serializers.Serializer):
    """One remark of the rules on a text; `start` and `end` count characters, null for what stands nowhere."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITIES)
    words = serializers.CharField()
    excerpt = serializers.CharField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    confidence = serializers.ChoiceField(choices=CONFIDENCES)


class ScriptSerializer(serializers.ModelSerializer):
    """A script in the list: its newest version, and the newest that campaigns may speak by."""

    id = serializers.CharField()
    use_case = serializers.ChoiceField(choices=USE_CASES)
    latest_version = serializers.IntegerField(source="latest_number")
    latest_state = serializers.ChoiceField(choices=STATES)
    approved_version = serializers.IntegerField(source="approved_number", allow_null=True)

    class Meta:
        model = Script
        fields = (
            "id",
            "name",
            "country",
            "use_case",
            "latest_version",
            "latest_state",
            "approved_version",
            "created_at",
            "archived_at",
        )


class ListedVersionSerializer(serializers.ModelSerializer):
    """A version without its text; `in_use` counts campaigns not at an end that speak by it."""

    id = serializers.CharField(help_text="What a campaign names to speak by it.")
    state = serializers.ChoiceField(choices=STATES)
    in_use = serializers.IntegerField()

    class Meta:
        model = ScriptVersion
        fields = ("id", "number", "state", "in_use", "created_at", "approved_at")


class VersionSerializer(serializers.ModelSerializer):
    """A version with its text and what the rules say of it."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    variables = serializers.DictField(child=DeclarationSerializer(), help_text=DECLARATIONS)
    findings = serializers.SerializerMethodField()

    class Meta:
        model = ScriptVersion
        fields = (
            "id",
            "number",
            "state",
            "text",
            "variables",
            "agent_id",
            "agent_version",
            "findings",
            "created_at",
            "created_by",
            "approved_at",
            "approved_by",
        )

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, version: ScriptVersion) -> list[dict[str, Any]]:
        """Return the findings, the gravest first."""
        return [finding_shape(one) for one in findings_of(version)]


class WholeScriptSerializer(ScriptSerializer):
    """A script with its newest version, and the numbers of all."""

    version = VersionSerializer()
    versions = ListedVersionSerializer(many=True)

    class Meta:
        model = Script
        fields = (*ScriptSerializer.Meta.fields, "version", "versions")


class WordingSerializer(StrictSerializer):
    """What a version says."""

    text = StrictCharField(allow_blank=True)
    variables = CleanJSONField(default=dict, help_text=DECLARATIONS)
    agent_id = StrictCharField(required=False, allow_blank=True, default="", max_length=AGENT_LENGTH)
    agent_version = StrictCharField(
        required=False, allow_blank=True, default="", max_length=AGENT_VERSION_LENGTH
    )


class ChangedScriptSerializer(WordingSerializer):
    """The next version; the script's name changes with it, if given."""

    name = StrictCharField(required=False, max_length=NAME_LENGTH)


class NewScriptSerializer(WordingSerializer):
    """A script with its first version; country is the tenant's unless said."""

    name = StrictCharField(max_length=NAME_LENGTH)
    country = StrictCharField(required=False, max_length=2)
    use_case = serializers.ChoiceField(choices=USE_CASES)


class ApprovalSerializer(StrictSerializer):
    """Whether errors that the rules find are accepted."""

    accept_findings = serializers.BooleanField(default=False)


class RenderSerializer(StrictSerializer):
    """Values to fill a version in with, as a client's file would write them."""

    values = CleanJSONField(default=dict, help_text="By the names of variables; others are not looked at.")
    version = WholeField(required=False, help_text="The newest unless told.")
    language = serializers.ChoiceField(choices=LANGUAGES, default="es")
    currency = StrictCharField(required=False, max_length=3, help_text="The country's unless told.")

    def validate_values(self, values: Any) -> Any:
        """Take an object and nothing else."""
        if not isinstance(values, dict):
            raise serializers.ValidationError(_("Values are an object of names."), code="not_object")
        return values


class RenderedSerializer(serializers.Serializer):
    """A filled-in text. What is missing or unreadable still stands in it as `{{name}}`."""

    version = serializers.IntegerField()
    text = serializers.CharField()
    used = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    unreadable = serializers.ListField(child=serializers.CharField())
    findings = FindingSerializer(many=True)


class TemplateSerializer(serializers.Serializer):
    """A script to begin with."""

    code = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    country = serializers.CharField()
    use_case = serializers.ChoiceField(choices=USE_CASES)
    text = serializers.CharField()
    variables = serializers.DictField(child=DeclarationSerializer())


class BuiltInSerializer(serializers.Serializer):
    """A variable that no script needs to declare."""

    name = serializers.CharField()
    type = serializers.CharField()
    title = serializers.CharField()


class UseCaseSerializer(serializers.Serializer):
    """What campaigns are for: usual settings, templates by code, and what the law of a country lets."""

    code = serializers.ChoiceField(choices=USE_CASES)
    title = serializers.CharField()
    call_settings = serializers.JSONField(allow_null=True)
    templates = serializers.ListField(child=serializers.CharField())
    variables = BuiltInSerializer(many=True)
    legal_frames = LegalFrameSerializer(many=True)
    advice = serializers.CharField()


def wording_of(wanted: dict[str, Any]) -> Wording:
    """Take the wording out of a validated body."""
    names = ("text", "variables", "agent_id", "agent_version")
    return Wording(**{name: wanted.pop(name) for name in names})


def finding_shape(one: Finding) -> dict[str, Any]:
    """Return a finding as it is answered."""
    return {
        "code": one.code,
        "severity": one.severity.name.lower(),
        "words": str(one.words),
        "excerpt": one.excerpt,
        "start": one.start,
        "end": one.end,
        "source": one.source,
        "confidence": str(one.confidence),
    }


def template_shape(one: Template) -> dict[str, Any]:
    """Return a template as it is answered."""
    return {
        "code": one.code,
        "title": str(one.title),
        "description": str(one.description),
        "country": one.country,
        "use_case": str(one.use_case),
        "text": one.text,
        "variables": one.declarations,
    }


def use_case_shape(code: UseCase, title: object, *, country: str) -> dict[str, Any]:
    """Return a use case as it is answered for calls from a country."""
    frames = frames_for(country, code)
    return {
        "code": str(code),
        "title": str(title),
        "call_settings": PRESETS.get(code),
        "templates": [one.code for one in TEMPLATES if one.use_case is code],
        "variables": [
            {"name": name, "type": str(one.type), "title": str(BUILT_IN_LABELS[name])}
            for name, one in BUILT_INS.items()
        ],
        "legal_frames": [frame_shape(one, is_default=one is frames[0]) for one in frames],
        "advice": str(NOT_LEGAL_ADVICE),
    }
