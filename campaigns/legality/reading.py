"""Call settings as clients write them, synonyms included, read into named values or refused (W11, C12)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from campaigns.legality import values
from campaigns.legality.refusals import Faults, Path

SETTINGS = ("call_settings",)

Reader = Callable[[Any, Path, Faults], Any]


@dataclass(slots=True)
class Asked:
    """The settings that somebody wrote, by our names, and under which key each of them came."""

    values: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)

    def take(self, name: str, value: Any, path: Path, faults: Faults) -> None:
        """Keep one value. What is said twice has to be said alike."""
        if value is None:
            return
        if name in self.values and self.values[name] != value:
            first = "/".join(str(step) for step in self.paths[name])
            faults.add(path, "disagrees", _("It says something else than %(key)s.") % {"key": first})
            return
        self.values.setdefault(name, value)
        self.paths.setdefault(name, path)


# Keys of the spec before their synonyms, so that a disagreement is laid to the synonym.
_RETRY: dict[str, tuple[str, Reader]] = {
    "max_attempts": ("max_attempts", values.attempts),
    "retry_delay_hours": ("retry_delay_hours", values.delay_hours),
    "hours_between_attempts": ("retry_delay_hours", values.delay_hours),
}
_KEYS: dict[str, tuple[str, Reader]] = {
    "allowed_call_hours": ("hours", values.window),
    "timezone": ("timezone", values.zone),
    "max_concurrent_calls": ("max_concurrent_calls", values.at_least_one),
    "days_of_week": ("days_of_week", values.weekdays),
    "windows": ("windows", values.windows),
    "ring_seconds": ("ring_seconds", values.ring_seconds),
    "max_call_seconds": ("max_call_seconds", values.call_seconds),
    "voicemail": ("voicemail", values.voicemail),
    "legal_frame": ("legal_frame", values.frame_key),
    "retry_by_outcome": ("retry_by_outcome", values.by_outcome),
    "allowed_hours": ("hours", values.window),
    "ring_timeout": ("ring_seconds", values.ring_seconds),
    "max_call_duration": ("max_call_seconds", values.call_seconds),
}


def read_asked(given: object, faults: Faults) -> Asked:
    """Return what `given` (JSON, None for nothing) asks for; every problem is noted in `faults`."""
    asked = Asked()
    if given is None:
        return asked
    if not isinstance(given, Mapping):
        faults.add((), "not_an_object", _("Call settings are an object."))
        return asked
    if "retry_settings" in given:
        _read_retries(given["retry_settings"], asked, faults)
    known = {**_KEYS, **_RETRY}
    for key in (key for key in known if key in given):
        name, reader = known[key]
        asked.take(name, reader(given[key], (key,), faults), (key,), faults)
    for key in (key for key in given if key not in known and key != "retry_settings"):
        values.unknown_key((key,), faults)
    return asked


def _read_retries(given: object, asked: Asked, faults: Faults) -> None:
    here = "retry_settings"
    for key, value in values.members(given, (here,), _RETRY, faults):
        name, reader = _RETRY[key]
        asked.take(name, reader(value, (here, key), faults), (here, key), faults)
