"""What was found, with exactly the keys that the first clients read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from insights.actions import Brought
from insights.api.fields import WholeField
from insights.api.moments import first_of, read_when
from insights.api.words import BAD_WHEN, STATUSES, choices
from insights.models import Insight
from insights.modules import MalformedResult, Module, Result, read_result
from insights.rules import MODULES, Engine, ModuleState, Platform
from tenants.api.serializers import CleanJSONField, IdField, StrictSerializer

RESULTS = tuple(f"{key}_result" for key in MODULES)
TEN = tuple(Module)[: len(MODULES)]
LARGEST_TOTAL = 2**31 - 1
STILL_TO_COME = _("This moment is still to come.")


class MetadataSerializer(serializers.Serializer):
    """Where a result comes from."""

    module = serializers.CharField(help_text="Q1 to Q15.")
    version = serializers.CharField(allow_blank=True)
    engine = serializers.ChoiceField(choices=choices(Engine))


class ModuleResultSerializer(serializers.Serializer):
    """A module's answer; what stands in `results` is the module's own, null unless ok or partial (N19)."""

    metadata = MetadataSerializer()
    estado = serializers.ChoiceField(choices=choices(ModuleState))
    n = serializers.IntegerField(help_text="Labelled comments; posts of Q11 to Q13 and Q15.")
    cobertura = serializers.FloatField(allow_null=True)
    muestra_insuficiente = serializers.BooleanField()
    results = serializers.DictField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())
    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # DRF takes fields off the class


@extend_schema_field(ModuleResultSerializer(allow_null=True))
class StoredResultField(serializers.JSONField):
    """A module's answer as it was stored."""


class InsightSerializer(serializers.ModelSerializer):
    """All ten results over a brand's whole history at one moment."""

    id = serializers.CharField()
    ficha_cliente_id = serializers.CharField(source="ficha_id")
    analysis_status = serializers.ChoiceField(choices=STATUSES)
    q1_result = StoredResultField()
    q2_result = StoredResultField()
    q3_result = StoredResultField()
    q4_result = StoredResultField()
    q5_result = StoredResultField()
    q6_result = StoredResultField()
    q7_result = StoredResultField()
    q8_result = StoredResultField()
    q9_result = StoredResultField()
    q10_result = StoredResultField()

    class Meta:
        model = Insight
        fields = (
            "id",
            "ficha_cliente_id",
            "analysis_timestamp",
            "analysis_status",
            "total_posts_analyzed",
            "total_comments_analyzed",
            *RESULTS,
        )


class LiveSerializer(serializers.Serializer):
    """All fifteen modules over one look, reckoned now; ends are moments, null where the look is open."""

    ficha_cliente_id = serializers.CharField()
    start_date = serializers.DateTimeField(allow_null=True)
    end_date = serializers.DateTimeField(allow_null=True)
    platform = serializers.ChoiceField(choices=choices(Platform), allow_null=True)
    run = serializers.CharField(allow_null=True)
    total_posts_analyzed = serializers.IntegerField()
    total_comments_analyzed = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """Add a field for each module."""
        results = {f"{module.key}_result": StoredResultField() for module in Module}
        return super().get_fields() | results


def results_shape(results: Mapping[Module, Result[Any]]) -> dict[str, Any]:
    """Return the modules' answers as they are sent."""
    return {f"{module.key}_result": results[module].to_json() for module in Module}


@extend_schema_field(ModuleResultSerializer(allow_null=True))
class SentResultField(CleanJSONField):
    """A module's answer from elsewhere, read as strictly as a stored one."""

    default_error_messages = {"malformed_result": _("This is no result of its module: %s")}

    def __init__(self, module: Module) -> None:
        super().__init__(required=False, allow_null=True)
        self.module = module

    def to_internal_value(self, value: Any) -> Any:
        """Return the result."""
        sent = super().to_internal_value(value)
        try:
            return read_result(self.module, sent)
        except MalformedResult as error:
            words = str(self.error_messages["malformed_result"]) % "; ".join(error.faults[:5])[:500]
            raise serializers.ValidationError(words, "malformed_result") from None


@extend_schema_field(OpenApiTypes.DATETIME)
class PastField(serializers.Field):
    """A moment that is not to come; without an offset it is on the brand's clock."""

    default_error_messages = {"invalid": BAD_WHEN}

    def to_internal_value(self, value: Any) -> datetime:
        """Return the moment, as it was written."""
        try:
            found = read_when(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if not isinstance(found, datetime):
            self.fail("invalid")
        return found


@extend_schema_field(OpenApiTypes.STR)
class BrandField(IdField):
    """A brand by its id."""


class NewInsightSerializer(StrictSerializer):
    """What another system found; at least one module."""

    default_error_messages = {"nothing": _("There is no result of any module.")}

    ficha_cliente_id = BrandField()
    analysis_timestamp = PastField()
    total_posts_analyzed = WholeField(default=0, min_value=0, max_value=LARGEST_TOTAL)
    total_comments_analyzed = WholeField(default=0, min_value=0, max_value=LARGEST_TOTAL)

    def get_fields(self) -> dict[str, Any]:
        """Add a field for each of the ten."""
        return super().get_fields() | {f"{module.key}_result": SentResultField(module) for module in TEN}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Gather the results. Raises ValidationError when there is none."""
        found = {module: attrs.pop(f"{module.key}_result", None) for module in TEN}
        results = {module: result for module, result in found.items() if result is not None}
        if not results:
            self.fail("nothing")
        return attrs | {"results": results}


def brought_of(wanted: dict[str, Any], zone: str) -> Brought:
    """Return what was sent as an action takes it. Raises ValidationError for a moment to come."""
    at = first_of(wanted["analysis_timestamp"], ZoneInfo(zone))
    if at > timezone.now():
        raise serializers.ValidationError({"analysis_timestamp": [STILL_TO_COME]})
    return Brought(
        results=wanted["results"],
        at=at,
        posts=wanted["total_posts_analyzed"],
        comments=wanted["total_comments_analyzed"],
    )
