"""What a launch would come to, as it is answered."""

from typing import Any

from rest_framework import serializers

from campaigns.actions import Forecast
from campaigns.api.account_shapes import UNIT, MoneyField


class LackingSerializer(serializers.Serializer):
    """A variable of a script, how many people have no value for it, how many one of another type."""

    name = serializers.CharField()
    missing = serializers.IntegerField()
    unreadable = serializers.IntegerField()
    people = serializers.IntegerField()


class ObstacleSerializer(serializers.Serializer):
    """A reason for which a launch would be refused."""

    code = serializers.CharField()
    detail = serializers.CharField()


class ForecastSerializer(serializers.Serializer):
    """What a launch would come to; amounts are in `unit`, `finish_at` is null when it does not come."""

    success = serializers.BooleanField()
    batch_id = serializers.CharField()
    callable_jobs = serializers.IntegerField()
    held_jobs = serializers.IntegerField()
    held_because = serializers.DictField(child=serializers.IntegerField())
    unit = serializers.CharField(help_text=UNIT)
    cost_per_attempt = MoneyField(help_text="At most: a call of the longest duration.")
    cost_once = MoneyField(help_text="One attempt each.")
    cost_at_most = MoneyField(help_text="All attempts.")
    calls_at_once = serializers.IntegerField()
    begin_at = serializers.DateTimeField(allow_null=True)
    finish_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When each was called once, within the account's daily limit of calls and daily spend cap.",
    )
    left_over_jobs = serializers.IntegerField(
        help_text="Whom nobody calls before the campaign's own end; 0 without one."
    )
    lacking = LackingSerializer(many=True, help_text="What its scripts need and people lack.")
    obstacles = ObstacleSerializer(many=True, help_text="Why it cannot be launched; [] when it can.")
    legal_frame = serializers.CharField()
    advice = serializers.CharField()


def forecast_shape(found: Forecast) -> dict[str, Any]:
    """Return a forecast as it is answered."""
    return {
        "success": True,
        "batch_id": found.campaign.code,
        "callable_jobs": found.callable,
        "held_jobs": sum(found.held.values()),
        "held_because": found.held,
        "unit": found.unit,
        "cost_per_attempt": found.cost_per_attempt,
        "cost_once": found.cost_once,
        "cost_at_most": found.cost_at_most,
        "calls_at_once": found.calls_at_once,
        "begin_at": found.begin_at,
        "finish_at": found.finish_at,
        "left_over_jobs": found.left_over,
        "lacking": found.lacking,
        "obstacles": [{"code": code, "detail": words} for code, words in found.obstacles.items()],
        "legal_frame": found.frame,
        "advice": str(found.advice),
    }
