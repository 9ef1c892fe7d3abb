"""Where an entry's clock stands: its column, else its number's zones, else nobody knows (C14)."""

import phonenumbers
from phonenumbers import timezone as number_zones

from campaigns.legality import chile
from campaigns.legality.values import zone_names

JOINT = "|"  # no zone's name has it
ELSEWHERE = "Etc/Unknown"


def entry_zones(*, country: str, number: str, place: str = "") -> tuple[str, ...]:
    """Return the zones of an entry in order, () when they are unknown: it is held then, never guessed.

    `place` is what its column says, a name of the time-zone database or, in Chile, a commune or region; what
    cannot be read there is unknown, whatever the number says. `number` is in E.164, `country` the account's.
    """
    if place.strip():
        return _zones_of_place(country, place.strip())
    return _zones_of_number(number)


def zone_key(zones: tuple[str, ...]) -> str:
    """Return one text for the zones of an entry, the same for the same zones: what claims group by."""
    return JOINT.join(sorted(zones))


def zones_of_key(key: str) -> tuple[str, ...]:
    """Return the zones that `zone_key` wrote."""
    return tuple(key.split(JOINT)) if key else ()


def _zones_of_place(country: str, place: str) -> tuple[str, ...]:
    if place in zone_names():
        return (place,)
    return chile.zones_of_place(place) if country == "CL" else ()


def _zones_of_number(number: str) -> tuple[str, ...]:
    by_area = chile.zones_of_number(number.removeprefix("+")) if number.startswith("+56") else ()
    if by_area:
        return by_area
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    zones = number_zones.time_zones_for_number(parsed)
    return () if ELSEWHERE in zones else tuple(sorted(zones))
