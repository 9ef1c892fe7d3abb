"""Whoever listens hears of each case that opens, by whichever road, and of none twice (W16)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import Choice
from identity.actions.linking import batches
from identity.actions.linking.batches import link_leads
from identity.models import Case, Lead, Link
from identity.rules import CaseState, Via
from tenants.records.actions import webhooks
from tenants.records.models import WebhookDelivery
from tests.identity.fleet import a_lead, a_person

BY = uuid4()
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _listening(in_acme: object) -> None:
    webhooks.add_endpoint(url="https://h.example.com/", events=["case.opened"], by=None)


def told() -> list[str]:
    """Return the cases that were told of since the last time."""
    bodies = [json.loads(one.body) for one in WebhookDelivery.objects.order_by("id")]
    WebhookDelivery.objects.all().delete()
    assert {body["type"] for body in bodies} <= {"case.opened"}
    return [body["data"]["case_id"] for body in bodies]


def tried(lead: Lead, *, minutes: int = 0) -> None:
    link_leads(leads=[lead.pk], via=Via.RECOVER, now=NOW + timedelta(minutes=minutes), force=True)


def a_case() -> Lead:
    """Return a lead whose case is open, and told of."""
    lead = a_lead(name="Rosa Vela")
    tried(lead)
    assert told() == [str(lead.pk)]
    return lead


def resolved(lead: Lead) -> Link:
    """Say who a lead is; its case ends."""
    actions.resolve_case(lead_id=lead.pk, choice=Choice(person=a_person("Rosa Vela").pk), by=BY)
    assert Case.objects.get(pk=lead.pk).state == CaseState.RESOLVED
    assert told() == []
    return Link.objects.get(source_pk=lead.source_pk)


def test_a_try_in_vain_is_told_once() -> None:
    """I6: of the leads of a batch whose cases were not open, and of no others."""
    lead, other = a_case(), a_lead(name="Juan Sol")
    link_leads(leads=[lead.pk, other.pk], via=Via.RECOVER, now=NOW + timedelta(minutes=5), force=True)
    assert told() == [str(other.pk)]


def test_a_try_that_opens_a_case_that_had_ended_is_told() -> None:
    """I6: the lead had a case, so that it is not new, and yet it opens."""
    lead = a_case()
    Case.objects.filter(pk=lead.pk).update(state=CaseState.RESOLVED, closed_at=NOW)
    tried(lead, minutes=5)
    assert Case.objects.get(pk=lead.pk).state == CaseState.OPEN
    assert told() == [str(lead.pk)]


def test_an_ignored_case_stays_and_is_not_told() -> None:
    """I9: no job opens it."""
    lead = a_case()
    actions.ignore_case(lead_id=lead.pk, by=BY)
    tried(lead, minutes=5)
    assert Case.objects.get(pk=lead.pk).state == CaseState.IGNORED
    assert told() == []


def test_a_lead_that_could_not_be_tried_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """I6: an error opens a case as well; the next one finds it open."""

    def broken(*_args: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(batches, "decide_all", broken)
    lead = a_lead(name="Rosa Vela")
    for minutes in (0, 60):
        tried(lead, minutes=minutes)
    assert Case.objects.get(pk=lead.pk).errors == 2
    assert told() == [str(lead.pk)]


def test_a_link_taken_away_is_told() -> None:
    """I9: the lead had no case, if a job linked it at once, or one that had ended."""
    lead = a_case()
    actions.unlink(link_id=resolved(lead).pk, by=BY)
    assert told() == [str(lead.pk)]
    never, person = a_lead(name="Ana Ruiz", phone="51999888777"), a_person("Ana Ruiz", phone="51999888777")
    tried(never)
    link = Link.objects.get(source_pk=never.source_pk)
    assert link.person_id == person.pk
    assert not Case.objects.filter(pk=never.pk).exists()
    actions.unlink(link_id=link.pk, by=BY)
    assert Case.objects.get(pk=never.pk).outcome == "review"
    assert told() == [str(never.pk)]


def test_a_resolution_taken_back_is_told() -> None:
    """I9: a slip of the hand leaves the case as it was, open."""
    lead = a_case()
    resolved(lead)
    actions.take_back_resolution(lead_id=lead.pk, by=BY)
    assert Case.objects.get(pk=lead.pk).state == CaseState.OPEN
    assert told() == [str(lead.pk)]


def test_an_ignored_case_that_is_taken_up_is_told_once() -> None:
    """I9: twice is once."""
    lead = a_case()
    actions.ignore_case(lead_id=lead.pk, by=BY)
    for _twice in range(2):
        actions.reopen_case(lead_id=lead.pk, by=BY)
    assert told() == [str(lead.pk)]
