"""Call settings as lines of a form: out of the stored shape, into what a client would send, and back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.legality import RETRIED
from campaigns.rules import Outcome
from tenants.intake.figures import read_whole

# Digits and sign; what is longer is refused as it was typed.
LONGEST_NUMBER = 9

# Each field by its key in `call_settings`, as refusals name it.
KEYS = {
    "hours_start": ("allowed_call_hours", "start"),
    "hours_end": ("allowed_call_hours", "end"),
    "windows": ("windows",),
    "days_of_week": ("days_of_week",),
    "timezone": ("timezone",),
    "max_attempts": ("retry_settings", "max_attempts"),
    "retry_delay_hours": ("retry_settings", "retry_delay_hours"),
    "max_concurrent_calls": ("max_concurrent_calls",),
    "ring_seconds": ("ring_seconds",),
    "max_call_seconds": ("max_call_seconds",),
    "voicemail": ("voicemail",),
    "legal_frame": ("legal_frame",),
    **{
        f"{outcome}_{name}": ("retry_by_outcome", str(outcome), name)
        for outcome in RETRIED
        for name in ("max_attempts", "retry_delay_hours")
    },
}
NUMBERS = ("max_attempts", "retry_delay_hours", "max_concurrent_calls", "ring_seconds", "max_call_seconds")
WEEKDAYS = [
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")), ("5", _("Friday")),
    ("6", _("Saturday")), ("7", _("Sunday")),
]  # fmt: skip
_DASH = re.compile(r"\s*[-–—]\s*")


def lines_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields begin with; `stored` may say everything or, as a preset, a part."""
    found: dict[str, Any] = {}
    for field, path in KEYS.items():
        value: Any = stored
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            found[field] = _WRITTEN.get(field, str)(value)
    return found


def sent_by(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return call settings as a client would send them; what makes no sense is left for the reader to refuse.

    An empty field is not sent: it falls back to the account's settings, else to the legal frame's.
    """
    sent: dict[str, Any] = {}
    for field, path in KEYS.items():
        value = _read(field, given.get(field))
        # No day at all is said, and refused: silence would be every day.
        if value not in ("", None, []) or field == "days_of_week":
            place = sent
            for step in path[:-1]:
                place = place.setdefault(step, {})
            place[path[-1]] = value
    return sent


def place_of(path: Sequence[str]) -> str | None:
    """Return the field of the key that a refusal names, or of the first key below it; None for none."""
    for depth in range(len(path), 0, -1):
        for field, key in KEYS.items():
            if key[:depth] == tuple(path[:depth]):
                return field
    return None


def retry_lines() -> Iterator[tuple[Outcome, str, str]]:
    """Yield each outcome that is called again, with its two fields."""
    for outcome in RETRIED:
        yield outcome, f"{outcome}_max_attempts", f"{outcome}_retry_delay_hours"


def _read(field: str, value: Any) -> Any:
    if field == "windows":
        return [_window(line) for line in str(value or "").replace(",", "\n").split("\n") if line.strip()]
    if field == "days_of_week":
        return [int(day) for day in value or ()]
    if field in NUMBERS or field.endswith(NUMBERS):
        text = str(value or "").strip()
        number = read_whole(text)
        return text if number is None or len(str(number)) > LONGEST_NUMBER else number
    return value.strip() if isinstance(value, str) else value


def _window(line: str) -> dict[str, str]:
    start, *rest = _DASH.split(line.strip(), maxsplit=1)
    return {"start": start, "end": rest[0] if rest else ""}


_WRITTEN: Mapping[str, Any] = {
    "windows": lambda windows: "\n".join(f"{one['start']}-{one['end']}" for one in windows),
    "days_of_week": lambda days: [str(day) for day in days],
}
