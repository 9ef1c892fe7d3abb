"""Drivers, leads and persons of tests, written as rows with their keys (I1); `linked` says who is whom."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import md5
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from identity.matching import keys
from identity.models import BacklogEvent, Driver, Identifier, Lead, Link, Person, ScoutRegistration, TripDay
from identity.rules import (
    CONFIDENCES,
    SCORES,
    BacklogEventKind,
    Confidence,
    IdentifierKind,
    MatchRule,
    Source,
    Via,
)

COUNTRY = "PE"
PARK = "lima"
DAY = date(2026, 3, 10)
NUMBERS = count(1)
Seen = TypeVar("Seen", Lead, ScoutRegistration, Driver)
SOURCES: dict[type, Source] = {
    Lead: Source.CABINET,
    ScoutRegistration: Source.SCOUT,
    Driver: Source.DRIVER,
}


def a_driver(driver_id: str = "", *, name: str = "", hired_on: date | None = None, **typed: Any) -> Driver:
    """Write an account; `typed` are its columns as a file brings them."""
    made = Driver(driver_id=driver_id or f"d{next(NUMBERS)}", hired_on=hired_on, **_named(name), **typed)
    return _saved(made)


def a_lead(external_id: str = "", *, name: str = "", on: date | None = DAY, **typed: Any) -> Lead:
    """Write a lead that enters the red backlog."""
    made: Lead = _saved(
        Lead(external_id=external_id or f"L{next(NUMBERS)}", **_dated(on), **_named(name), **typed)
    )
    BacklogEvent.objects.create(source_pk=made.source_pk, kind=BacklogEventKind.ENTERED)
    return made


def a_scout(
    external_id: str = "", *, name: str = "", on: date | None = DAY, **typed: Any
) -> ScoutRegistration:
    """Write a scouting registration."""
    made: ScoutRegistration = ScoutRegistration(
        external_id=external_id or f"S{next(NUMBERS)}", **_dated(on), **_named(name), **typed
    )
    return _saved(made)


def a_person(name: str = "", *, sole: bool = False, **known: str) -> Person:
    """Write a person known by keys in their normal form, by kind: `a_person(phone="51999888777")`."""
    made = Person.objects.create(name=name, confidence=Confidence.HIGH)
    Identifier.objects.bulk_create(
        Identifier(person=made, kind=IdentifierKind(kind), value=value, is_sole=sole)
        for kind, value in known.items()
    )
    return made


def linked(
    what: Lead | ScoutRegistration | Driver,
    person: Person,
    *,
    rule: MatchRule = MatchRule.PHONE,
    via: Via = Via.RECOVER,
    at: datetime | None = None,
) -> Link:
    """Write the bare link of a lead, a registration or an account: no origin, no event, no identifier."""
    source = SOURCES[type(what)]
    made = Link.objects.create(
        source=source,
        source_pk=what.driver_id if isinstance(what, Driver) else what.source_pk,
        person=person,
        rule=MatchRule.DRIVER if source is Source.DRIVER else rule,
        score=SCORES[rule],
        confidence=CONFIDENCES[rule],
        via=via,
    )
    if at is not None:
        Link.objects.filter(pk=made.pk).update(linked_at=at)
        made.refresh_from_db()
    return made


def trips(driver: Driver, day: date, number: int, days: int = 1) -> None:
    """Write `number` completed trips for each of some days from `day` on."""
    for later in range(days):
        TripDay.objects.create(driver_id=driver.driver_id, day=day + timedelta(later), trips=number)


def moment(day: date, hour: int = 12) -> datetime:
    """Return a moment of a day, UTC."""
    return datetime.combine(day, time(hour), UTC)


def _named(name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last}


def _dated(on: date | None) -> dict[str, Any]:
    return {"lead_date": on, "happened_at": moment(on) if on else None}


def _saved(made: Seen) -> Seen:
    made.park = made.park or PARK
    made.phone_key = keys.phone_key(made.phone, country=COUNTRY)
    for kind in ("document", "licence", "plate"):
        setattr(made, f"{kind}_key", keys.code_key(getattr(made, kind)))
    made.email_key = keys.email_key(made.email)
    made.car_key = keys.car_key(made.car_brand, made.car_model)
    made.name_key = keys.name_key(made.first_name, made.middle_name, made.last_name)
    if not isinstance(made, Driver):
        made.inputs = inputs_of(made)
    made.save()
    made.refresh_from_db()
    return made


def inputs_of(made: Any) -> UUID:
    """Return a digest of what matching reads."""
    read = [
        getattr(made, f"{kind}_key")
        for kind in ("phone", "document", "licence", "email", "plate", "car", "name")
    ]
    return UUID(
        bytes=md5("\n".join([*read, made.park, str(made.lead_date)]).encode(), usedforsecurity=False).digest()
    )
