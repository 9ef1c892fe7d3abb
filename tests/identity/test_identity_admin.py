"""Persons, links, leads, accounts, claims, queue and cases in the admin: read, searched, not written (I9)."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from django.utils import timezone

from identity import actions
from identity.models import Case, Claim, Driver, Lead, Link, Person, QueueItem, ScoutRegistration
from identity.rules import Via
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, a_scout, linked, trips

Pages = Callable[[User], Client]
ADMIN = "/admin/identity"
MODELS: dict[str, Any] = {
    "case": Case,
    "claim": Claim,
    "driver": Driver,
    "lead": Lead,
    "link": Link,
    "person": Person,
    "queueitem": QueueItem,
    "scoutregistration": ScoutRegistration,
}


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def ana(acme: Tenant) -> Person:
    """Ana, linked with evidence, with trips, a claim and an origin; and Leo, whom nobody knows."""
    with tenant_scope(acme.schema_name):
        driver = a_driver(
            "d-ana", name="Ana Ruiz", phone="999888777", document="12345678", licence="Q12345678"
        )
        lead, leo = (
            a_lead("L/ana_5F", name="Ana Ruiz", phone="+51 999 888 777"),
            a_lead("L-leo", document="55"),
        )
        a_scout("S-leo", name="Leo Paz")
        actions.link_leads(leads=[lead.pk, leo.pk], via=Via.RECOVER, now=timezone.now())
        person = Person.objects.get()
        trips(driver, DAY + timedelta(days=2), 7)
        trips(driver, DAY + timedelta(days=14), 9)
        Claim.objects.create(
            source_pk=lead.source_pk,
            person=person,
            milestone="M5",
            state="generated",
            amount=35,
            currency="PEN",
        )
        QueueItem.objects.create(source_pk="L-leo", attempts=2, reason="NO_CANDIDATES")
        return person


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.content[:300])
    return unescape(response.content.decode())


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_row_opens(client: Client, acme: Tenant, ana: Person, model: str) -> None:
    text_of(client, f"{ADMIN}/{model}/")
    with tenant_scope(acme.schema_name):
        row = MODELS[model].objects.first()
    text_of(client, f"{ADMIN}/{model}/{quote(row.pk)}/change/")


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_written_by_form(client: Client, acme: Tenant, ana: Person, model: str) -> None:
    """I9: rows are written by jobs and actions alone."""
    with tenant_scope(acme.schema_name):
        row = quote(MODELS[model].objects.first().pk)
    assert client.get(f"{ADMIN}/{model}/add/").status_code == 403
    assert client.post(f"{ADMIN}/{model}/{row}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{ADMIN}/{model}/{row}/change/", {"name": "x"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_nobody_else_sees_them(
    page: Pages, bob: User, carol: User, acme: Tenant, ana: Person, model: str
) -> None:
    """S1, S2: viewers have no admin; other tenants' rows are not there."""
    with tenant_scope(acme.schema_name):
        row = quote(MODELS[model].objects.first().pk)
    assert page(bob).get(f"{ADMIN}/{model}/").status_code == 403
    assert page(carol).get(f"{ADMIN}/{model}/{row}/change/").status_code == 404


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("lead", "q=ana", True),
        ("lead", "q=%2B51999888777", True),
        ("lead", "q=L/ana_5F", True),
        ("lead", "q=12345678", False),
        ("lead", "linked=1", True),
        ("lead", "linked=0", False),
        ("driver", "q=q-12345678", True),
        ("driver", "q=d-ana", True),
        ("driver", "q=leo", False),
        ("person", "q=ruiz", True),
        ("person", "q=12.345.678", True),
        ("person", "q=%2B51 999 888 777", True),
        ("person", "q=d-ana", True),
        ("person", "q=L/ana_5F", True),
        ("person", "merged=1", False),
        ("link", "rule=R1_PHONE_EXACT", True),
        ("link", "confidence=LOW", False),
        ("claim", "state=generated", True),
        ("claim", "state=paid", False),
    ],
)
def test_rows_are_searched_and_filtered(
    client: Client, ana: Person, model: str, query: str, found: bool
) -> None:
    """By name or by identifier as people write it (I1), by the codes in words."""
    rows = text_of(client, f"{ADMIN}/{model}/?{query}")
    assert ("Ana R" in rows.title() or "L/ana_5F" in rows.partition("<tbody")[2]) is found


def test_a_person_is_told_whole(client: Client, ana: Person) -> None:
    """I10: identifiers, links with evidence, origin, trips that count, claims."""
    page = text_of(client, f"{ADMIN}/person/{ana.pk}/change/")
    for words in (
        "12345678",
        "Same phone",
        "Own driver account",
        "L/ana_5F",
        "one holder",
        "Phone: the same +",
    ):
        assert words in page, words
    assert "7 trips" in page
    assert "M5" in page
    assert "decided by the system" in page
    assert "Never merged, never split." in page


def test_a_person_costs_the_same_however_many_links(
    client: Client, acme: Tenant, ana: Person, django_assert_max_num_queries: Any
) -> None:
    with tenant_scope(acme.schema_name):
        for at in range(30):
            linked(a_lead(f"more-{at}"), ana)
    text_of(client, f"{ADMIN}/person/{ana.pk}/change/")
    with django_assert_max_num_queries(30):
        assert text_of(client, f"{ADMIN}/person/{ana.pk}/change/").count("more-") >= 30


@pytest.mark.parametrize("model", ["lead", "person", "link", "queueitem", "case"])
def test_a_list_costs_the_same_however_long(
    client: Client, acme: Tenant, ana: Person, model: str, django_assert_max_num_queries: Any
) -> None:
    """Fifty rows, fixed query count."""
    with tenant_scope(acme.schema_name):
        leads = [a_lead(f"x{at}", name=f"Nadie {at}") for at in range(60)]
        actions.link_leads(leads=[lead.pk for lead in leads], via=Via.RECOVER, now=timezone.now())
        QueueItem.objects.bulk_create(QueueItem(source_pk=lead.source_pk) for lead in leads)
        for lead in leads[:55]:
            linked(lead, a_person("Nadie"))
    text_of(client, f"{ADMIN}/{model}/")
    with django_assert_max_num_queries(16):
        text_of(client, f"{ADMIN}/{model}/")


def test_a_queued_lead_is_asked_for_again(client: Client, acme: Tenant, ana: Person) -> None:
    """I11: a person's ask brings a failed one back; the case is one click away."""
    with tenant_scope(acme.schema_name):
        QueueItem.objects.filter(pk="L-leo").update(status="failed", closed_at=timezone.now())
        leo = Lead.objects.get(external_id="L-leo")
    assert client.post(f"{ADMIN}/queueitem/L-leo/press/ask/").status_code == 302
    with tenant_scope(acme.schema_name):
        assert QueueItem.objects.get(pk="L-leo").asked_at is not None
    shown = client.post(f"{ADMIN}/queueitem/L-leo/press/case/")
    assert shown["Location"] == f"{ADMIN}/inbox/?case={leo.pk}"


def test_a_key_that_looks_like_an_escape_is_pressed_too(client: Client, acme: Tenant, ana: Person) -> None:
    """A lead's own key may hold what an address reads otherwise."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("x_5Fy/z")
        actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
        item = QueueItem.objects.create(source_pk=lead.source_pk)
    page = text_of(client, f"{ADMIN}/queueitem/{quote(item.pk)}/change/")
    assert f'action="{ADMIN}/queueitem/{quote(item.pk)}/press/ask/"' in page
    assert client.post(f"{ADMIN}/queueitem/{quote(item.pk)}/press/ask/").status_code == 302
    with tenant_scope(acme.schema_name):
        assert Case.objects.get(pk=lead.pk).woken_at is not None


def test_a_leads_case_is_one_click_away(client: Client, acme: Tenant, ana: Person) -> None:
    with tenant_scope(acme.schema_name):
        leo = Lead.objects.get(external_id="L-leo")
    assert client.post(f"{ADMIN}/lead/{leo.pk}/press/case/")["Location"] == f"{ADMIN}/inbox/?case={leo.pk}"
