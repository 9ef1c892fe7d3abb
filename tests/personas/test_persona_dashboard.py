"""The viewers' pages of personas: the dashboard, the contacts behind its figures, why one is what it is."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from personas import actions
from personas.models import ContactPersona
from personas.samples.linkedin import Truth, make_linkedin_export
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, import_rows, start, work

Pages = Callable[[User], Client]
PAGE, LIST = "/personas/", "/personas/contacts/"


@pytest.fixture
def ana(acme: Tenant) -> int:
    """Ana, imported into Acme."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, "Eva,Ruiz,,eva@x.example,Birch,Jefa de nada,03 Feb 2024")
        return ContactPersona.objects.get(persona__code="dc_marketing").contact_id


@pytest.fixture
def sample(acme: Tenant) -> Truth:
    """The truth of 400 rows that Acme imported."""
    made = make_linkedin_export(rows=400)
    with tenant_scope(acme.schema_name):
        found = actions.upload_linkedin(content=made.content, filename="Connections.csv", profile="ana")
        work(acme, start(found))
    return made.truth


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def test_it_says_so_while_there_is_nothing(page: Pages, bob: User) -> None:
    """W5: what, why, one action."""
    for path in (PAGE, LIST):
        assert "No contacts yet" in text_of(page(bob), path)


def test_its_figures_are_the_contacts_behind_them(page: Pages, bob: User, sample: Truth) -> None:
    """W6, "Done when": each persona's figure equals the truth and leads to as many contacts."""
    client = page(bob)
    shown = text_of(client, PAGE)
    for code, count in sample.contacts_per_persona.items():
        assert f'href="{LIST}?persona={code}"' in shown
        assert len(walk(client, f"{LIST}?persona={code}")) == count
    assert f">{sum(sample.contacts_per_persona.values())}<" in shown


def walk(client: Client, path: str) -> list[str]:
    """Return the ids on all pages of a list; none is lost or doubled (W10)."""
    ids: list[str] = []
    while path:
        shown = text_of(client, path)
        ids += re.findall(r'<th scope="row"><a href="/personas/contacts/(\d+)/"', shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        path = LIST + following[1].replace("&amp;", "&") if following else ""
    assert len(ids) == len(set(ids))
    return ids


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=PEREZ", ["Ana Pérez"]),
        ("q=pérez gerente", ["Ana Pérez"]),
        ("q=eva@", ["Eva Ruiz"]),
        ("q=nobody", []),
        ("q=%3A*%26!()", []),
        ("company=ACME", ["Ana Pérez"]),
        ("title=jefa de nada", ["Eva Ruiz"]),
        ("persona=mateo", ["Eva Ruiz"]),
        ("persona=unknown", ["Eva Ruiz", "Ana Pérez"]),
        ("held=1", []),
        ("held=0", ["Eva Ruiz", "Ana Pérez"]),
        ("source=linkedin_connections_ana", ["Eva Ruiz", "Ana Pérez"]),
        ("before=1", []),
        ("before=01", ["Eva Ruiz", "Ana Pérez"]),
        ("q=a%00b", ["Eva Ruiz", "Ana Pérez"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    page: Pages, bob: User, ana: int, query: str, names: list[str]
) -> None:
    """W6; what means nothing asks for nothing (S13)."""
    shown = text_of(page(bob), f"{LIST}?{query}")
    assert re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)<', shown) == names


def test_a_contact_says_why(page: Pages, bob: User, ana: int) -> None:
    """W1: the sentence, the keywords, the history."""
    shown = text_of(page(bob), f"{LIST}{ana}/")
    assert "contains the keyword" in shown
    assert "History of the persona" in shown
    assert "ana@acme.example" in shown


def test_a_contact_of_another_tenant_is_not_there(page: Pages, carol: User, ana: int) -> None:
    """S1: 404, and ids never name one's own contact by chance."""
    assert page(carol).get(f"{LIST}{ana}/").status_code == 404
    assert "Ana" not in text_of(page(carol), LIST)


@pytest.mark.parametrize("path", [PAGE, LIST, f"{PAGE}?days=x&months=-1&source=%00&nothing=1"])
def test_pages_cost_the_same_however_many_contacts(
    page: Pages, bob: User, acme: Tenant, sample: Truth, django_assert_max_num_queries, path: str
) -> None:
    """Fixed query counts: tenancy, then the page's own."""
    client = page(bob)
    with django_assert_max_num_queries(24):
        text_of(client, path)


def test_nothing_on_the_pages_changes_anything(page: Pages, bob: User, ana: int) -> None:
    """S2: no form but the frame's, and no other method than reading."""
    client = page(bob)
    for path in (PAGE, LIST, f"{LIST}{ana}/"):
        main = text_of(client, path).split("<main", 1)[1]
        assert 'method="post"' not in main
        assert client.post(path).status_code in {403, 405}


def test_home_has_the_contacts(page: Pages, bob: User, sample: Truth) -> None:
    """Viewers' home: a tile with its change, and where the doubtful titles are."""
    shown = text_of(page(bob), "/")
    assert f">{sample.created}<" in shown
