"""Linking a batch by look-ups says what the pure rules say of the whole fleet (I3–I7b)."""

import random
from datetime import timedelta
from operator import eq
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from identity import actions
from identity.actions.linking.persons import persons_of
from identity.actions.linking.records import Account
from identity.actions.linking.ruleset import current_ruleset
from identity.matching import Candidate, Facts, LeadFacts, combine, try_rules
from identity.matching.comparing import IDENTIFIERS, compare, top_of
from identity.matching.keys import name_tokens
from identity.matching.refereeing import Mode, referee
from identity.matching.trying import EXACT
from identity.matching.weighing import Weighed, weigh, with_posteriors
from identity.models import Driver, IdentitySettings, Lead, Link
from identity.rules import HIRED_WITHIN, MatchRule, Outcome, Reason, Via
from tests.identity.fleet import DAY, a_driver, a_lead

pytestmark = pytest.mark.usefixtures("in_acme")
TOPS = tuple(top_of(kind) for kind in IDENTIFIERS)
FLEETS, DRIVERS, LEADS = 8, 14, 10
FIRST, LAST = ("Ana", "Juan", "Rosa"), ("Ruiz Soto", "Quispe Mamani", "Ruis Soto", "Choque")
# Few values, so that they meet: shared, recycled and mistyped ones.
PHONES = ("", "999888777", "999888778", "911222333", "911222334")
DOCUMENTS = ("", "", "12345678", "12345679", "87654321")
PLATES = ("", "ABC-123", "abc 123", "XYZ-987")
EMAILS = ("", "", "ana@correo.example")


def typed(dice):
    return {
        "name": f"{dice.choice(FIRST)} {dice.choice(LAST)}" if dice.random() < 0.85 else "",
        "phone": dice.choice(PHONES),
        "document": dice.choice(DOCUMENTS),
        "licence": dice.choice(("", "", "Q12345678", "Q87654321")),
        "email": dice.choice(EMAILS),
        "plate": dice.choice(PLATES),
        "car_brand": dice.choice(("", "Kia")),
        "car_model": "Rio",
        "park": dice.choice(("lima", "cusco")),
    }


def facts(row):
    return Facts(
        row.phone_key,
        row.document_key,
        row.licence_key,
        row.email_key,
        row.plate_key,
        row.car_key,
        name_tokens(row.name_key),
        row.park,
    )


def in_reach(lead, fleet):
    """Return whom a key leads to; where no two facts agree, whom a typo in one leads to as well."""
    levels = [(one, compare(lead, one)) for one in fleet]
    exact = [one for one, found in levels if any(map(eq, found, TOPS))]
    if any(sum(map(eq, found, TOPS)) + (found[len(TOPS)] > 2) > 1 for one, found in levels if one in exact):
        return exact
    return [one for one, found in levels if any(level > 1 for level in found[: len(TOPS)])]


def elsewhere(lead, candidates):
    """Return who holds only in other parks what somebody of the target park holds too (I3).

    Who is asked for by an exact key that nobody here holds is none of them.
    """
    here = {one.person for one in candidates if one.facts.park == lead.facts.park}
    by_name = [lambda facts: facts.plate] if lead.facts.name else []
    found = [
        {one.person for one in candidates if key_of(lead.facts) == key_of(one.facts) != ""}
        for key_of in [*(key_of for _rule, key_of in EXACT), *by_name]
    ]
    aside = {person for holders in found if holders & here for person in holders - here}
    asked = {person for holders in found[: len(EXACT)] if not holders & here for person in holders}
    return aside - asked


def left_out(lead, candidates):
    """Return who has the lead's plate or car in another park, or hired out of the rule's window (I3)."""
    for rule, kind in ((MatchRule.PLATE, "plate"), (MatchRule.CAR, "car")):
        before, after = HIRED_WITHIN[rule]
        for one in candidates if lead.facts.name and getattr(lead.facts, kind) else ():
            days = (one.hired_on - lead.lead_date).days if one.hired_on and lead.lead_date else 0
            is_asked = one.facts.park == lead.facts.park and -before <= days <= after
            if getattr(one.facts, kind) == getattr(lead.facts, kind) and not is_asked:
                yield one.person


def aside(lead, decision, candidates, mode):
    """Return whom the referee leaves out: by park, and where it only stops links by window and name (I7b)."""
    if mode is Mode.SCORED:
        return elsewhere(lead, candidates)
    named = {person for one in decision.tried for person, _alike in one.persons}
    return named | elsewhere(lead, candidates) | set(left_out(lead, candidates))


def expected(row, fleet, rules):
    """Decide over every account there is, without any look-up."""
    lead = LeadFacts(facts(row), row.lead_date)
    candidates = in_reach(lead, fleet)
    decision = combine(try_rules(lead, candidates, rules.thresholds))
    holders = {
        kind: max(len({one.person for one in candidates if getattr(one.facts, kind) == value}), 1)
        for kind in IDENTIFIERS
        if (value := getattr(lead.facts, kind))
    }
    best: dict[Any, Weighed] = {}
    for one in candidates:
        levels = compare(lead, one)
        each = Weighed(one.person, levels, weigh(rules.model, levels, holders, 0))
        if one.person not in best or each.bits > best[one.person].bits:
            best[one.person] = each
    left = aside(lead, decision, candidates, rules.mode) - {decision.person}
    field = {person: one for person, one in best.items() if person not in left}
    return referee(decision, with_posteriors(rules.model, field, 0), mode=rules.mode)


def fleet_of(rules):
    """Return every account as a candidate, and the label of each person's accounts."""
    accounts = [
        Account(one.id, one.driver_id, facts(one), one.name_key, one.hired_on, None)
        for one in Driver.objects.order_by("id")
    ]
    persons = persons_of(accounts, {}, rules.thresholds)
    owned: dict[Any, set[str]] = {}
    for one in accounts:
        owned.setdefault(persons[one.id], set()).add(one.driver_id)
    return [Candidate(persons[one.id], one.facts, one.hired_on) for one in accounts], owned


def accounts_of(lead):
    person = Link.objects.get(source="cabinet_lead", source_pk=lead.source_pk).person_id
    return set(Link.objects.filter(source="driver", person=person).values_list("source_pk", flat=True))


@pytest.mark.parametrize("mode", [Mode.RULES, Mode.SCORED])
@pytest.mark.parametrize("seed", range(FLEETS))
def test_it_decides_like_the_rules_over_the_whole_fleet(seed, mode):
    """I7: the union of candidates misses nobody that a key or one typo leads to; I4, I5: the same person."""
    dice = random.Random(seed)
    IdentitySettings.objects.update(mode=mode)
    for _number in range(DRIVERS):
        a_driver(**typed(dice), hired_on=dice.choice((None, DAY, DAY - timedelta(200))))
    for _number in range(LEADS):
        a_lead(**typed(dice))
    rules = current_ruleset()
    fleet, owned = fleet_of(rules)
    linked = 0
    for lead in Lead.objects.order_by("id"):
        wanted = expected(lead, fleet, rules)
        before = transaction.savepoint()
        tally = actions.link_leads(leads=[lead.id], via=Via.RECOVER, now=timezone.now())
        outcome, reason = tally.fates[lead.id]
        if wanted.outcome is Outcome.MATCHED:
            assert (outcome, reason) == (Outcome.MATCHED, None)
            # Who shares only with who shares comes later, with a lead or by healing.
            assert set() < accounts_of(lead) <= owned[wanted.person]
            linked += 1
        elif wanted.reason in {Reason.MULTIPLE_CANDIDATES, Reason.NAME_MISMATCH}:
            assert (outcome, reason) == (wanted.outcome, wanted.reason)
        else:
            assert outcome is not Outcome.MATCHED
        transaction.savepoint_rollback(before)  # the next lead meets the fleet as it was
    assert linked
