"""Each domain tells what happened in the transaction in which it did; nothing twice, no names (W16, S19)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.dispatch.moving import Move, complete_done, move
from campaigns.models import Entry
from campaigns.rules import EntryReason, EntryState
from identity.actions.linking.batches import link_leads
from identity.rules import Via
from tenants.models import Tenant
from tenants.records.actions import webhooks
from tenants.records.models import WebhookDelivery
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.identity.fleet import a_lead
from tests.insights.analysing import analysed
from tests.insights.reading import a_comment, a_ficha, a_post

NOW = timezone.now()


@pytest.fixture
def _listening(in_acme: Tenant) -> None:
    events = ["campaign.completed", "case.opened", "insight.ready"]
    webhooks.add_endpoint(url="https://h.example.com/", events=events, by=None)


def told() -> list[tuple[str, dict[str, Any]]]:
    bodies = [json.loads(one.body) for one in WebhookDelivery.objects.order_by("id")]
    return [(body["type"], body["data"]) for body in bodies]


@pytest.mark.usefixtures("_listening")
def test_a_campaign_tells_of_its_end_once() -> None:
    """C22, W16: with its last person, and never again."""
    campaign = a_campaign(an_account(a_provider()), people=1)
    (entry,) = Entry.objects.filter(campaign=campaign)
    assert complete_done([campaign.pk], now=NOW) == []
    move([Move(entry.pk, EntryState.QUEUED, EntryState.EXHAUSTED, EntryReason.NEW)], now=NOW)
    assert complete_done([campaign.pk], now=NOW) == [campaign.pk]
    assert complete_done([campaign.pk], now=NOW) == []
    assert told() == [("campaign.completed", {"campaign_id": str(campaign.pk), "batch_id": "batch-1"})]


@pytest.mark.usefixtures("_listening")
def test_a_lead_tried_in_vain_tells_of_its_case_once() -> None:
    """I6, W16: the second try finds the case open already."""
    lead = a_lead("L1", name="Rosa Vela")
    for minutes in (0, 5):
        link_leads(leads=[lead.pk], via=Via.RECOVER, now=NOW + timedelta(minutes=minutes), force=True)
    assert told() == [("case.opened", {"case_id": str(lead.pk)})]
    assert "Rosa" not in WebhookDelivery.objects.get().body


@pytest.mark.usefixtures("_listening")
def test_an_analysis_tells_of_its_insight(settings: Any) -> None:
    """N14, W16: with the insight in one transaction; a run without news tells nothing."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("me encanta, buenísimo")])
    analysed(ficha)
    analysed(ficha)
    ((event, thing),) = told()
    assert event == "insight.ready"
    assert (thing["brand_id"], thing["state"]) == (str(ficha.pk), "completed")
