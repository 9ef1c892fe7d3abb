"""The first system's way, as a peer: a lead at a time, a query for each rule, a commit each.

A fair one: keys are stored and indexed, only what the lead has is asked, the strongest rule that names one
person decides, and the same rows are written.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from identity.matching.keys import name_tokens
from identity.matching.names import similarity
from identity.models import (
    Attempt,
    BacklogEvent,
    Case,
    Driver,
    Identifier,
    Lead,
    Link,
    Origin,
    Person,
)
from identity.rules import CONFIDENCES, DIFFERENT, SCORES, SIMILAR, MatchRule

EXACT = {
    MatchRule.DOCUMENT: "document_key",
    MatchRule.PHONE: "phone_key",
    MatchRule.LICENCE: "licence_key",
    MatchRule.EMAIL: "email_key",
}


def link_one_by_one(leads: Iterable[int]) -> int:
    """Link each lead in a transaction of its own; return how many got a person."""
    return sum(_link(number) for number in leads)


@transaction.atomic
def _link(number: int) -> bool:
    lead = Lead.objects.get(pk=number)
    named = [(rule, driver) for rule, driver in _tried(lead) if driver]
    if not named or len({driver.document_key or driver.pk for _rule, driver in named}) > 1:
        Case.objects.update_or_create(lead=lead, defaults={"outcome": "unmatched", "reason": "NO_CANDIDATES"})
        Attempt.objects.create(lead=lead, via="recover", outcome="unmatched", reason="NO_CANDIDATES")
        return False
    _write(lead, *named[0])
    return True


def _tried(lead: Lead) -> Iterable[tuple[MatchRule, Driver | None]]:
    for rule, key in EXACT.items():
        if value := getattr(lead, key):
            yield rule, _only(lead, Driver.objects.filter(**{key: value}), DIFFERENT)
    if lead.plate_key and lead.name_key:
        there = Driver.objects.filter(plate_key=lead.plate_key, park=lead.park)
        yield MatchRule.PLATE, _only(lead, there, SIMILAR)
    if lead.car_key and lead.name_key and lead.lead_date:
        days = (lead.lead_date - timedelta(days=30), lead.lead_date + timedelta(days=7))
        there = Driver.objects.filter(car_key=lead.car_key, park=lead.park, hired_on__range=days)
        # A weak rule: asked, but it links nobody.
        _only(lead, there, SIMILAR)


def _only(lead: Lead, drivers: Iterable[Driver], least: float) -> Driver | None:
    name = name_tokens(lead.name_key)
    alike = [one for one in drivers if similarity(name, name_tokens(one.name_key)) >= least]
    return alike[0] if len({one.document_key or one.pk for one in alike}) == 1 else None


def _write(lead: Lead, rule: MatchRule, driver: Driver) -> None:
    known = Link.objects.filter(source="driver", source_pk=driver.driver_id).first()
    person = known.person if known else _person(driver)
    made = {"person": person, "via": "recover", "ruleset": "per lead"}
    Link.objects.create(
        source="cabinet_lead",
        source_pk=lead.source_pk,
        rule=rule,
        score=SCORES[rule],
        confidence=CONFIDENCES[rule],
        **made,
    )
    if not known:
        Link.objects.create(
            source="driver",
            source_pk=driver.driver_id,
            rule="DRIVER_MATCH",
            score=100,
            confidence="HIGH",
            **made,
        )
    Origin.objects.get_or_create(
        person=person,
        defaults={
            "kind": "cabinet_lead",
            "source_pk": lead.source_pk,
            "status": "resolved_auto",
            "decided_by": "system",
        },
    )
    BacklogEvent.objects.create(
        source_pk=lead.source_pk, kind="matched_by_recovery", happened_at=timezone.now()
    )


def _person(driver: Driver) -> Person:
    person = Person.objects.create(name=driver.name_key.title(), confidence="HIGH")
    for kind in ("document", "licence"):
        if value := getattr(driver, f"{kind}_key"):
            Identifier.objects.get_or_create(
                kind=kind, value=value, is_sole=True, defaults={"person": person}
            )
    return person
