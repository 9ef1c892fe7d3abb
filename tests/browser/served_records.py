"""The ground's own rows of the served product: keys, endpoints, alerts, persons handed out and erased."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from personas import actions as personas
from personas.actions import NewContact
from tenants.actions import alerting
from tenants.actions.keys import make_api_key, revoke_api_key
from tenants.actions.privacy import ask_erasure, ask_export
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.records.actions import alerts, webhooks
from tenants.records.actions.alerts import Alarm
from tenants.records.erasure import keys_of
from tenants.records.models import Alert, PersonRequest, WebhookDelivery, WebhookEndpoint
from tenants.rules import JobKind, Role
from tenants.scope import owner_scope, tenant_scope
from tenants.signin import codes
from tests import cast
from tests.tenants.devices import Device, text64

HANDED_OUT, FORGOTTEN = "ines.vidal@correo.example", "hugo.paredes@correo.example"


def fill_persons_asked(acme: Tenant, by: User) -> None:
    """Let one person be handed out and one be erased; before anything else is left queued."""
    with tenant_scope(acme.schema_name):
        for email in (HANDED_OUT, FORGOTTEN):
            said = NewContact(first_name="Ha", last_name="Pedido", emails=[email])
            personas.create_contact(contact=said, by=by.pk)
        ask_export(keys=keys_of(country=acme.country, email=HANDED_OUT), by=by.pk)
        forgotten = keys_of(country=acme.country, email=FORGOTTEN)
        ask_erasure(keys=forgotten, typed=FORGOTTEN, by=by.pk)
    while _are_open(acme):
        assert work_once(platform=False)


def fill_platform(acme: Tenant, birch: Tenant) -> dict[str, str]:
    """Let last night's backup have been made; return the pages before either organisation is deleted.

    Somebody is on the telephone at Acme, so that it cannot go.
    """
    now = timezone.now()
    with owner_scope():
        Job.objects.create(
            kind=JobKind.BACK_UP, state=State.COMPLETED, done=100, total=100, started_at=now, finished_at=now
        )
    door = "admin:tenants_tenant_delete"
    return {
        name: reverse(door, args=[tenant.pk], current_app="platform")
        for name, tenant in (("remove", birch), ("remove_kept", acme))
    }


def _are_open(acme: Tenant) -> bool:
    with tenant_scope(acme.schema_name):
        return PersonRequest.objects.filter(ended_at=None).exists()


def fill_records(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme keys, endpoints and alerts, Sam a passkey; return the pages of some of them."""
    now = timezone.now()
    with owner_scope():
        _keys(acme, now, by)
        _passkey(cast.person("sam"))
    with tenant_scope(acme.schema_name):
        listens, _secret = webhooks.add_endpoint(
            url="https://crm.acme.example/minga", events=["campaign.completed", "job.finished"], by=by.pk
        )
        broken, _secret = webhooks.add_endpoint(
            url="https://old.acme.example/in", events=["alert.opened"], by=by.pk
        )
        delivered, failed = _deliveries(listens.pk, broken.pk, now)
        _alerts(broken, now)
    change = "admin:records_{}_change"
    return {
        "endpoint": reverse(change.format("webhookendpoint"), args=[listens.pk]),
        "endpoint_broken": reverse(change.format("webhookendpoint"), args=[broken.pk]),
        "delivery": reverse(change.format("webhookdelivery"), args=[delivered]),
        "delivery_failed": reverse(change.format("webhookdelivery"), args=[failed]),
    }


def _keys(acme: Tenant, now: datetime, by: User) -> None:
    """Make three keys: of everything, of two parts, and one that has ended."""
    make_api_key(tenant=acme, name="CRM", role=Role.ADMIN, by=by.pk)
    parts = ["campaigns", "identity"]
    make_api_key(tenant=acme, name="Tablero de gerencia", role=Role.VIEWER, areas=parts, by=by.pk)
    ended, _secret = make_api_key(tenant=acme, name="Prueba de marzo", role=Role.VIEWER, by=by.pk)
    revoke_api_key(key=ended, now=now - timedelta(days=3), by=by.pk)


def _passkey(sam: User) -> None:
    """Let Sam have a passkey beside the app, and recovery codes."""
    answer = Device().create({"rp": {"id": "localhost"}, "challenge": text64(b"served")})
    kept = {"name": "Notebook de Sam", "credential": json.loads(answer)}
    Authenticator.objects.create(user=sam, type=Authenticator.Type.WEBAUTHN, data=kept)
    codes.new_recovery_codes(user=sam)


def _deliveries(listens: UUID, broken: UUID, now: datetime) -> tuple[UUID, UUID]:
    """Let one endpoint take what it is sent, the other nothing until it is stopped; the last one waits."""
    for number in range(3):
        _post("campaign.completed", {"campaign_id": str(number + 1)}, now, listens)
        _send(listens, now, status=204)
    _post("alert.opened", {"alert_id": "a1"}, now, broken)
    for at, status in _tries(now):
        _send(broken, at, status=status)
    _post("job.finished", {"job_id": "j1"}, now, listens)
    ended = WebhookDelivery.objects.order_by("pk")
    return ended.filter(endpoint=listens)[0].pk, ended.filter(endpoint=broken)[0].pk


def _tries(now: datetime) -> Iterator[tuple[datetime, int | None]]:
    """Yield the moments of a message's tries and what came back, until it is given up."""
    yield now - timedelta(days=4), 503
    yield now - timedelta(days=3), None
    yield now - timedelta(days=1), 410


def _post(event: str, thing: dict[str, str], at: datetime, endpoint: UUID) -> None:
    # Without a job: the served product's worker would look for these addresses.
    webhooks.post(event=event, things=[thing], at=at, endpoints=[endpoint])


def _send(endpoint: UUID, at: datetime, *, status: int | None) -> None:
    WebhookDelivery.objects.filter(endpoint=endpoint, ended_at=None).update(due_at=at)
    message = webhooks.claim(endpoint=endpoint, now=at)
    assert message is not None
    fault = "" if status else "timeout"
    webhooks.settle(message=message, status=status, fault=fault, took_ms=180, now=at)


def _alerts(broken: WebhookEndpoint, now: datetime) -> None:
    """Let something have been wrong last week, and find what is wrong now."""
    past = now - timedelta(days=6)
    about: dict[str, Any] = {"kept": Alert, "codes": ["jobs.failed"]}
    alerts.compare(**about, alarms=[Alarm("jobs.failed", "personas.import_linkedin")], now=past)
    alerts.compare(**about, alarms=[], now=past + timedelta(hours=5))
    alerting.look(now=now)
