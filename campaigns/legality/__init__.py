"""Legality: settings, law, clocks and a person's standing in; yes, or why not and when, out (C12–C16).

Pure: it knows no rows and reads no clock.
"""

from campaigns.legality.call_settings import PRESETS, RETRIED, CallSettings, RetryRule, Voicemail
from campaigns.legality.choosing import frame_for, frame_named, frames_for
from campaigns.legality.days_off import DaysOff, knows_country
from campaigns.legality.frames import NOT_LEGAL_ADVICE, Confidence, LegalFrame, Limit
from campaigns.legality.refusals import BadCallSettings, NoLegalHours
from campaigns.legality.schedule import Schedule, first_moment
from campaigns.legality.settling import legal_week, read_account_settings, read_call_settings, stored_settings
from campaigns.legality.verdicts import (
    Calendar,
    Standing,
    Verdict,
    Why,
    calendar_for,
    may_call,
    next_allowed,
)
from campaigns.legality.zones import entry_zones, zone_key, zones_of_key

__all__ = [
    "NOT_LEGAL_ADVICE",
    "PRESETS",
    "RETRIED",
    "BadCallSettings",
    "Calendar",
    "CallSettings",
    "Confidence",
    "DaysOff",
    "LegalFrame",
    "Limit",
    "NoLegalHours",
    "RetryRule",
    "Schedule",
    "Standing",
    "Verdict",
    "Voicemail",
    "Why",
    "calendar_for",
    "entry_zones",
    "first_moment",
    "frame_for",
    "frame_named",
    "frames_for",
    "knows_country",
    "legal_week",
    "may_call",
    "next_allowed",
    "read_account_settings",
    "read_call_settings",
    "stored_settings",
    "zone_key",
    "zones_of_key",
]
