"""The settings that hold for a campaign: its own, else its account's, else its legal frame's (C13)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.legality.call_settings import CallSettings, shape
from campaigns.legality.choosing import frames_for
from campaigns.legality.frames import LegalFrame
from campaigns.legality.reading import SETTINGS, Asked, read_asked
from campaigns.legality.refusals import BadCallSettings, Faults, NoLegalHours, Path, refusal
from campaigns.legality.windows import Week, Window, shared_week, span
from campaigns.rules import UseCase
from tenants.intake.faults import Fault, pointer_to

# Asked for together: an account's usual windows do not cut the hours that a campaign names.
HOURS = ("windows", "hours")
# What a campaign may say about its hours, in the order in which it is blamed when none are left.
BLAMED = (*HOURS, "days_of_week", "legal_frame")


def read_call_settings(
    given: object,
    *,
    country: str,
    use_case: UseCase,
    timezone: str,
    account: Mapping[str, Any] | None = None,
    at: Path = SETTINGS,
) -> CallSettings:
    """Return the settings of a campaign from what a client sent (JSON, or None for nothing).

    `account` are defaults that `read_account_settings` accepted, `timezone` is the account's own, `at` the
    place of the document in the request. Raises BadCallSettings with every problem under the key as it was
    sent, NoLegalHours if the law leaves nothing of the hours asked for.
    """
    faults = Faults(at)
    asked = read_asked(given, faults)
    usual = _usual(account)
    frame = _frame(asked, usual, frames_for(country, use_case), faults)
    settings = _settle(_layers(asked, usual), frame, timezone)
    _check_outcomes(asked, settings, faults)
    faults.check()
    if not any(legal_week(settings, frame)):
        raise _no_hours(asked, frame, at)
    return settings


def read_account_settings(given: object, *, at: Path = SETTINGS) -> dict[str, Any]:
    """Return an account's defaults in the spec's shape, only what was said. Raises BadCallSettings."""
    faults = Faults(at)
    asked = read_asked(given, faults)
    faults.check()
    return shape(asked.values)


def stored_settings(stored: Mapping[str, Any]) -> CallSettings:
    """Return the settings that `as_json` once gave. Raises BadCallSettings for what cannot be read."""
    faults = Faults(SETTINGS)
    asked = read_asked(stored, faults)
    faults.check()
    return CallSettings(**asked.values)


def legal_week(settings: CallSettings, frame: LegalFrame) -> Week:
    """Return the hours of the week in which campaign and law agree, holidays aside."""
    return shared_week(settings.week, frame.week)


def _usual(account: Mapping[str, Any] | None) -> dict[str, Any]:
    faults = Faults(())
    usual = read_asked(account, faults).values
    faults.check()
    return usual


def _frame(
    asked: Asked, usual: Mapping[str, Any], allowed: tuple[LegalFrame, ...], faults: Faults
) -> LegalFrame:
    """Return the frame asked for, else the account's where it fits, else the country's own."""
    keys = {frame.key: frame for frame in allowed}
    key = asked.values.get("legal_frame")
    if key is not None and key not in keys:
        words = _("This frame does not hold for such calls. Possible: %(frames)s.") % {
            "frames": ", ".join(keys)
        }
        faults.add(asked.paths["legal_frame"], "frame_unfit", words)
    return keys.get(key or usual.get("legal_frame", ""), allowed[0])


def _layers(asked: Asked, usual: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for above what is usual; hours belong together."""
    names_hours = any(name in asked.values for name in HOURS)
    kept = {name: value for name, value in usual.items() if not (names_hours and name in HOURS)}
    return kept | asked.values


def _settle(said: Mapping[str, Any], frame: LegalFrame, timezone: str) -> CallSettings:
    """Fill in what nobody said: hours from the windows, else from the frame."""
    windows: tuple[Window, ...] = said.get("windows", ())
    hours = span((windows,)) if windows else span(frame.week)
    return CallSettings(**{"timezone": timezone, "hours": hours, **said, "legal_frame": frame.key})


def _check_outcomes(asked: Asked, settings: CallSettings, faults: Faults) -> None:
    """Note outcomes that would be tried more often than anybody is: one of both numbers is a mistake."""
    for outcome, rule in asked.values.get("retry_by_outcome", ()):
        if (rule.max_attempts or 0) > settings.max_attempts:
            words = _("It is more than the campaign's %(most)s attempts.") % {"most": settings.max_attempts}
            faults.add(("retry_by_outcome", str(outcome), "max_attempts"), "out_of_range", words)


def _no_hours(asked: Asked, frame: LegalFrame, at: Path) -> BadCallSettings:
    """Blame every key as sent that says something about hours; nobody's, if only defaults do."""
    words = _("Nothing is left of these hours inside the legal frame: %(frame)s.") % {"frame": frame.title}
    paths = [asked.paths[name] for name in BLAMED if name in asked.paths] or [()]
    faults = [Fault("no_legal_hours", pointer_to((*at, *path)), words) for path in paths]
    return refusal(NoLegalHours, faults)
