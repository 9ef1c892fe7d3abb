"""Single values of call settings: each reader returns what it read, or None and notes why not."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from campaigns.legality.call_settings import RETRIED, OutcomeRule, OutcomeRules, Voicemail
from campaigns.legality.frame_table import FRAMES
from campaigns.legality.refusals import Faults, Path
from campaigns.legality.windows import Window, minutes
from campaigns.rules import Outcome

MOST_WINDOWS = 24  # a day; more would be minutes nobody plans
_NO_PLACES = frozenset({"localtime", "Factory", "posixrules"})  # files of the database, not zones


def unknown_key(path: Path, faults: Faults) -> None:
    """Note a key that call settings do not have."""
    faults.add(path, "unknown_key", _("There is no such setting."))


def members(value: object, path: Path, known: Collection[str], faults: Faults) -> Iterator[tuple[str, Any]]:
    """Yield the known members of an object in the order of `known`; anything else is noted."""
    if not isinstance(value, Mapping):
        faults.add(path, "not_an_object", _("It has to be an object."))
        return
    for key in (key for key in value if key not in known):
        unknown_key((*path, key), faults)
    yield from ((key, value[key]) for key in known if key in value)


def whole(least: int, most: int | None) -> Callable[[object, Path, Faults], int | None]:
    """Return a reader of whole numbers between two ends, both allowed."""

    def read(value: object, path: Path, faults: Faults) -> int | None:
        if type(value) is not int:  # True is an int to Python, and 5.0 may have been 5.4 once
            faults.add(path, "not_a_whole_number", _("It has to be a whole number."))
            return None
        if value < least or (most is not None and value > most):
            limits = {"least": least, "most": most}
            words = _("It has to be at least %(least)s.") if most is None else _range_words()
            faults.add(path, "out_of_range", words % limits)
            return None
        return value

    return read


attempts = whole(1, 10)
delay_hours = whole(1, 168)
at_least_one = whole(1, None)
ring_seconds = whole(5, 300)
call_seconds = whole(60, 7_200)


def window(value: object, path: Path, faults: Faults) -> Window | None:
    """Read `{start, end}`; hours across midnight are two windows, and have to be written so."""
    given = dict(members(value, path, ("start", "end"), faults))
    if not isinstance(value, Mapping):
        return None
    start, end = (_time(given, key, path, faults) for key in ("start", "end"))
    if start is None or end is None:
        return None
    if start < end:
        return Window(start, end)
    if start == end:
        faults.add(path, "window_empty", _("It ends when it starts."))
    else:
        faults.add(path, "window_across_midnight", _("It ends before it starts: midnight cannot be crossed."))
    return None


def windows(value: object, path: Path, faults: Faults) -> tuple[Window, ...] | None:
    """Read a list of windows, at least one."""
    listed = _list(value, path, MOST_WINDOWS, faults)
    if listed is None:
        return None
    read = [window(one, (*path, place), faults) for place, one in enumerate(listed)]
    return tuple(one for one in read if one is not None) if all(read) else None


def weekdays(value: object, path: Path, faults: Faults) -> tuple[int, ...] | None:
    """Read ISO weekdays, at least one."""
    listed = _list(value, path, 7, faults)
    if listed is None:
        return None
    read = [whole(1, 7)(one, (*path, place), faults) for place, one in enumerate(listed)]
    days = {day for day in read if day is not None}
    return tuple(sorted(days)) if None not in read else None


def zone(value: object, path: Path, faults: Faults) -> str | None:
    """Read a name of the time-zone database, exactly as it is written there."""
    return _choice(value, path, zone_names(), "unknown_zone", _("No time zone has this name."), faults)


def voicemail(value: object, path: Path, faults: Faults) -> Voicemail | None:
    """Read what is done with a machine."""
    listed = ", ".join(Voicemail)
    words = _("It has to be one of: %(choices)s.") % {"choices": listed}
    read = _choice(value, path, set(Voicemail), "unknown_choice", words, faults)
    return None if read is None else Voicemail(read)


def frame_key(value: object, path: Path, faults: Faults) -> str | None:
    """Read the key of a legal frame; whether it fits the campaign is asked later."""
    keys = {frame.key for frame in FRAMES}
    return _choice(value, path, keys, "unknown_frame", _("There is no such legal frame."), faults)


def by_outcome(value: object, path: Path, faults: Faults) -> OutcomeRules | None:
    """Read `{outcome: {max_attempts?, retry_delay_hours?}}` for the outcomes that are retried (C21)."""
    read = [
        (Outcome(key), _outcome_rule(given, (*path, key), faults))
        for key, given in members(value, path, RETRIED, faults)
    ]
    return tuple((outcome, rule) for outcome, rule in read if rule != OutcomeRule())


def _outcome_rule(value: object, path: Path, faults: Faults) -> OutcomeRule:
    given = dict(members(value, path, ("max_attempts", "retry_delay_hours"), faults))
    readers = {"max_attempts": attempts, "retry_delay_hours": delay_hours}
    read = {name: readers[name](one, (*path, name), faults) for name, one in given.items()}
    return OutcomeRule(read.get("max_attempts"), read.get("retry_delay_hours"))


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones; asked once, because the answer walks through files."""
    return frozenset(available_timezones()) - _NO_PLACES


def _choice(
    value: object, path: Path, choices: Collection[str], code: str, words: str, faults: Faults
) -> str | None:
    if isinstance(value, str) and value in choices:
        return value
    faults.add(path, code, words)
    return None


def _list(value: object, path: Path, most: int, faults: Faults) -> list[Any] | None:
    if isinstance(value, list) and 1 <= len(value) <= most:
        return value
    faults.add(path, "not_a_list", _("It has to be a list of 1 to %(most)s values.") % {"most": most})
    return None


def _time(given: Mapping[str, Any], key: str, path: Path, faults: Faults) -> int | None:
    """Read `HH:MM`; only an end may be 24:00."""
    text = given.get(key)
    minute = minutes(text) if isinstance(text, str) else None
    if minute is None:
        faults.add((*path, key), "not_a_time", _("It has to be a time as HH:MM, up to 24:00."))
    return minute


def _range_words() -> str:
    return _("It has to lie between %(least)s and %(most)s.")
