"""Administrators make endpoints, see what was sent and send it again, by page and by program (W16)."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tenants.actions.announcing import announce
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, IdempotencyKey, WebhookDelivery, WebhookEndpoint, WebhookTry
from tenants.scope import tenant_scope
from tests.doors import ApiClient

Pages = Callable[[User], Client]
Doors = Callable[[User], ApiClient]
ENDPOINTS, DELIVERIES = "/api/v1/webhook-endpoints/", "/api/v1/webhook-deliveries/"
NEW = {"url": "https://hooks.example.com/in", "events": ["job.finished", "campaign.completed"]}


def read(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return json.loads(response.content or b"null")


def happened(tenant: Tenant, event: str = "campaign.completed") -> None:
    with tenant_scope(tenant.schema_name):
        announce(event=event, things=[{"campaign_id": "1"}], at=timezone.now())


def end_all(tenant: Tenant) -> None:
    with tenant_scope(tenant.schema_name):
        WebhookDelivery.objects.update(state="failed", ended_at=timezone.now())


def test_a_program_makes_and_keeps_an_endpoint(api: Doors, alice: User, acme: Tenant) -> None:
    """W16: made, tested, its secret rotated, stopped, started, changed, deleted; a secret is shown once."""
    client = api(alice)
    made = read(client.post(ENDPOINTS, NEW), 201)
    secret, here = made.pop("secret"), f"{ENDPOINTS}{made['id']}/"
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert read(client.get(here)) == made
    assert (made["events"], made["stopped"], made["failures"]) == (sorted(NEW["events"]), "", 0)
    assert read(client.get(ENDPOINTS))["results"] == [made]
    sent = read(client.post(f"{here}test/"), 202)
    assert (sent["type"], sent["state"], sent["log"]) == ("webhook.test", "waiting", [])
    rotated = read(client.post(f"{here}rotate-secret/"))
    assert rotated["secret"] not in ("", secret)
    assert rotated["old_secret_ends_at"]
    assert read(client.post(f"{here}end-old-secret/"))["old_secret_ends_at"] is None
    assert read(client.post(f"{here}stop/"))["stopped"] == "person"
    assert read(client.post(f"{here}test/"), 409)["type"].endswith("webhook_endpoint_stopped")
    assert read(client.post(f"{here}start/"))["stopped"] == ""
    changed = read(client.send("patch", here, {"events": ["insight.ready"]}))
    assert (changed["events"], changed["url"]) == (["insight.ready"], NEW["url"])
    assert client.send("delete", here).status_code == 204
    read(client.get(here), 404)
    with tenant_scope(acme.schema_name):
        acts = list(
            AuditEntry.objects.filter(object_id=made["id"]).order_by("id").values_list("verb", flat=True)
        )
    rotating = ["secret_rotated", "old_secret_ended"]
    assert acts == ["added", "tested", *rotating, "stopped", "started", "changed", "deleted"]


def test_a_secret_is_kept_in_no_answer(api: Doors, alice: User, acme: Tenant) -> None:
    """W12, W16: what an Idempotency-Key keeps for a day says everything but the secret."""
    client = api(alice)
    first = read(client.post(ENDPOINTS, NEW, Idempotency_Key="k-1"), 201)
    again = client.post(ENDPOINTS, NEW, Idempotency_Key="k-1")
    assert again["Idempotency-Replayed"] == "true"
    assert read(again, 201) == first | {"secret": ""}
    with tenant_scope(acme.schema_name):
        assert WebhookEndpoint.objects.count() == 1
        kept = b"".join(bytes(body) for body in IdempotencyKey.objects.values_list("body", flat=True))
    assert first["secret"].encode() not in kept


def test_a_program_reads_the_log_and_replays(api: Doors, alice: User, acme: Tenant) -> None:
    """W13, W16: narrowed by endpoint, event and state; what has ended goes out again, what waits does not."""
    client = api(alice)
    made = read(client.post(ENDPOINTS, NEW), 201)
    happened(acme)
    read(client.post(f"{ENDPOINTS}{made['id']}/test/"), 202)
    (found,) = read(client.get(DELIVERIES, {"type": "campaign.completed", "endpoint": made["id"]}))["results"]
    assert json.loads(found["body"])["data"] == {"campaign_id": "1"}
    here = f"{DELIVERIES}{found['id']}/"
    assert read(client.post(f"{here}replay/"), 409)["type"].endswith("webhook_delivery_waiting")
    end_all(acme)
    assert len(read(client.get(DELIVERIES, {"state": "failed"}))["results"]) == 2
    accepted = client.post(f"{here}replay/")
    assert accepted["Location"] == here
    replayed = read(accepted, 202)
    assert (replayed["id"], replayed["state"], replayed["ended_at"]) == (found["id"], "waiting", None)
    read(client.get(DELIVERIES, {"state": "lost"}), 400)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://hooks.example.com/"}, "address_refused"),
        ({"url": "https://169.254.169.254/latest"}, "address_refused"),
        ({"events": ["no.such"]}, "unknown_event"),
        ({"events": []}, "invalid"),
        ({"secret": "whsec_mine"}, "invalid"),
    ],
)
def test_it_refuses_what_makes_no_sense(api: Doors, alice: User, body: dict[str, Any], code: str) -> None:
    """W11, S16: in words and codes, before anything is stored."""
    refused = api(alice).post(ENDPOINTS, NEW | body)
    assert read(refused, 422)["type"] == f"urn:minga:problem:{code}"


def test_it_is_for_administrators_of_the_tenant(
    api: Doors, alice: User, bob: User, carol: User, acme: Tenant
) -> None:
    """Who: viewers learn no address and no secret; another tenant's administrators find nothing."""
    made = read(api(alice).post(ENDPOINTS, NEW), 201)
    happened(acme)
    here = f"{ENDPOINTS}{made['id']}/"
    for path in (ENDPOINTS, here, DELIVERIES):
        read(api(bob).get(path), 403)
    read(api(bob).post(ENDPOINTS, NEW), 403)
    read(api(carol).get(here), 404)
    read(api(carol).post(f"{here}rotate-secret/"), 404)
    assert read(api(carol).get(DELIVERIES))["results"] == []


def test_an_administrator_does_the_same_by_page(page: Pages, alice: User, acme: Tenant) -> None:
    """W16: the secret is shown once; a refused address is told in words; the log leads to replay."""
    client, listed = page(alice), "/admin/records/webhookendpoint/"
    refused = client.post(f"{listed}add/", NEW | {"url": "http://10.0.0.1/"}, follow=True).content.decode()
    assert "An https:// address of a public host" in refused
    shown = client.post(f"{listed}add/", NEW, follow=True).content.decode()
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown)
    assert secret not in client.get(listed).content.decode()
    with tenant_scope(acme.schema_name):
        number = WebhookEndpoint.objects.get().pk
    here = f"{listed}{number}/"
    assert "Is told" in client.get(listed).content.decode()
    assert "A test is on its way" in pressed(client, here, "test")
    assert "whsec_" in pressed(client, here, "rotate")
    assert "The old secret has ended." in pressed(client, here, "end-old")
    assert "Nothing is told there" in pressed(client, here, "stop")
    assert "It is told again" in pressed(client, here, "start")
    changed = client.post(f"{here}change/", NEW | {"events": ["alert.opened"]})
    assert changed.status_code == 302
    end_all(acme)
    with tenant_scope(acme.schema_name):
        sent: UUID = WebhookDelivery.objects.get().pk
        assert WebhookEndpoint.objects.get().events == ["alert.opened"]
        WebhookTry.objects.create(delivery_id=sent, fault="timeout", took_ms=15_000)
    log = "/admin/records/webhookdelivery/"
    assert "Failed" in client.get(log).content.decode()
    told = client.get(f"{log}{sent}/change/").content.decode()
    assert "webhook.test" in told
    assert "No answer in time" in told, "words, not a code"
    assert "goes out again" in pressed(client, f"{log}{sent}/", "replay")
    assert client.post(f"{here}delete/", {"post": "yes"}).status_code == 302
    with tenant_scope(acme.schema_name):
        assert not WebhookEndpoint.objects.exists()


def pressed(client: Client, row: str, button: str) -> str:
    return client.post(f"{row}press/{button}/", follow=True).content.decode()
