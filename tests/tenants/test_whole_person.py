"""One person across all apps: rows tied by exact keys, told to each reader as far as they may hear (W1)."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import CallRecord, Entry, Suppression
from personas import actions as personas
from personas.actions import NewContact
from personas.models import Contact
from tenants.models import Tenant, User, new_id
from tenants.scope import tenant_scope
from tests.campaigns.called import a_called_campaign
from tests.campaigns.calling import a_campaign, add_people
from tests.doors import ApiClient
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.personas.writing import answer, problem

Apis = Callable[[User], ApiClient]
Pages = Callable[[User], Client]
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
SAID = "Dijo que paga el lunes"


class Ana:
    """Ana's rows: contact and entry share a phone, entry and person a RUT; lead and account are linked."""

    def __init__(self) -> None:
        campaign = a_called_campaign(now=NOON)
        self.entry = Entry.objects.filter(campaign=campaign).order_by("id")[0]
        # The phone is the contact's, the document the person's: only the entry has both.
        Entry.objects.filter(pk=self.entry.pk).update(person_key="D:CL:11111111-1", document="11111111-1")
        CallRecord.objects.filter(attempt__entry=self.entry).update(summary=SAID)
        self.phone = self.entry.phones[0]["number"]
        self.contact = a_contact("Ana", phone=self.phone)
        self.person = a_person("Ana Ruiz", document="111111111")
        self.lead = a_lead("L-ana", name="Ana Ruiz", phone="56 9 7000 0001", email="ana@ruiz.example")
        self.driver = a_driver("d-ana", name="Ana Ruiz")
        linked(self.lead, self.person)
        linked(self.driver, self.person)
        Suppression.objects.create(kind="number", value=self.phone, source="person", reason="Lo pidió")

    def rows(self) -> set[tuple[str, str]]:
        own = {"contact": self.contact, "entry": self.entry, "lead": self.lead, "driver": self.driver}
        return {(of, str(row.pk)) for of, row in own.items()} | {("person", str(self.person.pk))}


def a_contact(name: str, **facts: Any) -> Contact:
    said = NewContact(first_name=name, companies=["Acme"], job_title="Gerente Comercial", facts=facts)
    return Contact.objects.get(pk=personas.create_contact(contact=said, by=new_id()))


@pytest.fixture
def ana(acme: Tenant) -> Ana:
    with tenant_scope(acme.schema_name):
        return Ana()


def shown(page: Client, of: str, row: object) -> str:
    response = page.get(f"/people/{of}/{row}/")
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode())


def test_from_every_row_one_comes_to_the_same_person_and_reads_why(api: Apis, bob: User, ana: Ana) -> None:
    """W1: each tie says its key or link; events are newest first; documents and phones are in one form."""
    for of, row in ana.rows():
        told = answer(api(bob).get(f"/api/v1/people/{of}/{row}/"))
        assert {(one["of"], one["row"]) for one in told["rows"]} == ana.rows(), of
        moments = [event["at"] for event in told["events"]]
        assert moments == sorted(moments, reverse=True)
    told = answer(api(bob).get(f"/api/v1/people/contact/{ana.contact.pk}/"))
    why = {one["of"]: (one["by"] or {}).get("value") or one["link"] for one in told["rows"]}
    assert why == {
        "contact": "",
        "entry": ana.phone,
        "person": "CL:111111111",
        "lead": "linked: Same phone (95)",
        "driver": "linked: Own driver account (95)",
    }
    codes = {event["code"] for event in told["events"]}
    assert {"contact_created", "call_conversed", "suppressed", "linked", "lead_came"} <= codes
    assert {one["code"] for one in told["sections"]} == {
        "contact", "person", "lead", "driver", "suppressed", "campaigns", "numbers"
    }  # fmt: skip


def test_who_may_hear_a_call_is_led_to_it_and_the_page_itself_says_no_word_of_it(
    page: Pages, alice: User, bob: User, sam: User, ana: Ana
) -> None:
    """S2: viewers and support read everything but the words of a call; nothing on the page acts."""
    for reader in (alice, bob, sam):
        told = shown(page(reader), "contact", ana.contact.pk)
        assert SAID not in told
        assert "batch-1" in told
        assert "same phone" in told
        assert "Comercial" in told
        assert ("/admin/campaigns/callattempt/" in told) is (reader == alice)
    assert "<form" not in shown(page(bob), "lead", ana.lead.pk).split("<main", 1)[1]


def test_a_phone_of_many_persons_is_named_and_not_followed(
    api: Apis, page: Pages, bob: User, acme: Tenant, ana: Ana
) -> None:
    """A shared phone says nothing about one person; without it only the links remain."""
    with tenant_scope(acme.schema_name):
        for name in ("Eva", "Ivo", "Leo"):
            a_contact(name, phone=ana.phone)
    told = answer(api(bob).get(f"/api/v1/people/contact/{ana.contact.pk}/"))
    assert told["shared"] == [{"kind": "phone", "value": ana.phone}]
    assert [one["of"] for one in told["rows"]] == ["contact"]
    assert f"Phone {ana.phone} belongs to several persons" in shown(page(bob), "contact", ana.contact.pk)


def test_a_row_without_keys_says_why_it_stands_alone(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: an empty page says what, why."""
    with tenant_scope(acme.schema_name):
        alone = a_contact("Sola")
        tied_to_nobody = a_lead("L-x", name="Sola", phone="56970000009")
    assert "It carries no document, phone or e-mail" in shown(page(bob), "contact", alone.pk)
    assert "No other row carries the same" in shown(page(bob), "lead", tied_to_nobody.pk)


def test_nobody_and_somebody_elses_is_404(api: Apis, page: Pages, bob: User, carol: User, ana: Ana) -> None:
    """S1: another tenant's row, a missing one, an odd id and an unknown kind are the same answer."""
    there = [f"{of}/{row}" for of, row in ana.rows()]
    for path in there:
        assert page(carol).get(f"/people/{path}/").status_code == 404
        problem(api(carol).get(f"/api/v1/people/{path}/"), 404, "person_unknown")
    for path in (
        "contact/999999",
        "contact/01",
        "person/no",
        "lead/-1",
        "tenant/1",
        f"driver/{ana.person.pk}",
    ):
        assert page(bob).get(f"/people/{path}/").status_code == 404, path
        assert api(bob).get(f"/api/v1/people/{path}/").status_code == 404, path


def test_more_rows_cost_no_more_questions(page: Pages, bob: User, acme: Tenant, ana: Ana) -> None:
    """The number of queries is fixed: ten more entries, leads and changes are read with the first ones."""
    client = page(bob)
    shown(client, "contact", ana.contact.pk)
    with CaptureQueriesContext(connection) as before:
        shown(client, "contact", ana.contact.pk)
    with tenant_scope(acme.schema_name):
        for at in range(5):
            other = a_campaign(ana.entry.campaign.account, code=f"other-{at}")
            add_people(other, 1)
            Entry.objects.filter(campaign=other).update(person_key="D:CL:11111111-1")
            linked(a_lead(f"L-{at}", phone=f"5697100000{at}"), ana.person)
    with CaptureQueriesContext(connection) as after:
        told = shown(client, "contact", ana.contact.pk)
    assert "other-4" in told
    assert "L-4" in told
    assert len(after) == len(before)
    assert len(after) <= 60


def test_lists_and_pages_of_every_app_lead_here(page: Pages, alice: User, bob: User, ana: Ana) -> None:
    """Reached from every list that shows people, a viewer's and an administrator's."""
    pages = {
        f"/people/contact/{ana.contact.pk}/": [
            "/personas/contacts/",
            f"/personas/contacts/{ana.contact.pk}/",
        ],
        f"/people/entry/{ana.entry.pk}/": [
            "/campaigns/entries/?start_date=2026-04-01",
            f"/campaigns/entries/{ana.entry.pk}/",
            "/campaigns/calls/?start_date=2026-04-01",
        ],
        f"/people/lead/{ana.lead.pk}/": ["/identity/limbo/", f"/identity/leads/{ana.lead.pk}/"],
    }
    for wanted, places in pages.items():
        for place in places:
            assert f'href="{wanted}"' in page(bob).get(place).content.decode(), place
    lists = {
        "personas/contact": ("contact", ana.contact.pk),
        "campaigns/entry": ("entry", ana.entry.pk),
        "identity/lead": ("lead", ana.lead.pk),
        "identity/driver": ("driver", ana.driver.pk),
        "identity/person": ("person", ana.person.pk),
    }
    for place, (of, row) in lists.items():
        assert f'href="/people/{of}/{row}/"' in page(alice).get(f"/admin/{place}/").content.decode(), place
