"""Pages kept with their filters: everybody's own, also a viewer's, in one tenant (W6, S2)."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants import actions
from tenants.actions import preferences
from tenants.models import SavedFilter, Tenant, User
from tenants.rules import Role
from tests.reading import text_of

Pages = Callable[[User], Client]
SAVED, WANTED = "/saved/", "/insights/?range=90&platform=tiktok"


def save(client: Client, name: str, address: str = WANTED) -> int:
    return client.post(SAVED, {"name": name, "address": address}).status_code


def test_a_viewer_keeps_a_page_and_drops_it(page: Pages, bob: User, acme: Tenant) -> None:
    """W6: the link reproduces the page; the same name leads to the newer page."""
    client = page(bob)
    assert "Nothing saved yet" in text_of(client, SAVED)
    assert f'value="{WANTED.replace("&", "&amp;")}"' in text_of(
        client, f"{SAVED}?at=/insights/%3Frange=90%26platform=tiktok"
    )
    assert save(client, "TikTok, tres meses") == 302
    assert save(client, "TikTok, tres meses", "/insights/?range=7") == 302
    shown = text_of(client, SAVED)
    assert 'href="/insights/?range=7"' in shown
    found = SavedFilter.objects.get()
    assert client.post(SAVED, {"drop": str(found.pk)}).status_code == 302
    assert not SavedFilter.objects.exists()


def test_an_administrators_list_is_kept_with_its_filters(page: Pages, alice: User) -> None:
    """W6: the menu of the administration leads there, and the link leads back."""
    client = page(alice)
    wanted = "/admin/personas/contact/?q=ana"
    assert f'href="{SAVED}?at=/admin/personas/contact/%3Fq%3Dana"' in text_of(client, wanted)
    assert save(client, "Ana", wanted) == 302
    assert f'href="{wanted}"' in text_of(client, SAVED)


def test_nobody_sees_or_drops_anothers(
    page: Pages, alice: User, bob: User, acme: Tenant, birch: Tenant
) -> None:
    """S1: neither another person's, nor one's own of another tenant."""
    save(page(bob), "Mine")
    kept = SavedFilter.objects.get()
    assert "Mine" not in text_of(page(alice), SAVED)
    page(alice).post(SAVED, {"drop": str(kept.pk)})
    assert SavedFilter.objects.filter(pk=kept.pk).exists()
    actions.give_role(user=bob, tenant=birch, role=Role.VIEWER)
    client = page(bob)
    assert client.get(SAVED)["Location"] == "/choose/?next=/saved/"
    client.post("/choose/", {"tenant": str(birch.id)})
    assert "Mine" not in text_of(client, SAVED)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example/", "javascript:alert(1)", "insights/", "/no/such/page/",
        "/login/", "/saved/", "/api/v1/insights/", "/insights/#x", "/insights/?x=\x00", "",
    ],
)  # fmt: skip
def test_only_pages_of_the_tenant_are_kept(page: Pages, bob: User, acme: Tenant, address: str) -> None:
    """S13: no other site's address, no script, no page that does not exist."""
    assert save(page(bob), "x", address) == 200
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("said", [{"drop": "x"}, {"drop": "0" * 32}])
def test_what_is_not_there_is_gone_already(
    page: Pages, bob: User, acme: Tenant, said: dict[str, str]
) -> None:
    """No address or number breaks the page."""
    assert page(bob).post(SAVED, said).status_code == 302


def test_there_is_an_end(page: Pages, bob: User, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-bounds: one more than there may be is refused in words; a known name is not one more."""
    monkeypatch.setattr(preferences, "MOST_FILTERS", 1)
    client = page(bob)
    assert save(client, "one") == 302
    assert save(client, "one", "/jobs/") == 302
    answer = client.post(SAVED, {"name": "two", "address": WANTED})
    assert "50 saved filters already" in answer.content.decode()
    assert SavedFilter.objects.get().address == "/jobs/"
