"""The call settings of one campaign as a value: hours, retries, concurrency, length (C12, C21)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import Any

from campaigns.legality.windows import Week, Window, overlap, weekly
from campaigns.rules import Outcome, UseCase

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
# What may be called again by rule: all other ends are final, asked for, or not the person's doing (C21).
RETRIED = (Outcome.CONVERSED, Outcome.MACHINE, Outcome.NOT_REACHED, Outcome.PLATFORM)


class Voicemail(StrEnum):
    """What is done when a machine answers."""

    HANG_UP = "hang_up"
    LEAVE_MESSAGE = "leave_message"


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often a person is tried in all, and how many hours lie between the end of a call and the next."""

    max_attempts: int
    delay_hours: int

    @property
    def delay(self) -> timedelta:
        """The delay in elapsed hours."""
        return timedelta(hours=self.delay_hours)


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """What differs after calls of one outcome; None: nothing does."""

    max_attempts: int | None = None
    delay_hours: int | None = None

    def as_json(self) -> dict[str, int]:
        """Return what is said, in the names of `retry_settings`."""
        said = {"max_attempts": self.max_attempts, "retry_delay_hours": self.delay_hours}
        return {name: number for name, number in said.items() if number is not None}


OutcomeRules = tuple[tuple[Outcome, OutcomeRule], ...]


@dataclass(frozen=True, slots=True)
class CallSettings:
    """All settings of a campaign, defaults filled in; `as_json` is how they are stored and returned.

    `hours` hold every day; `windows`, if any, narrow them. Both are read on the clock of `timezone` and on
    that of every zone of the entry, together with the legal frame (C14).
    """

    timezone: str
    hours: Window
    legal_frame: str
    windows: tuple[Window, ...] = ()
    days_of_week: tuple[int, ...] = EVERY_DAY
    max_attempts: int = 3
    retry_delay_hours: int = 24
    max_concurrent_calls: int | None = None  # None: only account and provider set a limit
    ring_seconds: int = 30
    max_call_seconds: int = 300
    voicemail: Voicemail = Voicemail.HANG_UP
    retry_by_outcome: OutcomeRules = ()

    @property
    def week(self) -> Week:
        """The hours of the week that the campaign asks for, before the law."""
        asked = overlap((self.hours,), self.windows) if self.windows else (self.hours,)
        return weekly(asked, self.days_of_week)

    def retry_after(self, outcome: Outcome) -> RetryRule:
        """Return the rule that holds after a call that came to `outcome`; no outcome has more attempts."""
        own = dict(self.retry_by_outcome).get(outcome, OutcomeRule())
        return RetryRule(
            min(own.max_attempts or self.max_attempts, self.max_attempts),
            own.delay_hours or self.retry_delay_hours,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the settings in the shape in which they come in; what is not set is left out."""
        return shape({one.name: getattr(self, one.name) for one in fields(self)})


def shape(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings, some or all, by our names, in the spec's shape."""
    retries = {name: said[name] for name in ("max_attempts", "retry_delay_hours") if name in said}
    rules: OutcomeRules = said.get("retry_by_outcome", ())
    whole = {
        "allowed_call_hours": said["hours"].as_json() if "hours" in said else None,
        "timezone": said.get("timezone"),
        "retry_settings": retries,
        "max_concurrent_calls": said.get("max_concurrent_calls"),
        "days_of_week": list(said.get("days_of_week", ())),
        "windows": [window.as_json() for window in said.get("windows", ())],
        "ring_seconds": said.get("ring_seconds"),
        "max_call_seconds": said.get("max_call_seconds"),
        "voicemail": str(said["voicemail"]) if "voicemail" in said else None,
        "legal_frame": said.get("legal_frame"),
        "retry_by_outcome": {str(outcome): rule.as_json() for outcome, rule in rules},
    }
    return {key: value for key, value in whole.items() if value not in (None, [], {})}


def _preset(start: str, end: str, attempts: int, hours: int) -> dict[str, Any]:
    return {
        "allowed_call_hours": {"start": start, "end": end},
        "retry_settings": {"max_attempts": attempts, "retry_delay_hours": hours},
    }


# Offered, never assumed: what a campaign says nothing about comes from its account or its frame.
PRESETS: dict[UseCase, dict[str, Any]] = {
    UseCase.COLLECTION: _preset("09:00", "20:00", 5, 12),
    UseCase.MARKETING: _preset("10:00", "18:00", 3, 24),
    UseCase.SURVEY: _preset("11:00", "17:00", 2, 48),
}
