"""By which script versions a campaign speaks, and what they have shown (V9, V10)."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from campaigns.actions.arms import MOST_ARMS
from campaigns.api.fields import WholeField
from campaigns.models import Arm, Campaign
from campaigns.queries import Comparison, Plan
from campaigns.scripting.comparing import ArmResult, Pair
from campaigns.scripting.comparing.planning import ALPHA, POWER
from tenants.api.serializers import StrictCharField, StrictSerializer
from tenants.intake import NUMBER

PERCENT = "Percent in one place; null of nothing."
LEAST = 0.1  # nobody plans for less, and its people would be uncountable
POINTS = "Percentage points in one place."
BASELINES = [("asked", "asked"), ("before", "before"), ("cautious", "cautious")]


class ChosenVersionSerializer(StrictSerializer):
    """An approved version that a campaign speaks by, and how much of its people hear it."""

    version_id = StrictCharField(max_length=18, help_text="The `id` of a version, from its script.")
    weight = WholeField(required=False, default=1, help_text="1 to 1,000; people fall to it in proportion.")

    def validate_version_id(self, value: str) -> int:
        """Take the number of a version."""
        if not re.fullmatch(NUMBER, value):
            raise serializers.ValidationError(_("There is no such version of a script."))
        return int(value)


class ArmSerializer(serializers.Serializer):
    """A version that a campaign speaks by."""

    version_id = serializers.CharField()
    script_id = serializers.CharField()
    script = serializers.CharField()
    version = serializers.IntegerField()
    weight = serializers.IntegerField()


class ArmResultSerializer(ArmSerializer):
    """What came of a version: success is succeeded of finished, between `low` and `high` (Wilson, 95 %)."""

    people = serializers.IntegerField(help_text="Who was drawn to it so far.")
    finished = serializers.IntegerField(help_text="Succeeded, exhausted or failed.")
    succeeded = serializers.IntegerField()
    success_rate_percentage = serializers.FloatField(allow_null=True, help_text=PERCENT)
    low_percentage = serializers.FloatField()
    high_percentage = serializers.FloatField()


class PairSerializer(serializers.Serializer):
    """Two versions; the p-value is corrected for all pairs (Holm), the interval is Newcombe's."""

    better = serializers.CharField(help_text="`version_id` of the one that leads.")
    other = serializers.CharField()
    difference_points = serializers.FloatField(help_text=POINTS)
    low_points = serializers.FloatField()
    high_points = serializers.FloatField()
    p_value = serializers.FloatField()
    is_enough = serializers.BooleanField(help_text="Whether counts are large enough for the test.")
    is_significant = serializers.BooleanField()


class SampleRatioSerializer(serializers.Serializer):
    """Whether people fell to the versions as the weights say; a suspicious split makes all doubtful."""

    chi_square = serializers.FloatField()
    p_value = serializers.FloatField()
    is_enough = serializers.BooleanField()
    is_suspicious = serializers.BooleanField()


class ExperimentSerializer(serializers.Serializer):
    """What each version has shown so far; pairs and split of two or more. Valid at the planned number."""

    success = serializers.BooleanField()
    batch_id = serializers.CharField()
    versions = ArmResultSerializer(many=True)
    pairs = PairSerializer(many=True)
    sample_ratio = SampleRatioSerializer(allow_null=True)


class PlanQuerySerializer(StrictSerializer):
    """What an experiment is to show; all of it may be left out."""

    baseline_percentage = serializers.FloatField(
        required=False,
        help_text="Success rate to rise from; that of the account's other campaigns unless said.",
    )
    effect_points = serializers.FloatField(required=False, help_text="The rise to be shown.")
    people = serializers.IntegerField(
        required=False, min_value=0, max_value=100_000_000, help_text="All of the campaign unless said."
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Refuse shares beyond nobody and everybody."""
        baseline, effect = asked.get("baseline_percentage"), asked.get("effect_points")
        # Not the other way round: what is no number is in no range.
        if baseline is not None and not LEAST <= baseline <= 100 - LEAST:
            raise serializers.ValidationError({"baseline_percentage": _("A rate between 0.1 and 99.9.")})
        if effect is not None and not LEAST <= effect <= 100 - (baseline or 0):
            raise serializers.ValidationError(
                {"effect_points": _("A rise of 0.1 or more that ends at 100 at most.")}
            )
        return asked


class PlanSerializer(serializers.Serializer):
    """What so many people can show, with 95 % confidence and a power of 80 %."""

    success = serializers.BooleanField()
    batch_id = serializers.CharField()
    people = serializers.IntegerField()
    weights = serializers.ListField(child=serializers.IntegerField())
    baseline_percentage = serializers.FloatField()
    baseline_is = serializers.ChoiceField(
        choices=BASELINES,
        help_text="`before`: of the account's other campaigns; `cautious`: nothing is known.",
    )
    least_effect_points = serializers.FloatField(
        allow_null=True, help_text="The least rise that they show; null when none can be shown."
    )
    needed_people = serializers.IntegerField(allow_null=True, help_text="For the rise that was asked about.")
    alpha = serializers.FloatField()
    power = serializers.FloatField()


def chosen_field() -> Any:
    """Return the field in which a campaign's versions are named; [] for no script."""
    options: Any = {"many": True, "required": False, "max_length": MOST_ARMS}
    return ChosenVersionSerializer(**options)


def weights_of(chosen: list[dict[str, Any]], *, name: str = "scripts") -> dict[int, int]:
    """Return versions and weights as actions take them. Raises ValidationError for a version named twice."""
    weights = {one["version_id"]: one["weight"] for one in chosen}
    if len(weights) < len(chosen):
        raise serializers.ValidationError({name: [_("A version is named once.")]})
    return weights


def arm_shape(arm: Arm) -> dict[str, Any]:
    """Return a version that a campaign speaks by."""
    script = arm.version.script
    return {
        "version_id": str(arm.version_id),
        "script_id": str(script.pk),
        "script": script.name,
        "version": arm.version.number,
        "weight": arm.weight,
    }


def experiment_shape(campaign: Campaign, found: Comparison) -> dict[str, Any]:
    """Return what the versions of a campaign have shown."""
    pairs = found.verdict.pairs if found.verdict else ()
    return {
        "success": True,
        "batch_id": campaign.code,
        "versions": [arm_shape(found.arms[one.arm]) | _result(one) for one in found.results],
        "pairs": [_pair(found, one) for one in pairs],
        "sample_ratio": found.verdict.split if found.verdict else None,
    }


def plan_query(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a query takes of validated parameters: shares of one."""
    names = {"baseline_percentage": "baseline", "effect_points": "effect"}
    shares = {names[name]: value / 100 for name, value in asked.items() if name in names}
    return shares | {name: value for name, value in asked.items() if name == "people"}


def plan_shape(campaign: Campaign, found: Plan) -> dict[str, Any]:
    """Return what an experiment could show."""
    return {
        "success": True,
        "batch_id": campaign.code,
        "people": found.people,
        "weights": list(found.weights),
        "baseline_percentage": _percent(found.baseline),
        "baseline_is": found.baseline_is,
        "least_effect_points": None if found.least_effect is None else _percent(found.least_effect),
        "needed_people": found.needed,
        "alpha": ALPHA,
        "power": POWER,
    }


def _result(one: ArmResult) -> dict[str, Any]:
    return {
        "people": one.people,
        "finished": one.trials,
        "succeeded": one.successes,
        "success_rate_percentage": None if one.rate is None else _percent(one.rate),
        "low_percentage": _percent(one.interval.low),
        "high_percentage": _percent(one.interval.high),
    }


def _pair(found: Comparison, one: Pair) -> dict[str, Any]:
    return {
        "better": str(found.arms[one.better.arm].version_id),
        "other": str(found.arms[one.other.arm].version_id),
        "difference_points": _percent(one.difference),
        "low_points": _percent(one.interval.low),
        "high_points": _percent(one.interval.high),
        "p_value": one.p_value,
        "is_enough": one.is_enough,
        "is_significant": one.is_significant,
    }


def _percent(share: float) -> float:
    return round(100 * share, 1)
