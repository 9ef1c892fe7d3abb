"""A slip of the hand is taken back: the link goes, what the person had of itself stays (I9)."""

from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import Choice
from identity.actions.erasing import IdentityTraces
from identity.models import Identifier, Lead, Link, Person, Verdict
from identity.rules import IdentifierKind, Source, VerdictKind, Via
from tenants.records.erasure import Order, PersonKeys
from tests.identity.fleet import a_driver, a_lead, a_person, linked

pytestmark = pytest.mark.usefixtures("in_acme")
BY, CAROL = uuid4(), uuid4()
MUST, CANNOT = VerdictKind.MUST_LINK, VerdictKind.CANNOT_LINK
ANA: dict[str, Any] = {"name": "Ana Ruiz", "document": "D100", "licence": "Q7"}
PAPERS = [("document", "D100", True), ("licence", "Q7", True)]


def resolve(lead: Lead, **choice):
    return actions.resolve_case(lead_id=lead.pk, choice=Choice(**choice), by=BY).person


def say(lead, kind, **about):
    return actions.give_verdict(lead_id=lead.pk, kind=kind, by=CAROL, note="she told me", **about)


def run(lead):
    return actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())


def words(lead):
    """Every word on a lead, all columns."""
    return list(Verdict.objects.filter(lead=lead).order_by("id").values())


def take_back(lead):
    actions.take_back_resolution(lead_id=lead.pk, by=BY)


def a_refused_account():
    """Return a lead, somebody's account, that person, and the words against the person."""
    lead, account, person = a_lead(), a_driver(), a_person()
    linked(account, person)
    say(lead, CANNOT, person=person.pk)
    return lead, account, person, words(lead)


def a_lead_and_two():
    """Return a lead and two persons who have nothing to do with it."""
    return a_lead(), a_person("One"), a_person("Other")


def known(person):
    return sorted(Identifier.objects.filter(person=person).values_list("kind", "value", "is_sole"))


def test_an_account_keeps_its_papers():
    """Identifier: document and licence of a linked account have one holder, also once the lead is gone."""
    lead = a_lead(phone="999888777", **ANA)
    account = a_driver(**ANA)
    person = resolve(lead, driver=account.driver_id)
    assert known(person) == PAPERS
    take_back(lead)
    assert Link.objects.get().source == Source.DRIVER
    assert known(person) == PAPERS


def test_what_was_confirmed_goes():
    """I9: or the next run would find the person by it, although it was a slip."""
    lead, person = a_lead(phone="999888777", **ANA), a_person("Ana Ruiz")
    resolve(lead, person=person.pk, confirmed=[IdentifierKind.PHONE, IdentifierKind.DOCUMENT])
    assert len(known(person.pk)) == 2
    take_back(lead)
    assert known(person.pk) == []


def test_a_confirmed_phone_goes_although_an_account_says_it():
    """Identifier: phones pass from hand to hand, so an account vouches for none."""
    lead = a_lead(phone="999888777", **ANA)
    account = a_driver(phone="999888777", **ANA)
    person = resolve(lead, driver=account.driver_id, confirmed=[IdentifierKind.PHONE])
    assert len(known(person)) == 3
    take_back(lead)
    assert known(person) == PAPERS


def test_a_link_that_a_job_made_by_a_persons_word_takes_no_papers_along():
    """I7c: the word bound the run; the account that came with it stays whole."""
    lead, account = a_lead(**ANA), a_driver(**ANA)
    actions.give_verdict(lead_id=lead.pk, kind=MUST, driver=account.driver_id, by=BY)
    actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    person = Link.objects.get(source=Source.CABINET).person_id
    take_back(lead)
    assert known(person) == PAPERS


def test_a_word_against_the_person_comes_back():
    """I7c, I9: and the next run obeys it, as it would have without the slip."""
    lead, account = a_lead(phone="999888777", name="Ana Ruiz"), a_driver(phone="999888777", name="Ana Ruiz")
    person = a_person("Ana Ruiz")
    linked(account, person)
    say(lead, CANNOT, person=person.pk)
    before = words(lead)
    resolve(lead, person=person.pk)
    assert [one["kind"] for one in words(lead)] == [MUST]
    take_back(lead)
    assert words(lead) == before
    assert run(lead).matched == 0


def test_all_words_about_the_person_and_its_accounts_come_back():
    """I7c: an account nobody's, then the person's by the slip."""
    lead, account, _person, _one = a_refused_account()
    say(lead, CANNOT, driver=account.driver_id)
    before = words(lead)
    assert len(before) == 2
    resolve(lead, driver=account.driver_id)
    take_back(lead)
    assert words(lead) == before


def test_an_older_must_to_somebody_else_comes_back():
    """I7c, I9: with what that one had replaced, which a later slip gives back too."""
    lead, one, other = a_lead_and_two()
    say(lead, CANNOT, person=one.pk)
    say(lead, MUST, person=one.pk)
    before = words(lead)
    for _again in range(2):
        resolve(lead, person=other.pk)
        take_back(lead)
        assert words(lead) == before
    assert run(lead).matched == 1
    assert Link.objects.get().person_id == one.pk
    take_back(lead)
    assert [(said["kind"], said["person_id"]) for said in words(lead)] == [(CANNOT, one.pk)]


def test_without_words_before_none_come_back():
    """I9: and words about others stay as they are."""
    lead, other = a_lead(), a_person("Other")
    say(lead, CANNOT, person=other.pk)
    before = words(lead)
    resolve(lead)
    take_back(lead)
    assert words(lead) == before
    assert Person.objects.get() == other


def test_a_must_that_the_resolution_repeated_stays():
    """I7c, I9: it was somebody's before, and would stand without the slip."""
    lead, person = a_lead(), a_person()
    say(lead, MUST, person=person.pk)
    before = words(lead)
    resolve(lead, person=person.pk)
    take_back(lead)
    assert words(lead) == before


def test_two_resolutions_of_one_link_go_together():
    """I9: by the person, then by its account: the first word is none of before."""
    lead, account, person, before = a_refused_account()
    resolve(lead, person=person.pk)
    resolve(lead, driver=account.driver_id)
    assert [said["kind"] for said in Verdict.objects.get().replaced] == [CANNOT, MUST]
    take_back(lead)
    assert words(lead) == before


def test_a_slip_after_an_unlinked_one_gives_back_what_stood_between():
    """I9: not what the first one had replaced; unlinking takes nothing back."""
    lead, one, other = a_lead_and_two()
    say(lead, MUST, person=other.pk)
    resolve(lead, person=one.pk)
    actions.unlink(link_id=Link.objects.get().pk, by=BY)
    before = words(lead)
    resolve(lead, person=one.pk)
    take_back(lead)
    assert words(lead) == before


def test_a_word_said_since_outlasts_one_that_comes_back():
    """I7c: the last word counts."""
    lead, one, other = a_lead_and_two()
    say(lead, MUST, person=other.pk)
    resolve(lead, person=one.pk)
    say(lead, CANNOT, person=other.pk)
    take_back(lead)
    assert [(said["kind"], said["person_id"]) for said in words(lead)] == [(CANNOT, other.pk)]


def test_words_about_who_was_merged_or_is_gone():
    """I9: the successor is meant; nobody is meant by a row that is gone."""
    lead, account, slip = a_lead(), a_driver(), a_person("Slip")
    gone, kept = a_person("Gone"), a_person("Kept")
    linked(account, slip)
    say(lead, MUST, person=gone.pk)
    say(lead, CANNOT, driver=account.driver_id)
    resolve(lead, person=slip.pk)
    actions.merge_persons(kept=kept.pk, gone=gone.pk, by=BY)
    account.delete()
    take_back(lead)
    assert [(said["kind"], said["person_id"], said["driver_id"]) for said in words(lead)] == [
        (MUST, kept.pk, None)
    ]


@pytest.mark.parametrize("column", ["replaced", ""])
def test_a_merge_is_taken_back_with_what_its_words_had_replaced(column):
    """I9: also one that was written down when words kept nothing."""
    lead, gone, kept = a_lead(), a_person("Gone"), a_person("Kept")
    say(lead, CANNOT, person=gone.pk)
    resolve(lead, person=gone.pk)
    before = words(lead)
    change = actions.merge_persons(kept=kept.pk, gone=gone.pk, by=BY)
    change.refresh_from_db()
    for row in chain.from_iterable(change.moved["identity_verdict"].values()):
        assert row.pop(column, True)
    change.save()
    actions.undo_change(change_id=change.pk, by=BY)
    assert words(lead) == before


def test_an_erasure_takes_the_notes_of_replaced_words():
    """S19: of all words about a lead of the person, and of words about the person on leads of others."""
    erased, lead, stranger = a_person(document="D100"), a_lead(document="D100"), a_lead()
    one, other = a_person("One"), a_person("Other")
    for each, about in ((lead, one), (stranger, erased)):
        say(each, CANNOT, person=about.pk)
        say(each, MUST, person=about.pk)
        say(each, MUST, person=other.pk)
    IdentityTraces().erased(Order(PersonKeys(document="D100"), BY))
    replaced = list(chain.from_iterable(Verdict.objects.values_list("replaced", flat=True)))
    assert [(word["kind"], word["note"]) for word in replaced] == [(CANNOT, ""), (MUST, "")] * 2
