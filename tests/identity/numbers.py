"""What tests of the numbers share: today as the views see it, whole situations."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from identity.models import Attempt, BacklogEvent, Claim, Lead, Person
from identity.queries.statements import row
from identity.rules import BacklogEventKind, ClaimState, Outcome, Reason, Via
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips

ZONE = ZoneInfo("America/Santiago")  # Acme's


def today() -> date:
    """Return the tenant's date as the database has it: a test may run at midnight."""
    found: date = row("SELECT (now() AT TIME ZONE %(zone)s)::date", zone=str(ZONE))[0]
    return found


def ago(days: int) -> date:
    """Return the day so many days before the tenant's today."""
    return today() - timedelta(days)


def at(day: date, clock: time = time(12)) -> datetime:
    """Return a moment of the tenant's wall clock."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def moved(kind: BacklogEventKind, day: date, number: int = 1, clock: time = time(12)) -> None:
    """Write events of some leads that nobody else mentions."""
    for _ in range(number):
        BacklogEvent.objects.create(source_pk="elsewhere", kind=kind, happened_at=at(day, clock))


def tried(lead: Lead, reason: Reason, moment: datetime, outcome: Outcome = Outcome.UNMATCHED) -> None:
    """Write a vain attempt."""
    Attempt.objects.create(lead=lead, via=Via.RECOVER, outcome=outcome, reason=reason, tried_at=moment)


def claimed(
    person: Person, milestone: str, state: ClaimState = ClaimState.GENERATED, amount: int = 25
) -> Claim:
    """Write a person's claim."""
    return Claim.objects.create(
        source_pk=f"{person.key}"[-12:],
        person=person,
        milestone=milestone,
        state=state,
        amount=amount,
        currency="PEN",
    )


def active(on: date, *, made: int, person: Person | None = None, external_id: str = "") -> Person:
    """Return a person with a lead of that day and an account with so many trips on it."""
    person = person or a_person()
    linked(a_lead(external_id, on=on), person)
    driver = a_driver()
    linked(driver, person)
    if made:
        trips(driver, on, made)
    return person


def view(name: str, order: str, **where: Any) -> list[dict[str, Any]]:
    """Return a view's rows as dictionaries."""
    from django.db import connection

    words = " AND ".join(f"{column} = %({column})s" for column in where) or "true"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} WHERE {words} ORDER BY {order}", where)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, found, strict=True)) for found in cursor.fetchall()]


def limbo() -> Mapping[str, dict[str, Any]]:
    """Return the rows of limbo by lead."""
    return {found["lead_source_pk"]: found for found in view("v_cabinet_leads_limbo", "lead_id")}
