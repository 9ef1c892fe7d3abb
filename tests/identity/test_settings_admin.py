"""Settings, models of weights, runs and guardrails by the pages of staff (I7b, I11-I14, I19)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from identity.matching.versions import as_json
from identity.matching.weighing import SHIPPED
from identity.models import IdentitySettings, Lead, Link, MatchingModel
from identity.rules import JobKind
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.identity.fleet import a_lead, a_person, linked

Pages = Callable[[User], Client]
ADMIN = "/admin/identity"
SAVED = {
    "do": "save",
    "mode": "scored",
    "similar": "0.7",
    "clear_gap": "0.15",
    "different": "0.34",
    "currency": "clp",
    "form-TOTAL_FORMS": "4",
    "form-INITIAL_FORMS": "3",
    "form-0-code": "m1",
    "form-0-trips": "1",
    "form-0-amount": "25",
    "form-1-code": "",
    "form-1-trips": "",
    "form-1-amount": "",
    "form-2-code": "M25",
    "form-2-trips": "25",
    "form-2-amount": "100.50",
    "form-3-code": "M10",
    "form-3-trips": "10",
    "form-3-amount": "40",
}


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def settings_of(acme: Tenant) -> IdentitySettings:
    with tenant_scope(acme.schema_name):
        return IdentitySettings.objects.get()


def test_settings_are_changed_and_noted(client: Client, acme: Tenant, alice: User) -> None:
    """Mode, thresholds, currency, milestones in rising order; an audit entry names what changed."""
    assert 'value="M25"' in text_of(client.get(f"{ADMIN}/settings/"))
    assert client.post(f"{ADMIN}/settings/", SAVED).status_code == 302
    kept = settings_of(acme)
    assert (kept.mode, kept.similar, kept.currency, kept.changed_by) == ("scored", 0.7, "CLP", alice.pk)
    assert kept.milestones == [
        {"code": "M1", "trips": 1, "amount": 25},
        {"code": "M10", "trips": 10, "amount": 40},
        {"code": "M25", "trips": 25, "amount": 100.5},
    ]
    with tenant_scope(acme.schema_name):
        entry = AuditEntry.objects.get(object_type="settings")
        assert set(entry.change) == {"mode", "similar", "currency", "milestones"}
    again = client.post(f"{ADMIN}/settings/", SAVED, follow=True)
    assert "Nothing changed." in text_of(again)
    with tenant_scope(acme.schema_name):
        assert AuditEntry.objects.filter(object_type="settings").count() == 1


@pytest.mark.parametrize(
    ("typed", "worth"),
    [("1.500", 1500), ("1.234,56", 1234.56), ("1,234.56", 1234.56), ("0,5", 0.5), ("100.50", 100.5)],
)
def test_a_worth_is_read_as_it_is_written_and_saved_as_it_is_shown(
    client: Client, acme: Tenant, typed: str, worth: float
) -> None:
    """W7: both marks, and what the page shows is the same amount again."""
    assert client.post(f"{ADMIN}/settings/", SAVED | {"form-2-amount": typed}).status_code == 302
    assert settings_of(acme).milestones[-1]["amount"] == worth
    page = text_of(client.get(f"{ADMIN}/settings/"))
    tag = re.search(r'<input[^>]*name="form-2-amount"[^>]*>', page)
    shown = tag and re.search(r'value="([^"]*)"', tag[0])
    assert shown
    again = SAVED | {"form-1-code": "M10", "form-1-trips": "10", "form-1-amount": "40"}
    again |= {"form-2-amount": shown[1], "form-3-code": "", "form-3-trips": "", "form-3-amount": ""}
    assert "Nothing changed." in text_of(client.post(f"{ADMIN}/settings/", again, follow=True))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"mode": "magic"}, "Select a valid choice"),
        ({"similar": "1.5"}, "less than or equal to 1"),
        ({"similar": "nan"}, "Enter a number."),
        ({"similar": "0.2"}, "similar and clearly different at once"),
        ({"currency": "€€€"}, "three capital letters"),
        ({"form-0-trips": "0"}, "greater than or equal to 1"),
        ({"form-0-trips": ""}, "a code, a number of trips and an amount"),
        ({"form-0-code": "M25"}, "a code of its own"),
        ({"form-0-code": "M 1"}, "capital letters and digits"),
        ({"form-0-trips": "25"}, "Milestones rise"),
        ({"form-0-amount": "-1"}, "greater than or equal to 0"),
        ({"form-0-amount": "1.2345"}, "no more than 2 decimal places"),
        ({"form-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_senseless_settings_are_refused_beside_what_was_typed(
    client: Client, acme: Tenant, wrong: dict[str, str], words: str
) -> None:
    """Nothing is written, and the form stays as it was filled in."""
    page = text_of(client.post(f"{ADMIN}/settings/", SAVED | wrong))
    assert words in page
    assert 'value="40"' in page or "form-TOTAL_FORMS" in wrong
    assert settings_of(acme).mode == "rules"


def test_a_model_is_put_in_force_only_when_it_holds_its_points(client: Client, acme: Tenant) -> None:
    """I7b: one that misses a point has no button, and a press without one is refused."""
    with tenant_scope(acme.schema_name):
        stored = as_json(SHIPPED) | {"version": "fit-1"}
        good = MatchingModel.objects.create(version="fit-1", parameters=stored)
        bad = MatchingModel.objects.create(version="fit-2", parameters=stored, missed=["one exact phone"])
    page = text_of(client.get(f"{ADMIN}/settings/"))
    assert f'name="model" value="{good.pk}"' in page
    assert f'name="model" value="{bad.pk}"' not in page
    assert "one exact phone" in page
    client.post(f"{ADMIN}/settings/", {"do": "activate", "model": str(bad.pk)})
    client.post(f"{ADMIN}/settings/", {"do": "activate", "model": str(good.pk)})
    with tenant_scope(acme.schema_name):
        assert list(MatchingModel.objects.filter(is_active=True)) == [good]
    assert "rules 0.66/0.15/0.34 fit-1" in text_of(client.get(f"{ADMIN}/settings/"))
    client.post(f"{ADMIN}/settings/", {"do": "deactivate"})
    with tenant_scope(acme.schema_name):
        assert not MatchingModel.objects.filter(is_active=True).exists()
    assert client.post(f"{ADMIN}/settings/", {"do": "activate", "model": "x"}).status_code == 404
    assert client.post(f"{ADMIN}/settings/", {"do": "nothing"}).status_code == 404


@pytest.mark.parametrize("kind", [JobKind.SEED, JobKind.RECOVER, JobKind.RECONCILE, JobKind.CLAIMS])
def test_a_run_is_started_watched_and_told(client: Client, acme: Tenant, kind: str) -> None:
    """W2: a bar while it lives, a row with its counts afterwards; a second start finds the first."""
    with tenant_scope(acme.schema_name):
        a_lead("L-1")
    assert client.post(f"{ADMIN}/runs/", {"kind": kind}).status_code == 302
    page = text_of(client.post(f"{ADMIN}/runs/", {"kind": kind}, follow=True))
    assert "It runs already." in page
    assert page.count('class="progress waiting"') == 1
    with tenant_scope(acme.schema_name):
        job = Job.objects.get(kind=kind)
        assert work_on(DueTicket(job.pk, acme.schema_name))
    page = text_of(client.get(f"{ADMIN}/runs/"))
    assert "Nothing runs now." in page
    assert f"/admin/jobs/job/{job.pk}/change/" in page


def test_guardrails_show_what_offends(client: Client, acme: Tenant) -> None:
    """I19: the newest result in words; a link without its lead is found and named."""
    assert "Nothing was checked yet." in text_of(client.get(f"{ADMIN}/guardrails/"))
    with tenant_scope(acme.schema_name):
        lead = a_lead("L-gone")
        linked(lead, a_person("Nadie"))
        Lead.objects.filter(pk=lead.pk).delete()
    client.post(f"{ADMIN}/guardrails/", {"kind": JobKind.VERIFY})
    assert 'class="progress waiting"' in text_of(client.get(f"{ADMIN}/guardrails/"))
    with tenant_scope(acme.schema_name):
        assert work_on(DueTicket(Job.objects.get(kind=JobKind.VERIFY).pk, acme.schema_name))
        assert Link.objects.count() == 1
    page = text_of(client.get(f"{ADMIN}/guardrails/"))
    assert "orphan_link" in page
    assert "L-gone" in page
    assert 'badge bad">failed' in page


@pytest.mark.parametrize("page_name", ["settings", "runs", "guardrails"])
def test_viewers_start_and_change_nothing(page: Pages, bob: User, page_name: str) -> None:
    """S2."""
    for answer in (page(bob).get(f"{ADMIN}/{page_name}/"), page(bob).post(f"{ADMIN}/{page_name}/", SAVED)):
        assert answer.status_code == 403


@pytest.mark.parametrize("page_name", ["runs", "guardrails"])
def test_only_jobs_of_identity_are_started_here(client: Client, page_name: str) -> None:
    assert client.post(f"{ADMIN}/{page_name}/", {"kind": "tenants.create"}).status_code == 404
    assert client.post(f"{ADMIN}/{page_name}/").status_code == 404
