"""Calling hours and limits as we read them from the law, in the shape that programs get (C13)."""

from typing import Any

from rest_framework import serializers

from campaigns.legality import Confidence, LegalFrame
from campaigns.legality.frames import Counted

CONFIDENCES = [(one.value, one.name) for one in Confidence]
COUNTED = [(one.value, one.name) for one in Counted]


class FrameWindowSerializer(serializers.Serializer):
    """From `start` up to but without `end`, on the clock of whoever is called."""

    start = serializers.CharField()
    end = serializers.CharField()


class FrameDaySerializer(serializers.Serializer):
    """A weekday (1 is Monday) and its hours; days without hours are not listed."""

    day = serializers.IntegerField()
    windows = FrameWindowSerializer(many=True)


class FrameLimitSerializer(serializers.Serializer):
    """At most so many within so many elapsed hours, or so many days of whoever is called."""

    most = serializers.IntegerField()
    counts = serializers.ChoiceField(choices=COUNTED)
    hours = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)


class LegalFrameSerializer(serializers.Serializer):
    """A reading of the law with its source; what `legal_frame` of the call settings names by its key."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    is_default = serializers.BooleanField(help_text="Holds unless a campaign names another.")
    week = FrameDaySerializer(many=True)
    calls_on_holidays = serializers.BooleanField()
    limits = FrameLimitSerializer(many=True)
    confidence = serializers.ChoiceField(choices=CONFIDENCES)
    source = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    read_on = serializers.DateField()
    notes = serializers.ListField(child=serializers.CharField())


def frame_shape(frame: LegalFrame, *, is_default: bool) -> dict[str, Any]:
    """Return a frame as it is answered."""
    return {
        "key": frame.key,
        "version": frame.version,
        "title": str(frame.title),
        "is_default": is_default,
        "week": [
            {"day": day, "windows": [window.as_json() for window in windows]}
            for day, windows in enumerate(frame.week, 1)
            if windows
        ],
        "calls_on_holidays": frame.calls_on_holidays,
        "limits": [
            {
                "most": limit.most,
                "counts": str(limit.counts),
                "hours": limit.hours or None,
                "days": limit.local_days or None,
            }
            for limit in frame.limits
        ],
        "confidence": str(frame.confidence),
        "source": frame.source,
        "read_on": frame.read_on,
        "notes": [str(note) for note in frame.notes],
    }
