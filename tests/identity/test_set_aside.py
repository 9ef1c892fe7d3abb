"""Whom a rule set aside leaves the referee's field: the rest share the probability (I3, I7b)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from identity import actions
from identity.models import IdentitySettings, Lead, Link
from identity.rules import MatchRule, Outcome, Via
from tests.identity.fleet import DAY, a_driver, a_lead, a_person

pytestmark = pytest.mark.usefixtures("in_acme")
NAME, PHONE, PLATE = "Ana Ruiz Soto", "999888777", "ABC-123"
BOTH = pytest.mark.parametrize("mode", ["rules", "scored"])


def link_of(lead: Lead) -> Link:
    """Link one lead; return its link."""
    tally = actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    assert tally.fates[lead.pk] == (Outcome.MATCHED, None)
    return Link.objects.get(source_pk=lead.source_pk)


def accounts_of(link: Link) -> set[str]:
    return set(Link.objects.filter(source="driver", person=link.person).values_list("source_pk", flat=True))


@BOTH
@pytest.mark.parametrize(
    ("known", "rule"), [({"phone": PHONE}, MatchRule.PHONE), ({"plate": PLATE}, MatchRule.PLATE)]
)
def test_who_is_in_another_park(mode: str, known: dict[str, Any], rule: MatchRule) -> None:
    """I3: target park first, a plate's there only; the same name elsewhere is no rival."""
    IdentitySettings.objects.update(mode=mode)
    a_driver("d-here", name=NAME, document="12345678", hired_on=DAY, **known)
    a_driver("d-there", name=NAME, document="12345699", hired_on=DAY, park="cusco", **known)
    found = link_of(a_lead(name=NAME, **known))
    assert (found.rule, accounts_of(found)) == (rule, {"d-here"})
    assert found.posterior
    assert found.posterior >= 0.9


@pytest.mark.parametrize("days", [-400, -91, 31])
def test_who_was_hired_out_of_the_window(days: int) -> None:
    """I3: with somebody in the window, R3 does not ask for the others."""
    a_driver("d-then", name=NAME, plate=PLATE, hired_on=DAY)
    a_driver("d-else", name=NAME, plate=PLATE, hired_on=DAY + timedelta(days))
    found = link_of(a_lead(name=NAME, plate=PLATE))
    assert (found.rule, found.score, accounts_of(found)) == (MatchRule.PLATE, 85, {"d-then"})


def test_only_a_park_sets_aside_where_the_weights_link() -> None:
    """I7b: in `scored` the window does not."""
    IdentitySettings.objects.update(mode="scored")
    for days in (0, -400):
        a_driver(name=NAME, plate=PLATE, hired_on=DAY + timedelta(days))
    lead = a_lead(name=NAME, plate=PLATE)
    tally = actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    assert tally.fates[lead.pk][0] is Outcome.REVIEW


@pytest.mark.parametrize("known", [{"phone": PHONE}, {"plate": PLATE}])
def test_who_has_the_document_alone_is_not_set_aside_by_another_key(known: dict[str, Any]) -> None:
    """I3, I7b: each key asks its own holders: who alone has the document is asked, wherever they are."""
    IdentitySettings.objects.update(mode="scored")
    here = {"document": "12345699"} if "phone" in known else {}
    a_driver("d-here", name=NAME, hired_on=DAY, **here, **known)
    a_driver("d-there", name=NAME, document="12345678", park="cusco", **known)
    found = link_of(a_lead(name=NAME, document="12345678", **known))
    assert (found.rule, accounts_of(found)) == (MatchRule.SCORED, {"d-there"})


@BOTH
def test_a_rival_whom_no_rule_met_still_stops_a_link(mode: str) -> None:
    """I7b: positive control: one typo away, in the park or out of it."""
    IdentitySettings.objects.update(mode=mode)
    a_driver(name="Rosa Ana Ruiz", phone=PHONE)
    a_driver(name=NAME, phone="999888778", hired_on=DAY, park="cusco")
    lead = a_lead(name=NAME, phone=PHONE)
    tally = actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    assert tally.fates[lead.pk][0] is Outcome.REVIEW
    told = actions.explain_lead(lead=lead.pk)
    assert told
    assert told.gap == round(told.candidates[0].bits - told.candidates[1].bits, 2)


@BOTH
def test_an_explanation_shows_them_and_says_so(mode: str) -> None:
    """I10: their bits stay, no probability is theirs."""
    IdentitySettings.objects.update(mode=mode)
    for park, document in (("cusco", "12345699"), ("lima", "12345678")):
        a_driver(name=NAME, phone=PHONE, document=document, park=park)
    told = actions.explain_lead(lead=a_lead(name=NAME, phone=PHONE).pk)
    assert told
    chosen, other = told.candidates
    assert (told.chosen, chosen.is_aside, other.is_aside) == (0, False, True)
    assert (chosen.posterior > 0.9, other.posterior) == (True, 0)
    assert told.gap is None, "nobody is next"
    assert chosen.bits == other.bits == round(sum(step.bits for step in other.steps), 2)


def test_a_person_without_an_account_is_compared_as_names_are() -> None:
    """I1, I2: particles say nothing: who is called alike is called so."""
    person = a_person("Juan De La Cruz", phone="51999888777")
    told = actions.explain_lead(lead=a_lead(name="Juan De La Cruz", phone=PHONE).pk)
    assert told
    assert told.candidates[0].person == person.pk
    assert {one.rule: one.alike for one in told.tried}[MatchRule.PHONE] == (1.0,)
