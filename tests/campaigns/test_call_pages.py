"""Calls on the staff's pages: what came of each, and what was said, to whoever may hear it (S16, S19)."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from campaigns.admin.calls import safe_link, turns_of
from campaigns.models import CallAttempt, CallRecord, CampaignSettings, Entry
from tenants.models import Tenant, User
from tenants.permissions import Capability, may
from tenants.records.models import AuditEntry
from tenants.rules import Role
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.conftest import Inside

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns/callattempt/"
SETTINGS = "/admin/campaigns/settings/"
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
SAID = "Agent: Buenas tardes.\nUser: No puedo hablar.\nHasta luego."


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    found = page(alice)
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def call(inside: Inside) -> CallAttempt:
    """A call that was made and has a record."""
    with inside():
        account = an_account(a_provider())
        a_campaign(account, people=1)
        Entry.objects.update(earliest_at=NOON)
        made = CallAttempt.objects.get(pk=claimed(account, now=NOON).calls[0].id)
        CallRecord.objects.create(
            attempt=made, transcript=SAID, recording_url="https://recordings.example/1.wav", summary="Resumen"
        )
        return made


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def test_what_was_said_is_shown_when_asked_for_and_noted(
    client: Client, inside: Inside, alice: User, call: CallAttempt
) -> None:
    """S19: who read it is known afterwards."""
    page = f"{ADMIN}{call.pk}/change/"
    assert "No puedo hablar" not in text_of(client.get(page))
    with inside():
        assert not AuditEntry.objects.filter(verb="hear").exists()
    text = text_of(client.get(f"{page}?said=1"))
    assert "No puedo hablar" in text
    assert 'href="https://recordings.example/1.wav" rel="noreferrer noopener"' in text
    with inside():
        noted = AuditEntry.objects.get(verb="hear")
        assert (noted.actor, noted.object_id, noted.change) == (alice.pk, str(call.pk), {})


def test_only_administrators_of_the_tenant_hear_it() -> None:
    """Screens: role-restricted; support enters the tenant, and does not hear its people."""
    assert [role for role in Role if may(role, Capability.HEAR)] == [Role.ADMIN]


def test_viewers_and_others_stay_outside(page: Pages, bob: User, carol: User, call: CallAttempt) -> None:
    """S1, S2"""
    address = f"{ADMIN}{call.pk}/change/?said=1"
    assert page(bob).get(address).status_code == 403
    assert page(carol).get(address).status_code == 404
    assert page(bob).get(SETTINGS).status_code == 403


@pytest.mark.parametrize(
    "url",
    ["http://a.example/1", "javascript:alert(1)", "data:text/html,x", "https:///x", "//a", "https://[", ""],
)
def test_a_recording_is_linked_by_https_alone(url: str) -> None:
    """S16: nothing here fetches it, and no other scheme is a link."""
    assert safe_link(url) == ""


def test_a_transcript_is_read_by_turns() -> None:
    """A line that names nobody goes on with the one before."""
    assert turns_of(SAID) == [
        ("agent", "Buenas tardes."),
        ("user", "No puedo hablar."),
        ("user", "Hasta luego."),
    ]
    assert turns_of("Son las 10:30\nNota: nada") == [("", "Son las 10:30"), ("", "Nota: nada")]


def test_the_list_is_found_and_narrowed(client: Client, call: CallAttempt) -> None:
    """W6"""
    assert "Persona 0" in text_of(client.get(f"{ADMIN}?campaign={call.campaign_id}&state=intent"))
    assert "Persona 0" not in text_of(client.get(f"{ADMIN}?outcome=machine"))
    assert "Persona 0" in text_of(client.get(f"{ADMIN}?q={call.to_number[1:]}"))


def test_settings_are_changed_by_form(client: Client, inside: Inside, acme: Tenant, alice: User) -> None:
    """Retention per tenant: written by the action, noted; nonsense is told beside the field."""
    assert "365" in text_of(client.get(SETTINGS))
    said = {"records_kept_days": "30", "many_failures_percent": "40"}
    assert client.post(SETTINGS, said).status_code == 302
    with inside():
        kept = CampaignSettings.objects.get()
        assert (kept.records_kept_days, kept.many_failures_percent, kept.changed_by) == (30, 40, alice.pk)
    for wrong in (
        {"records_kept_days": "0"},
        {"records_kept_days": "4000"},
        {"many_failures_percent": "101"},
    ):
        assert "errorlist" in text_of(client.post(SETTINGS, said | wrong))
