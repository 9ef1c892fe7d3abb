"""A slip of the hand is taken back: the link goes, what the person had of itself stays (I9)."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import Choice
from identity.models import Identifier, Lead, Link
from identity.rules import IdentifierKind, Source, VerdictKind, Via
from tests.identity.fleet import a_driver, a_lead, a_person

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()
ANA: dict[str, Any] = {"name": "Ana Ruiz", "document": "D100", "licence": "Q7"}
PAPERS = [("document", "D100", True), ("licence", "Q7", True)]


def resolve(lead: Lead, **choice):
    return actions.resolve_case(lead_id=lead.pk, choice=Choice(**choice), by=BY).person


def known(person):
    return sorted(Identifier.objects.filter(person=person).values_list("kind", "value", "is_sole"))


def test_an_account_keeps_its_papers():
    """Identifier: document and licence of a linked account have one holder, also once the lead is gone."""
    lead = a_lead(phone="999888777", **ANA)
    account = a_driver(**ANA)
    person = resolve(lead, driver=account.driver_id)
    assert known(person) == PAPERS
    actions.take_back_resolution(lead_id=lead.pk, by=BY)
    assert Link.objects.get().source == Source.DRIVER
    assert known(person) == PAPERS


def test_what_was_confirmed_goes():
    """I9: or the next run would find the person by it, although it was a slip."""
    lead, person = a_lead(phone="999888777", **ANA), a_person("Ana Ruiz")
    resolve(lead, person=person.pk, confirmed=[IdentifierKind.PHONE, IdentifierKind.DOCUMENT])
    assert len(known(person.pk)) == 2
    actions.take_back_resolution(lead_id=lead.pk, by=BY)
    assert known(person.pk) == []


def test_a_confirmed_phone_goes_although_an_account_says_it():
    """Identifier: phones pass from hand to hand, so an account vouches for none."""
    lead = a_lead(phone="999888777", **ANA)
    account = a_driver(phone="999888777", **ANA)
    person = resolve(lead, driver=account.driver_id, confirmed=[IdentifierKind.PHONE])
    assert len(known(person)) == 3
    actions.take_back_resolution(lead_id=lead.pk, by=BY)
    assert known(person) == PAPERS


def test_a_link_that_a_job_made_by_a_persons_word_takes_no_papers_along():
    """I7c: the word bound the run; the account that came with it stays whole."""
    lead, account = a_lead(**ANA), a_driver(**ANA)
    actions.give_verdict(lead_id=lead.pk, kind=VerdictKind.MUST_LINK, driver=account.driver_id, by=BY)
    actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    person = Link.objects.get(source=Source.CABINET).person_id
    actions.take_back_resolution(lead_id=lead.pk, by=BY)
    assert known(person) == PAPERS
