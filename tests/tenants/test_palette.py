"""Ctrl+K in the administration: pages and acts by name, rows by name or key, of one tenant only."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

from campaigns.models import Account, Entry
from identity.models import Lead
from personas.models import Contact, Persona
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.doors import page_client


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a":
            self.found[str(named["href"])] = f"{named['data-title']} · {named['data-description']}"


def found(client: Client, text: str, site: str = "admin") -> dict[str, str]:
    """Return {address: what the line says} for what a person types."""
    answer = client.get(f"/{site}/search/?{urlencode({'s': text})}")
    assert answer.status_code == 200
    lines = _Lines()
    lines.feed(answer.content.decode())
    return lines.found


@pytest.fixture
def people(acme: Tenant, birch: Tenant) -> dict[str, str]:
    """A contact of the same name at each tenant, and a lead with a document; {tenant: the contact's page}."""
    pages = {}
    for tenant in (acme, birch):
        with tenant_scope(tenant.schema_name):
            contact = Contact.objects.create(
                first_name="Tomasa", last_name=f"Quilapán {tenant.name}", job_title="Alcaldesa"
            )
            pages[tenant.slug] = f"/admin/personas/contact/{contact.pk}/change/"
            Account.objects.create(name=f"Cobranzas {tenant.name}", code=tenant.slug)
            Lead.objects.create(external_id="L-77", inputs=UUID(int=0), document_key="123456785")
    return pages


def test_it_finds_pages_and_acts_in_either_language(alice: User, page: Callable[..., Client]) -> None:
    """Whoever thinks of a page by its English name finds it under its Spanish one, accents or not."""
    spanish, english = page(alice, "es"), page(alice, "en")
    for text in ("cases review", "casos revisar", "REVISÁR"):
        assert "/admin/identity/inbox/" in found(spanish, text), text
    assert found(english, "upload contacts") == {
        "/admin/personas/linkedinimport/upload/": "Upload contacts · Do",
        **_lists(english, "upload contacts"),
    }
    assert "/identity/" in list(found(english, "identity"))[:2]  # what viewers see is a page as well


def _lists(client: Client, text: str) -> dict[str, str]:
    return {link: said for link, said in found(client, text).items() if "?q=" in link}


def test_it_finds_rows_of_the_open_tenant_only(
    alice: User, carol: User, page: Callable[..., Client], people: dict[str, str]
) -> None:
    """Tenancy: one search, two tenants, never the other's row; nothing is kept between them (S3)."""
    for user, own, other in ((alice, "acme", "birch"), (carol, "birch", "acme")):
        lines = found(page(user), "tomasa quil")
        assert lines[people[own]] == f"Tomasa Quilapán {own.title()} · Contact · Alcaldesa"
        assert f"Quilapán {other.title()}" not in str(lines)
        assert f"Cobranzas {own.title()} · Account" in found(page(user), "cobranzas").values()
        assert f"Cobranzas {other.title()}" not in str(found(page(user), "cobranzas"))


def test_it_finds_a_lead_by_its_document_and_offers_the_lists(
    alice: User, page: Callable[..., Client], people: dict[str, str]
) -> None:
    """However it is written; the list and its filters are one link away."""
    lines = found(page(alice), "12.345.678-5")
    assert any(link.startswith("/admin/identity/lead/") and "change" in link for link in lines)
    assert lines["/admin/identity/lead/?q=12.345.678-5"] == "Look for “12.345.678-5” · Leads"


def test_it_calls_people_of_campaigns_by_their_name(
    alice: User, acme: Tenant, page: Callable[..., Client]
) -> None:
    """W7: by no id; the campaign tells two of one name apart. The heading of their page says the same."""
    with tenant_scope(acme.schema_name):
        campaign = a_campaign(an_account(a_provider()), people=1)
        Entry.objects.update(name="Tomasa Quilapán")
    client = page(alice)
    rows = {link: said for link, said in found(client, "tomasa").items() if "/campaigns/entry/" in link}
    address = next(link for link in rows if "change" in link)
    assert rows[address] == f"Tomasa Quilapán · Entry · {campaign}"
    assert "<title> Tomasa Quilapán" in " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize("text", ["", "a", "   ", "\0\0", "x" * 5000, "%_'\"<script>", "()[]\\*:&|!"])
def test_it_survives_whatever_is_typed(alice: User, page: Callable[..., Client], text: str) -> None:
    """S13: no crash, no markup, and of one letter nothing."""
    lines = found(page(alice), text)
    assert len(text.strip(" \0")) > 1 or lines == {}
    assert "<script" not in page(alice).get(f"/admin/search/?{urlencode({'s': text})}").content.decode()


def test_it_keeps_to_its_number_of_queries_and_lines(
    alice: User,
    acme: Tenant,
    page: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    """However many rows there are: a few of each kind, one or a few queries a kind."""
    with tenant_scope(acme.schema_name):
        Contact.objects.bulk_create(Contact(first_name="Abundia", last_name=str(at)) for at in range(60))
        Persona.objects.bulk_create(
            Persona(code=f"a{at}", name=f"Abundia {at}", priority=900 + at) for at in range(9)
        )
    client = page(alice)
    found(client, "abundia")
    with django_assert_max_num_queries(40):
        lines = found(client, "abundia")
    assert sum("/personas/contact/" in link and "change" in link for link in lines) == 5
    assert sum("/personas/persona/" in link and "change" in link for link in lines) == 5


def test_it_is_nobodys_but_the_administrators(bob: User, alice: User, page: Callable[..., Client]) -> None:
    """Viewers and strangers have no palette; a tenant's admin has none on the platform."""
    assert page(bob).get("/admin/search/?s=contact").status_code == 403
    assert Client().get("/admin/search/?s=contact").status_code == 302
    assert page(alice).get("/platform/search/?s=acme").status_code == 403


def test_it_finds_organisations_and_people_on_the_platform(
    sam: User, acme: Tenant, page: Callable[..., Client]
) -> None:
    """Public rows only: no tenant's contact, whoever asks."""
    lines = found(page(sam), "acme", "platform")
    assert lines[f"/platform/tenants/tenant/{acme.pk}/change/"] == "Acme · Tenant"
    assert any("alice@acme.example" in said or "Alice" in said for said in lines.values())
    assert "/platform/tenants/tenant/add/" in found(page(sam), "new organisation", "platform")
    assert not any("/admin/personas/" in link for link in found(page(sam), "contacts", "platform"))


def test_its_answers_are_not_kept_in_the_cache(
    alice: User, acme: Tenant, page: Callable[..., Client], people: dict[str, str]
) -> None:
    """The theme keeps answers by person and word, so a person of two tenants would see the first's (S3)."""
    cache.clear()
    found(page(alice), "tomasa")
    with tenant_scope(acme.schema_name):
        Contact.objects.update(last_name="Renamed")
    assert "Tomasa Renamed · Contact · Alcaldesa" in found(page(alice), "tomasa").values()


def test_every_page_of_both_sites_can_open_it(alice: User, sam: User) -> None:
    """The theme shows its palette to Django's staff alone; ours is of whoever may be here."""
    for user, site in ((alice, "admin"), (sam, "platform")):
        said = page_client(user).get(f"/{site}/").content.decode()
        assert f'hx-get="/{site}/search/"' in said
        assert 'class="house-find"' in said
