"""A named user's verdict binds every later run; unlinking is one (I7c, I9)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions, queries
from identity.actions import Choice
from identity.actions.people import refusals
from identity.models import BacklogEvent, Case, Claim, Link, Origin, QueueItem, Verdict
from identity.rules import CaseState, QueueStatus, Source, VerdictKind, Via
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()
MUST, CANNOT = VerdictKind.MUST_LINK, VerdictKind.CANNOT_LINK


def say(lead, kind, **about):
    return actions.give_verdict(lead_id=lead.pk, kind=kind, by=BY, **about)


def run(lead):
    return actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())


def said(lead):
    rows = Verdict.objects.filter(lead=lead).order_by("id")
    return [(one.kind, one.person_id or one.driver_id) for one in rows]


def test_must_link_wakes_the_case_and_decides():
    """I7c: the next run links as it was told."""
    lead, account = a_lead(name="Ana Ruiz"), a_driver(name="Eva Paz", document="D1")
    run(lead)
    assert say(lead, MUST, driver=account.driver_id)
    assert not say(lead, MUST, driver=account.driver_id)
    assert run(lead).matched == 1
    owner = queries.person_of(source=Source.DRIVER, source_pk=account.driver_id)
    assert queries.person_of(source=Source.CABINET, source_pk=lead.source_pk) == owner


def test_cannot_link_stops_what_the_rules_would_do():
    """I7c"""
    lead, account = a_lead(phone="999888777"), a_driver(phone="999888777")
    say(lead, CANNOT, driver=account.driver_id)
    assert run(lead).matched == 0


def test_not_the_owner_of_an_account_means_by_nothing_that_the_owner_is_known_by():
    """I7c: the owner holds the document alone, and has another account."""
    lead, owner = a_lead(document="D1", phone="999888777"), a_person(sole=True, document="D1")
    account, other = a_driver(document="D1"), a_driver(phone="999888777")
    linked(account, owner)
    linked(other, owner)
    say(lead, CANNOT, driver=account.driver_id)
    assert run(lead).matched == 0


def test_the_last_word_counts():
    """I7c: what contradicts it goes, about the person and about its accounts; one "must" a lead."""
    lead, one, other = a_lead(), a_person("One"), a_person("Other")
    account = a_driver()
    linked(account, one)
    say(lead, MUST, driver=account.driver_id)
    say(lead, CANNOT, person=one.pk)
    assert said(lead) == [(CANNOT, one.pk)]
    say(lead, MUST, person=other.pk)
    assert said(lead) == [(CANNOT, one.pk), (MUST, other.pk)]
    say(lead, MUST, person=one.pk)
    assert said(lead) == [(MUST, one.pk)]
    say(lead, CANNOT, driver=account.driver_id)
    assert said(lead) == [(CANNOT, account.pk)]


def test_a_word_against_the_link_is_refused():
    """I9: first unlink."""
    lead, person = a_lead(), a_person()
    linked(lead, person)
    with pytest.raises(refusals.VerdictContradicted):
        say(lead, CANNOT, person=person.pk)
    with pytest.raises(refusals.VerdictContradicted):
        say(lead, MUST, person=a_person().pk)
    assert say(lead, MUST, person=person.pk)
    assert say(lead, CANNOT, person=a_person().pk)


@pytest.mark.parametrize("about", [{}, {"person": uuid4(), "driver": "d"}])
def test_a_word_is_about_one(about):
    with pytest.raises(refusals.BadChoice):
        say(a_lead(), MUST, **about)


def test_an_unlinked_lead_is_red_again_and_not_linked_the_same_way():
    """I9, I11, I15: re_entered, case open, queue pending from the beginning, claims and origin let go."""
    account, lead = a_driver(phone="999888777"), a_lead(phone="999888777")
    assert run(lead).matched == 1
    link = Link.objects.get(source=Source.CABINET)
    QueueItem.objects.create(
        source_pk=lead.source_pk, status=QueueStatus.MATCHED, attempts=2, closed_at=timezone.now()
    )
    Claim.objects.create(
        source_pk=lead.source_pk, person=link.person, milestone="M1", state="paid", amount=25, currency="PEN"
    )
    actions.unlink(link_id=link.pk, by=BY, note="somebody else's phone")
    assert not Link.objects.filter(source=Source.CABINET).exists()
    assert queries.person_of(source=Source.DRIVER, source_pk=account.driver_id) == link.person_id
    case = Case.objects.get()
    assert (case.state, case.outcome, case.note) == (CaseState.OPEN, "review", "somebody else's phone")
    assert case.woken_at
    row = QueueItem.objects.get()
    assert (row.status, row.attempts, row.closed_at) == (QueueStatus.PENDING, 0, None)
    kinds = BacklogEvent.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["entered", "matched_by_recovery", "re_entered"]
    assert Claim.objects.get().person_id is None
    assert not Origin.objects.exists()
    assert run(lead).matched == 0
    with pytest.raises(refusals.UnknownLink):
        actions.unlink(link_id=link.pk, by=BY)


def test_unlinking_takes_a_manual_resolution_back():
    """I9: the must-link verdict goes with it."""
    account, lead = a_driver(), a_lead()
    resolution = actions.resolve_case(lead_id=lead.pk, choice=Choice(driver=account.driver_id), by=BY)
    actions.unlink(link_id=Link.objects.get(source=Source.CABINET).pk, by=BY)
    assert said(lead) == [(CANNOT, resolution.person)]
    assert run(lead).matched == 0
    actions.resolve_case(lead_id=lead.pk, choice=Choice(driver=account.driver_id), by=BY)
    assert said(lead) == [(MUST, account.pk)]


@pytest.mark.parametrize("make", [a_driver, a_scout])
def test_only_leads_are_unlinked(make):
    with pytest.raises(refusals.NotUnlinkable):
        actions.unlink(link_id=linked(make(), a_person()).pk, by=BY)
