"""A person made by hand gets the account that comes after them, and is one person from then on (I4, I13)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import Choice
from identity.actions.draining import Reconciliation, reconcile
from identity.actions.linking import statements
from identity.actions.linking.sql import rows
from identity.models import Identifier, Lead, Link, Person
from identity.queries.limbo import LimboChoice, all_limbo
from identity.rules import Outcome, Reason, Source, VerdictKind, Via
from tenants.jobs.runner.run import DryRun
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, linked, trips
from tests.identity.test_tied import many

__all__ = ["many"]

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()
NOW = datetime(2026, 4, 10, 2, tzinfo=UTC)
PHONE, DOCUMENT, NAME = "999888777", "44556677", "Ana Ruiz Soto"


def by_hand(**typed: Any) -> tuple[Lead, UUID]:
    """Write a lead and press "new person" for it."""
    lead = a_lead(**{"name": NAME, "phone": PHONE, "document": DOCUMENT, **typed})
    return lead, actions.resolve_case(lead_id=lead.pk, choice=Choice(), by=BY).person


def reconciled() -> dict[str, int]:
    stats = reconcile(DryRun({}), asked=Reconciliation(), clock=lambda: NOW)
    return {name: count for name, count in stats.items() if count}


def owner_of(driver_id: str) -> UUID | None:
    return (
        Link.objects.filter(source=Source.DRIVER, source_pk=driver_id)
        .values_list("person", flat=True)
        .first()
    )


def tried(lead: Lead) -> tuple[Outcome, Reason | None]:
    return actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).fates[lead.pk]


def test_the_account_that_comes_after_a_person_by_hand_is_theirs() -> None:
    """I4, I13: the only holder of its document; the trips count, and a second run writes nothing."""
    lead, person = by_hand()
    driver = a_driver("d1", name=NAME, phone=PHONE, document=DOCUMENT)
    trips(driver, DAY, 6)
    assert reconciled()["newly_driver_mapped"] == 1
    assert owner_of("d1") == person
    (row,) = [one for one in all_limbo(chosen=LimboChoice()) if one.lead_source_pk == lead.source_pk]
    assert (row.limbo_stage, row.trips_14d, row.driver_id) == ("TRIPS_NO_CLAIM", 6, "d1")
    assert Identifier.objects.get(kind="document").is_sole
    assert "newly_driver_mapped" not in reconciled()


@pytest.mark.parametrize(
    "typed", [{"document": DOCUMENT}, {"phone": PHONE}, {"document": DOCUMENT, "phone": PHONE}]
)
def test_a_second_lead_of_theirs_finds_one_person(typed: dict[str, Any]) -> None:
    """I4: the person and the account are one candidate, before any reconciliation; it brings the account."""
    _lead, person = by_hand()
    a_driver("d1", name=NAME, phone=PHONE, document=DOCUMENT)
    second = a_lead(name=NAME, **typed)
    assert tried(second) == (Outcome.MATCHED, None)
    assert Link.objects.get(source_pk=second.source_pk).person_id == owner_of("d1") == person


def test_a_licence_leads_there_too() -> None:
    """I4"""
    _lead, person = by_hand(document="", licence="Q44556677")
    a_driver("d1", name=NAME, licence="Q44556677")
    second = a_lead(name=NAME, licence="q-44556677")
    assert tried(second) == (Outcome.MATCHED, None)
    assert owner_of("d1") == person


def test_who_was_split_off_without_an_account_gets_theirs() -> None:
    """I9, I13: what their lead says is theirs."""
    person = a_person("Eva Paz", phone="51911222333")
    linked(a_driver("d0", name="Eva Paz", phone="911222333", document="11112222"), person)
    linked(a_lead(name="Eva Paz", document="11112222"), person)
    wrong = a_lead(name=NAME, document=DOCUMENT)
    actions.resolve_case(lead_id=wrong.pk, choice=Choice(person=person.pk), by=BY)
    link = Link.objects.get(source_pk=wrong.source_pk)
    new = actions.split_person(person=person.pk, links=[link.pk], by=BY).other
    assert not Identifier.objects.filter(is_sole=True, person=new).exists()
    a_driver("d1", name=NAME, document=DOCUMENT)
    assert reconciled()["newly_driver_mapped"] == 1
    assert owner_of("d1") == new.pk


def test_a_document_of_two_persons_ties_nobody() -> None:
    """I4: neither is its only holder; and who of them vouches for it is."""
    by_hand()
    _second, other = by_hand(phone="911222333")
    a_driver("d1", name=NAME, phone=PHONE, document=DOCUMENT)
    assert "newly_driver_mapped" not in reconciled()
    assert owner_of("d1") is None
    Identifier.objects.filter(person=other, kind="document").update(is_sole=True)
    reconciled()
    assert owner_of("d1") == other


def test_document_and_licence_of_two_persons_tie_nobody() -> None:
    """I4, I9: neither by reconciliation nor by a lead that finds the account."""
    _first, one = by_hand()
    _second, other = by_hand(document="", licence="Q1", phone="911222333")
    a_driver("d1", name=NAME, document=DOCUMENT, licence="Q1")
    assert "newly_driver_mapped" not in reconciled()
    tried(a_lead(name=NAME, document=DOCUMENT))
    assert owner_of("d1") not in {one, other}


def test_an_account_under_a_clearly_different_name_stays_apart() -> None:
    """I4: a lead's slip does not give its person somebody else's account, nor that one's leads."""
    _lead, person = by_hand()
    a_driver("d1", name="Pedro Choque Inga", phone="911222333", document=DOCUMENT)
    assert "newly_driver_mapped" not in reconciled()
    theirs = a_lead(name="Pedro Choque Inga", phone="911222333", document=DOCUMENT)
    assert tried(theirs) == (Outcome.MATCHED, None)
    assert owner_of("d1") not in (None, person)
    assert Link.objects.get(source_pk=theirs.source_pk).person_id == owner_of("d1")


def test_what_people_said_is_no_account_of_theirs_stays_apart() -> None:
    """I7c: neither reconciliation nor a second lead brings it, nor with another account of the document."""
    lead, person = by_hand()
    a_driver("d1", name=NAME, phone=PHONE, document=DOCUMENT)
    actions.give_verdict(lead_id=lead.pk, kind=VerdictKind.CANNOT_LINK, driver="d1", by=BY)
    second = a_lead(name=NAME, document=DOCUMENT, phone="911222333")
    tried(second)
    reconciled()
    assert owner_of("d1") != person


def test_who_pressed_new_person_beside_an_account_is_believed() -> None:
    """I4, I13: the account was there to be chosen; a second lead of its document is the account's."""
    a_driver("d1", name=NAME, phone="911222333", document=DOCUMENT)
    _lead, person = by_hand()
    assert "newly_driver_mapped" not in reconciled()
    second = a_lead(name=NAME, document=DOCUMENT)
    assert tried(second) == (Outcome.MATCHED, None)
    assert Link.objects.get(source_pk=second.source_pk).person_id == owner_of("d1") != person


def test_whose_only_lead_was_taken_back_keeps_its_account_from_nobody() -> None:
    """I4, I9: the paper was that lead's word; without it the account is a person of its own."""
    lead, person = by_hand()
    actions.unlink(link_id=Link.objects.get(source_pk=lead.source_pk).pk, by=BY)
    a_driver("d1", name=NAME, phone=PHONE, document=DOCUMENT)
    assert tried(lead) == (Outcome.MATCHED, None)
    assert owner_of("d1") not in (None, person)


def test_who_was_merged_away_holds_nothing() -> None:
    """I9: their papers went along; the one who lives on is the only holder."""
    _lead, person = by_hand()
    _second, other = by_hand(phone="911222333")
    actions.merge_persons(kept=other, gone=person, by=BY)
    a_driver("d1", name=NAME, document=DOCUMENT)
    reconciled()
    assert owner_of("d1") == other
    assert Person.objects.filter(merged_into=None).count() == 1


@pytest.mark.usefixtures("many")
def test_who_else_holds_a_paper_is_looked_up() -> None:
    """I7: by indexes alone, also for who is known by what nobody vouches for."""
    Identifier.objects.update(is_sole=False)
    some = Identifier.objects.order_by("pk")[:50]
    values = {"kinds": [one.kind for one in some], "values": [one.value for one in some]}
    persons = {"persons": [one.person_id for one in some]}
    assert len(rows(statements.ONLY_HOLDERS, **values)) == len(some)
    for sql, given in ((statements.ONLY_HOLDERS, values), (statements.UNLINKED_HOLDERS, persons)):
        plan = "\n".join(line for (line,) in rows(f"EXPLAIN {sql}", **given))
        assert "Index" in plan
        assert "Seq Scan" not in plan.replace("Seq Scan on identity_verdict", ""), plan
