"""Linking whole batches: evidence, cases, races, bad leads (I4–I9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from identity import actions
from identity.models import (
    Attempt,
    BacklogEvent,
    Case,
    Claim,
    Driver,
    Identifier,
    IdentitySettings,
    Link,
    MergeProposal,
    Person,
    Verdict,
)
from identity.rules import Outcome, Reason, VerdictKind, Via
from tenants.models import new_id
from tenants.scope import owner_scope
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, a_scout, linked

pytestmark = pytest.mark.usefixtures("in_acme")
PHONE = "999888777"


def link(*leads, **asked):
    asked = {"via": Via.RECOVER, "now": timezone.now(), **asked}
    return actions.link_leads(leads=[lead.id for lead in leads], **asked)


def person_of(what):
    source_pk = what.driver_id if isinstance(what, Driver) else what.source_pk
    return Link.objects.get(source_pk=source_pk).person_id


def test_it_makes_a_person_of_an_account_and_links_both():
    """I8: person, lead link, driver link, sole identifiers, backlog event; evidence sums up (I7b)."""
    driver = a_driver(name="Ana Ruiz", phone=PHONE, document="12345678", licence="Q12345678")
    lead = a_lead(name="Ana Ruiz", phone="+51 999 888 777")
    tally = link(lead)
    assert (tally.processed, tally.matched, tally.newly_driver_mapped) == (1, 1, 1)
    found = Link.objects.get(source_pk=lead.source_pk)
    assert (found.rule, found.score, found.confidence, found.via) == ("R1_PHONE_EXACT", 95, "HIGH", "recover")
    assert person_of(driver) == found.person_id
    assert found.posterior
    assert found.posterior > 0.99
    assert len(found.levels) == len(found.weights) == 8
    assert sum(found.weights) > 1_000
    held = Identifier.objects.filter(person=found.person_id, is_sole=True).values_list("kind", "value")
    assert set(held) == {("document", "12345678"), ("licence", "Q12345678")}
    assert list(
        BacklogEvent.objects.filter(source_pk=lead.source_pk).order_by("id").values_list("kind", flat=True)
    ) == ["entered", "matched_by_recovery"]
    assert not Case.objects.exists()


def test_two_leads_of_one_unknown_account_get_one_person():
    """I8: in one batch, and the second account of the same document comes along (I4)."""
    a_driver("d-one", name="Ana Ruiz", phone=PHONE, document="12345678")
    a_driver("d-two", name="Ana Ruiz", document="12345678", park="cusco")
    first, second = a_lead(name="Ana Ruiz", phone=PHONE), a_lead(document="12.345.678", park="cusco")
    assert link(first, second).matched == 2
    assert Person.objects.count() == 1
    assert Link.objects.filter(source="driver").count() == 2


def test_it_opens_a_case_with_reason_candidates_and_attempt():
    """I6: two holders of one phone and no names; nobody is made (I7)."""
    one, other = a_driver(phone=PHONE, document="1111111"), a_driver(phone=PHONE, document="2222222")
    lead = a_lead(phone=PHONE)
    tally = link(lead)
    assert tally.fates == {lead.id: (Outcome.REVIEW, Reason.MULTIPLE_CANDIDATES)}
    case = Case.objects.get(lead=lead)
    assert (case.state, case.reason, case.attempts, case.inputs) == (
        "open",
        "MULTIPLE_CANDIDATES",
        1,
        lead.inputs,
    )
    assert {driver for each in case.shown for driver in each["drivers"]} == {one.driver_id, other.driver_id}
    assert Attempt.objects.get(lead=lead).reason == "MULTIPLE_CANDIDATES"
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [({}, Reason.MISSING_IDENTIFIERS), ({"phone": PHONE}, Reason.NO_CANDIDATES)],
)
def test_it_says_why_nobody_was_found(typed, reason):
    """I6."""
    lead = a_lead(name="Ana Ruiz", **typed)
    assert link(lead).fates == {lead.id: (Outcome.UNMATCHED, reason)}


def test_an_unchanged_lead_is_left_alone_until_something_is_new():
    """I7c: a second run writes nothing; other inputs, a woken case, or force are news."""
    lead = a_lead(name="Ana Ruiz", phone=PHONE)
    link(lead)
    again = link(lead)
    assert (again.processed, again.skipped) == (0, 1)
    assert Attempt.objects.count() == 1
    Case.objects.update(woken_at=timezone.now() + timedelta(seconds=1))
    a_driver(name="Ana Ruiz", phone=PHONE)
    assert link(lead, now=timezone.now() + timedelta(seconds=2)).matched == 1
    assert Case.objects.get().state == "resolved"
    assert list(Attempt.objects.order_by("id").values_list("outcome", flat=True)) == ["unmatched", "matched"]


def test_an_account_of_a_known_document_is_that_persons():
    """I4: the only holder of its document, whom no account names yet."""
    person = a_person("Ana Ruiz", sole=True, document="12345678")
    driver = a_driver(name="Ana Ruiz", phone=PHONE, document="12345678")
    lead = a_lead(phone=PHONE)
    assert link(lead).matched == 1
    assert person_of(lead) == person_of(driver) == person.key


def test_a_person_is_found_by_what_no_account_says():
    """I4: identifiers that a user confirmed."""
    person = a_person("Ana Ruiz", sole=True, phone="51999888777")
    lead = a_lead(name="Ana Ruiz", phone=PHONE)
    link(lead)
    assert person_of(lead) == person.key


def test_a_relative_on_the_same_phone_stays_somebody_else():
    """I4: names clearly different; the recycled or shared phone is looked at by a person."""
    a_driver(name="Rosa Quispe", phone=PHONE)
    lead = a_lead(name="Juan Mamani", phone=PHONE)
    assert link(lead).fates[lead.id] == (Outcome.REVIEW, Reason.NAME_MISMATCH)


def test_it_finds_a_typo_where_two_facts_do_not_agree():
    """I7, I7b: in `scored` one digit and an equal name link; in `rules` it stays a case that shows them."""
    driver = a_driver(name="Ana Ruiz Soto", phone="999888778")
    lead = a_lead(name="Ana Ruiz Soto", phone=PHONE, on=None)
    assert link(lead).matched == 0
    assert Case.objects.get().shown[0]["drivers"] == [driver.driver_id]


def test_scouts_are_linked_without_cases_or_backlog():
    """A registration is an origin's source, no part of the red backlog."""
    person = a_person("Ana Ruiz")
    linked(a_driver(name="Ana Ruiz", phone=PHONE), person)
    scout, unknown = a_scout(phone=PHONE), a_scout(phone="911222333")
    tally = actions.link_scouts(scouts=[scout.id, unknown.id], now=timezone.now())
    assert (tally.matched, person_of(scout)) == (1, person.key)
    assert not Case.objects.exists()


def test_a_bad_lead_touches_only_itself(acme):
    """I8: the batch is halved down to it; it waits as an error, which is no attempt (I6)."""
    with owner_scope(), connection.cursor() as cursor:
        table = f'"{acme.schema_name}".identity_link'
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT no_bad CHECK (source_pk <> 'bad')")
    a_driver(name="Ana Ruiz", phone=PHONE)
    good = [a_lead(name="Ana Ruiz", phone=PHONE) for _ in range(4)]
    bad = a_lead("bad", name="Ana Ruiz", phone=PHONE)
    tally = link(*good[:2], bad, *good[2:])
    assert (tally.processed, tally.matched, tally.errors) == (5, 4, 1)
    assert tally.fates[bad.id] == (Outcome.ERROR, Reason.ERROR)
    case = Case.objects.get()
    assert (case.lead_id, case.attempts, case.errors) == (bad.id, 0, 1)
    assert case.retry_at
    assert case.retry_at > timezone.now()
    assert not Attempt.objects.exists()
    assert link(bad).skipped == 1


def test_persons_get_the_accounts_that_come_after_them():
    """I13: by a document they alone hold, or by what their lead says; once."""
    person = a_person("Ana Ruiz", sole=True, document="12345678")
    a_driver(name="Ana Ruiz", document="12345678")
    a_driver(name="Pedro Choque Inga", document="12345678")
    now, via = timezone.now(), Via.RECONCILE
    assert actions.adopt_accounts(persons=[person.key], via=via, now=now) == 1
    assert actions.adopt_accounts(persons=[person.key], via=via, now=now) == 0

    other, lead = a_person("Rosa Quispe"), a_lead(name="Rosa Quispe", phone=PHONE)
    linked(lead, other)
    assert actions.map_drivers(leads=[lead.id], via=via, now=now) == 0
    driver = a_driver(name="Rosa Quispe", phone=PHONE)
    assert actions.map_drivers(leads=[lead.id], via=via, now=now) == 1
    assert person_of(driver) == other.key


def test_it_explains_a_decision_without_writing_it():
    """I10: rule, inputs, candidates, steps that sum to the bits, gap, why."""
    driver = a_driver(name="Ana Ruiz", phone=PHONE, document="12345678")
    a_driver(name="Ana Quispe", phone=PHONE, document="87654321")
    lead = a_lead(name="Ana Ruiz", phone=PHONE)
    told = actions.explain_lead(lead=lead.id)
    assert told
    assert (told.outcome, told.rule, told.chosen) == (Outcome.MATCHED, "R1_PHONE_EXACT", 0)
    assert told.candidates[0].drivers == (driver.driver_id,)
    for each in told.candidates:
        assert round(sum(step.bits for step in each.steps), 2) == each.bits
    assert told.gap is None, "who lost by name is no rival"
    assert told.inputs["phone"] == "51999888777"
    typed = {"first_name": "Ana", "last_name": "Ruiz", "phone": "+51 999 888 777", "park": lead.park}
    asked = actions.explain_facts(typed=typed, country="PE", lead_date=lead.lead_date)
    assert (asked.candidates, asked.tried) == (told.candidates, told.tried)
    assert not Link.objects.exists()
    link(lead)
    again = actions.explain_lead(lead=lead.id)
    assert again
    assert again.candidates[0].person == person_of(lead)
    assert actions.explain_lead(lead=-1) is None


def test_a_rare_name_is_shown_and_never_linked():
    """I7: the name pass only feeds review; whom an identifier contradicts, or too many bear, is not shown."""
    driver = a_driver(name="Ana María Ruiz Soto", phone="911222333", document="12345678")
    alone = a_lead(name="Ana Ruiz Soto")
    contradicted = a_lead(name="Ana Ruiz Soto", document="87654321")
    IdentitySettings.objects.update(mode="scored")
    tally = link(alone, contradicted)
    assert tally.fates[alone.id] == (Outcome.REVIEW, Reason.LOW_CONFIDENCE)
    assert tally.fates[contradicted.id] == (Outcome.UNMATCHED, Reason.NO_CANDIDATES)
    assert Case.objects.get(lead=alone).shown[0]["drivers"] == [driver.driver_id]
    for _number in range(4):
        a_driver(name="Ana Ruiz Soto")
    assert link(alone, force=True).fates[alone.id] == (Outcome.UNMATCHED, Reason.MISSING_IDENTIFIERS)


def test_in_scored_mode_a_typo_under_an_equal_name_links():
    """I7b: SCORED, MEDIUM, 84 at most; the rules leave it to a person."""
    driver = a_driver(name="Ana Ruiz Soto", phone="999888778", hired_on=DAY)
    lead = a_lead(name="Ana Ruiz Soto", phone=PHONE)
    assert link(lead).matched == 0
    IdentitySettings.objects.update(mode="scored")
    assert link(lead).matched == 1
    found = Link.objects.get(source_pk=lead.source_pk)
    assert (found.rule, found.score, found.confidence) == ("SCORED", 84, "MEDIUM")
    assert person_of(driver) == found.person_id


def test_verdicts_bind_every_run():
    """I7c: must-link makes the link, cannot-link leaves a person out."""
    driver, other = a_driver(name="Ana Ruiz", phone=PHONE), a_driver(name="Rosa Quispe")
    barred, bound = a_lead(name="Ana Ruiz", phone=PHONE), a_lead(name="Ana Ruiz")
    Verdict.objects.create(lead=barred, kind="cannot_link", driver=driver, created_by=new_id())
    Verdict.objects.create(lead=bound, kind="must_link", driver=other, created_by=new_id())
    tally = link(barred, bound)
    assert tally.fates[barred.id] == (Outcome.UNMATCHED, Reason.NO_CANDIDATES)
    assert Link.objects.get(source_pk=bound.source_pk).rule == "MANUAL_RESOLUTION"
    assert person_of(other) == person_of(bound)


def test_what_a_person_ignores_stays_ignored():
    """Case: a human's ignore stays, whatever comes up."""
    lead = a_lead(phone=PHONE)
    link(lead)
    Case.objects.update(state="ignored", closed_at=timezone.now())
    a_driver(phone=PHONE)
    assert link(lead, force=True).skipped == 1


def test_an_ambiguous_phone_and_licence_propose_a_merge():
    """I9: phone and licence point at two persons: nobody is chosen."""
    one, other = a_person("Ana Ruiz"), a_person("Ana Ruiz")
    linked(a_driver(name="Ana Ruiz", phone=PHONE), one)
    linked(a_driver(name="Ana Ruiz", licence="Q12345678"), other)
    lead = a_lead(name="Ana Ruiz", phone=PHONE, licence="Q12345678")
    assert link(lead).reasons == {"MULTIPLE_CANDIDATES": 1}
    proposal = MergeProposal.objects.get()
    assert {proposal.one_id, proposal.other_id} == {one.key, other.key}
    assert proposal.source_pk == lead.source_pk


def test_an_answered_claim_that_waited_counts_before_an_expected_one():
    """I14: the same law as in settling by hand; what nobody spoke of waits instead."""
    account = a_driver(phone="999888777")
    person = a_person()
    linked(account, person)
    lead = a_lead("L2", phone="999888777")
    linked(a_lead("L1"), person)
    for source_pk, state, held in (("L1", "expected", person), ("L2", "paid", None)):
        Claim.objects.create(
            source_pk=source_pk, person=held, milestone="M1", state=state, amount=25, currency="PEN"
        )
    assert link(lead).matched == 1
    assert list(Claim.objects.filter(person=person).values_list("state", flat=True)) == ["paid"]


def test_healing_gives_nobody_the_account_that_a_lead_of_theirs_is_not():
    """I7c, I13: another person of that document would get it."""
    lead, person = a_lead(), a_person(document="D1", sole=True)
    account, other = a_driver(document="D1"), a_driver(document="D1")
    linked(lead, person)
    actions.give_verdict(lead_id=lead.pk, kind=VerdictKind.CANNOT_LINK, driver=account.driver_id, by=new_id())
    now, via = timezone.now(), Via.RECONCILE
    assert actions.adopt_accounts(persons=[person.pk], via=via, now=now) == 1
    assert person_of(other) == person.pk
    assert not Link.objects.filter(source_pk=account.driver_id).exists()
