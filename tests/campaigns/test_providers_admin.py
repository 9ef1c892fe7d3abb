"""Providers, caller numbers and alerts on the staff's pages; keys are named, never seen (C17, C21, S16)."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.dispatch.alerts import raise_alert
from campaigns.models import CallAlert, CallerNumber, CampaignSettings, Provider
from campaigns.rules import AlertKind
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.campaigns.calling import a_campaign, an_account
from tests.campaigns.conftest import Inside

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns"
SAID = {
    "name": "Retell CL",
    "kind": "retell",
    "key_name": "acme",
    "agent_id": "agent_1",
    "max_concurrent_calls": "7",
    "calls_per_second": "2.5",
}
KEY = "key_that_nobody_may_see"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def provider(inside: Inside, settings: Any) -> Provider:
    settings.RETELL_KEYS = {"acme": (KEY,)}
    with inside():
        return Provider.objects.create(name="line", kind="retell", key_name="acme")


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def press(client: Client, provider: Provider, name: str) -> str:
    return text_of(client.post(f"{ADMIN}/provider/{provider.pk}/press/{name}/", follow=True))


def test_a_new_tenant_begins_with_the_simulator(acme: Tenant, birch: Tenant) -> None:
    """Simulator: the default; one number of the tenant's country, one row of settings."""
    for tenant, code in ((acme, "+56"), (birch, "+51")):
        with tenant_scope(tenant.schema_name):
            found = Provider.objects.get()
            assert (found.name, found.kind, found.base_url) == ("Simulator", "simulator", "")
            assert found.numbers.get().number.startswith(code)
            assert CampaignSettings.objects.count() == 1


def test_a_provider_is_added_and_changed_by_form(client: Client, inside: Inside, alice: User) -> None:
    """Through the actions; the address is nobody's to say, for keys are sent there."""
    assert (
        client.post(f"{ADMIN}/provider/add/", {**SAID, "base_url": "https://evil.example"}).status_code == 302
    )
    with inside():
        made = Provider.objects.get(name="Retell CL")
        assert (made.kind, made.key_name, made.base_url, made.calls_per_second) == ("retell", "acme", "", 2.5)
    change = f"{ADMIN}/provider/{made.pk}/change/"
    said = {**SAID, "kind": "simulator", "agent_id": "agent_2", "base_url": "https://evil.example"}
    assert client.post(change, said).status_code == 302
    with inside():
        made.refresh_from_db()
        assert (made.kind, made.agent_id, made.base_url) == ("retell", "agent_2", "")
        noted = AuditEntry.objects.filter(object_type="provider").order_by("id")
        assert list(noted.values_list("verb", "actor", "change")) == [
            ("created", alice.pk, {"kind": "retell"}),
            ("changed", alice.pk, {"agent_id": "agent_2"}),
        ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"key_name": "birch"}, "Empty, “acme”, or “acme__”"),
        ({"key_name": "acme_other"}, "Empty, “acme”, or “acme__”"),
        ({"key_name": "ACME"}, "Empty, “acme”, or “acme__”"),
        ({"key_name": "../x"}, "Enter a valid “slug”"),
        ({"name": ""}, "This field is required."),
        ({"name": "Simulator"}, "already exists"),
        ({"kind": "carrier-pigeon"}, "Select a valid choice"),
        ({"max_concurrent_calls": "0"}, "A whole number from 1 to"),
        ({"max_concurrent_calls": "99999999"}, "A whole number from 1 to"),
        ({"calls_per_second": "0"}, "A number from 0.01"),
        ({"calls_per_second": "nan"}, "Enter a number."),
    ],
)
def test_what_makes_no_sense_is_told_beside_the_field(
    client: Client, inside: Inside, said: dict[str, str], words: str
) -> None:
    """Above all another tenant's key: whoever speaks by it sees and pays all its calls."""
    assert words in text_of(client.post(f"{ADMIN}/provider/add/", SAID | said))
    with inside():
        assert Provider.objects.count() == 1


@pytest.mark.parametrize("key_name", ["", "acme", "acme__norte"])
def test_a_tenant_names_its_own_keys(client: Client, inside: Inside, key_name: str) -> None:
    assert client.post(f"{ADMIN}/provider/add/", SAID | {"key_name": key_name}).status_code == 302


def test_the_page_names_the_variable_and_never_the_key(
    client: Client, provider: Provider, acme: Tenant, settings: Any
) -> None:
    """Whether it is set is all that is told; the webhook's address can be copied."""
    change = f"{ADMIN}/provider/{provider.pk}/change/"
    page = text_of(client.get(change))
    assert "RETELL_API_KEY_ACME" in page
    assert "is set" in page
    assert KEY not in page
    assert f"/api/v1/webhooks/retell/{acme.pk.hex}-{provider.endpoint}" in page
    settings.RETELL_KEYS = {}
    assert "is not set" in text_of(client.get(change))
    assert "No key" in text_of(client.get(f"{ADMIN}/provider/"))


def test_a_provider_is_stopped_and_started(client: Client, provider: Provider, inside: Inside) -> None:
    """C17: nothing leaves until a person says so; starting ends rests, clears alerts, wakes calls."""
    page = press(client, provider, "stop")
    assert "Stopped: no new call leaves" in page
    assert "by hand" in page
    assert client.post(f"{ADMIN}/provider/{provider.pk}/press/stop/").status_code == 404
    until = timezone.now() + timedelta(hours=1)
    with inside():
        Provider.objects.filter(pk=provider.pk).update(
            rests_until=until, backoffs=4, breaker="open", breaker_until=until, breaker_cause="carrier"
        )
        raise_alert(AlertKind.PROVIDER_STOPPED, str(provider.pk))
        raise_alert(AlertKind.BREAKER_OPEN, str(provider.pk))
    assert "Started: calls leave" in press(client, provider, "start")
    with inside():
        provider.refresh_from_db()
        assert (provider.stopped_at, provider.rests_until, provider.backoffs) == (None, None, 0)
        since = provider.breaker_until  # C21: calls count from then on
        assert provider.breaker == "closed"
        assert since is not None
        assert until - timedelta(hours=1) <= since <= timezone.now()
        assert not CallAlert.objects.filter(cleared_at=None).exists()
        verbs = (
            AuditEntry.objects.filter(object_type="provider").order_by("id").values_list("verb", flat=True)
        )
        assert list(verbs) == ["stop", "start"]
        assert Job.objects.live().filter(kind="campaigns.dispatch", subject=str(provider.pk)).count() == 1
    assert client.post(f"{ADMIN}/provider/{provider.pk}/press/start/").status_code == 404


def test_a_provider_without_its_key_does_not_start(
    client: Client, provider: Provider, inside: Inside, settings: Any
) -> None:
    """The refusal names the variable."""
    press(client, provider, "stop")
    settings.RETELL_KEYS = {}
    assert "RETELL_API_KEY_ACME" in press(client, provider, "start")
    with inside():
        provider.refresh_from_db()
        assert provider.stopped_at is not None


def test_caller_numbers_come_rest_and_go(client: Client, provider: Provider, inside: Inside) -> None:
    """C21: one that was marked as spam rests; a person may end that; a number is added in E.164."""
    body = {"provider": str(provider.pk), "number": "+56225550199"}
    assert client.post(f"{ADMIN}/callernumber/add/", body).status_code == 302
    with inside():
        number = CallerNumber.objects.get(number="+56225550199")
        CallerNumber.objects.filter(pk=number.pk).update(
            rests_until=timezone.now() + timedelta(hours=5), rests_because="marked_as_spam"
        )
        raise_alert(AlertKind.NUMBER_RESTS, number.number)
    change = f"{ADMIN}/callernumber/{number.pk}"
    assert "marked_as_spam" in text_of(client.get(f"{change}/change/"))
    assert "may call again" in text_of(client.post(f"{change}/press/rest/", follow=True))
    with inside():
        assert not CallAlert.objects.filter(cleared_at=None).exists()
    assert client.post(f"{change}/press/rest/").status_code == 404
    assert client.post(f"{change}/delete/", {"post": "yes"}).status_code == 302
    with inside():
        assert not CallerNumber.objects.filter(pk=number.pk).exists()
        verbs = AuditEntry.objects.filter(object_type="caller_number").order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == ["created", "start", "deleted"]


@pytest.mark.parametrize("number", ["225550199", "+56 2 2555 0199", "+0123456789", "x", "+" + "9" * 20])
def test_a_caller_number_is_written_in_one_way(client: Client, provider: Provider, number: str) -> None:
    body = {"provider": str(provider.pk), "number": number}
    assert "+56912345678" in text_of(client.post(f"{ADMIN}/callernumber/add/", body))


def test_alerts_name_what_they_are_about_and_are_cleared(
    client: Client, provider: Provider, inside: Inside, alice: User
) -> None:
    """Each tells provider, campaign or number by name; a cleared one is raised anew by its cause."""
    with inside():
        campaign = a_campaign(an_account(provider), code="Batch Uno")
        raise_alert(AlertKind.PROVIDER_STOPPED, str(provider.pk), {"because": "402 unpaid"})
        raise_alert(AlertKind.MANY_FAILURES, str(campaign.pk), {"calls": 20, "failures": 15})
        raise_alert(AlertKind.UNKNOWN_OUTCOME, "brand_new_reason")
        raise_alert(AlertKind.NUMBER_RESTS, "+56225550199")
        alert = CallAlert.objects.get(kind=AlertKind.UNKNOWN_OUTCOME)
    page = text_of(client.get(f"{ADMIN}/callalert/"))
    for words in (
        "line",
        "Batch Uno",
        "brand_new_reason",
        "+56225550199",
        "because: 402 unpaid",
        "failures: 15",
    ):
        assert words in page
    assert "Cleared." in text_of(client.post(f"{ADMIN}/callalert/{alert.pk}/press/clear/", follow=True))
    assert client.post(f"{ADMIN}/callalert/{alert.pk}/press/clear/").status_code == 404
    listed = text_of(client.get(f"{ADMIN}/callalert/?live=1"))
    assert len(re.findall(rf"{ADMIN}/callalert/\d+/change/", listed)) == 3
    with inside():
        alert.refresh_from_db()
        assert alert.cleared_by == alice.pk
        raise_alert(AlertKind.UNKNOWN_OUTCOME, "brand_new_reason")
        assert CallAlert.objects.filter(cleared_at=None).count() == 4


@pytest.mark.parametrize("model", ["provider", "callernumber", "callalert"])
def test_lists_cost_a_fixed_number_of_queries(
    client: Client, inside: Inside, model: str, django_assert_max_num_queries: Any
) -> None:
    with inside():
        for at in range(30):
            provider = Provider.objects.create(name=f"line {at}", kind="retell")
            CallerNumber.objects.create(provider=provider, number=f"+562255501{at:02}")
            raise_alert(AlertKind.BREAKER_OPEN, str(provider.pk))
    text_of(client.get(f"{ADMIN}/{model}/"))
    with django_assert_max_num_queries(12):
        text_of(client.get(f"{ADMIN}/{model}/"))


@pytest.mark.parametrize("model", ["provider", "callernumber", "callalert"])
def test_viewers_stay_outside(page: Pages, bob: User, model: str) -> None:
    """S2"""
    assert page(bob).get(f"{ADMIN}/{model}/").status_code == 403
    assert page(bob).post(f"{ADMIN}/{model}/add/", SAID).status_code == 403
