"""Nothing empty looks broken: what, why, one thing to do, one invented file that can be read in (W5)."""

import io
import re
from collections.abc import Callable

from django.contrib import admin
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from campaigns.admin.empties import client_file
from tenants.admin import tenant_site
from tenants.models import Tenant, User

admin.autodiscover()
Pages = Callable[[User], Client]
# Each is empty in a tenant that was just made.
PAGES = (
    "/",
    "/personas/",
    "/personas/contacts/",
    "/identity/",
    "/identity/limbo/",
    "/campaigns/",
    "/insights/",
)


def empty_part(html: str) -> str:
    found = re.search(r'<div class="empty">.*?</div>', html, re.DOTALL)
    assert found, "the page has no empty state"
    return found[0]


def test_every_list_says_why_it_is_empty() -> None:
    """W5: a new model without a word about its empty list fails here."""
    assert [model._meta.label for model in tenant_site._registry if model not in tenant_site.empties] == []


def test_every_empty_list_leads_somewhere_that_is_there(page: Pages, carol: User, birch: Tenant) -> None:
    """W5: in a tenant without rows each link of each list is answered, and no list speaks of filters."""
    client = page(carol)
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in tenant_site._registry
    ]
    told = {path: client.get(path).content.decode() for path in lists}
    bare = {path: html for path, html in told.items() if 'id="result_list"' not in html}
    assert len(bare) > 25
    links: set[str] = set()
    for path, html in bare.items():
        [part] = re.findall(r">inbox</span>.*?</div>", html, re.DOTALL)
        assert " yet</h2>" in part, path
        assert re.search(r'<p class="mb-6[^>]*>[^<]{20,}</p>', part), path
        links |= set(re.findall(r'href="([^"]+)"', part))
    assert {path: client.get(path).status_code for path in sorted(links)} == dict.fromkeys(sorted(links), 200)
    assert len([path for path in links if "/samples/" in path]) >= 4


def test_a_filter_without_rows_offers_the_whole_list(page: Pages, carol: User) -> None:
    """W5: empty because of the filter is told apart from empty."""
    html = page(carol).get("/admin/personas/contact/?q=nobody").content.decode()
    assert "Nothing matches" in html
    assert "No contacts yet" not in html


def test_viewers_pages_offer_who_may_administer_a_file(page: Pages, carol: User, bob: User) -> None:
    """W5: an administrator uploads, everybody else has somewhere to go."""
    for path in PAGES:
        part = empty_part(page(carol).get(path).content.decode())
        assert "/admin/samples/" in part, path
        assert '<a class="button" href="/admin/' in part, path
        viewed = empty_part(page(bob).get(path).content.decode())
        assert "/admin/" not in viewed, path
        assert '<a class="button" href="/' in viewed, path


def test_samples_are_for_administrators(page: Pages, alice: User, bob: User) -> None:
    """W5: each is a file with a name; a viewer is refused, and what is not there is 404."""
    assert set(tenant_site.samples) == {"linkedin", "drivers", "leads", "trips", "claims", "client", "brand"}
    for name in tenant_site.samples:
        answer = page(alice).get(f"/admin/samples/{name}/")
        assert (answer.status_code, len(answer.content) > 500) == (200, True)
        assert answer["Content-Disposition"].startswith("attachment")
        assert page(bob).get(f"/admin/samples/{name}/").status_code == 403
    assert page(alice).get("/admin/samples/nothing/").status_code == 404


def test_no_invented_number_is_called_where_calls_are_real() -> None:
    """C17: an invented phone may be somebody's, so the file of a tenant that is no sample has none."""
    invented, silent = (phones_of(Tenant(country="CL", has_samples=one)) for one in (True, False))
    assert len(invented) == len(silent) > 200
    assert any(invented)
    assert not any(silent)


def phones_of(tenant: Tenant) -> list[str]:
    """Return the cells of the three columns of phones of the client's sample file."""
    _name, content = client_file(tenant)
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [str(row[place]) for row in rows for place, name in enumerate(head) if "éfono" in str(name)]
