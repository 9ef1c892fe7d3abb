"""The diagnosis: what a title or a contact is, who competed, why the winner won, how it came (W1, R8)."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from personas import actions
from personas.models import Contact, Persona
from personas.rules import Effect, Match, ReclassificationType
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, import_rows, work

Pages = Callable[[User], Client]
DIAGNOSE = "/admin/personas/diagnose/"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def ana(acme: Tenant) -> int:
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        return Contact.objects.get().pk


def shown(client: Client, query: str = "") -> str:
    response = client.get(DIAGNOSE + query)
    assert response.status_code == 200, (query, response.status_code, response.content[:300])
    return unescape(response.content.decode())


def rows(page: str) -> list[list[str]]:
    """Return the cells of the table of keywords."""
    body = page.partition('id="competed"')[2].partition("</tbody>")[0].partition("<tbody>")[2]
    cells = (re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in body.split("</tr>")[:-1])
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def rule(acme: Tenant, text: str, persona: str, **more: object) -> None:
    with tenant_scope(acme.schema_name):
        found = Persona.objects.get(code=persona)
        actions.save_keyword(persona=found, text=text, **({"match": Match.PHRASE} | more))  # type: ignore[arg-type]  # the rule's own words


def test_it_asks_for_a_title(client: Client) -> None:
    page = shown(client)
    assert "Type a job title" in page
    assert "competed" not in page


def test_keywords_compete_in_winning_order(client: Client, acme: Tenant) -> None:
    """P3, P4: exact first, then priority, then length; what an exclusion takes out comes last, with why."""
    rule(acme, "Zoo Keeper", "dc_medicas", match=Match.EXACT)
    rule(acme, "Zoo", "dc_marketing")
    rule(acme, "Keeper", "dc_comerciales")
    rule(acme, "Keepers", "dc_comerciales")
    rule(acme, "Zoo", "dc_comerciales", effect=Effect.EXCLUDE)
    sales = "Comercial y ventas"
    assert rows(shown(client, "?title=Zoo+KEEPER")) == [
        ["1", "Zoo Keeper", "exact title", "Médica y científica", "4", "wins", "Stands first"],
        ["2", "Zoo", "phrase", "Marketing", "2", "matches", "An exact keyword goes before a phrase"],
        ["3", "Keeper", "phrase", sales, "3", "taken out", f"The exclusion “Zoo” takes “{sales}” out"],
        ["4", "Zoo", "phrase", sales, "3", "exclusion", f"Takes “{sales}” out of this title"],
    ]


def test_priority_and_length_are_named(client: Client, acme: Tenant) -> None:
    """P3: the first rule on which two keywords differ."""
    rule(acme, "Zoo", "dc_marketing")
    rule(acme, "Zoo Keeper", "dc_marketing")
    rule(acme, "Keeper", "dc_medicas")
    found = rows(shown(client, "?title=zoo+keeper+senior"))
    assert [(row[1], row[6]) for row in found] == [
        ("Zoo Keeper", "Stands first"),
        ("Zoo", "The longer phrase goes first"),
        ("Keeper", "Priority 2 precedes 4"),
    ]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Gerente de MARKETING", "gerente de marketing"),
        ("🙂", "no Latin letter or digit"),
        ("", "no Latin letter or digit"),
        ("Domador de leones", "No keyword matches"),
        ("مدير\u202e", "no Latin letter or digit"),
    ],
)
def test_every_title_has_a_sentence(client: Client, title: str, words: str) -> None:
    """P1, W1"""
    assert words in shown(client, f"?title={quote(title)}")


@pytest.mark.parametrize(("title", "words"), [("x" * 501, "at most 500"), ("a\0b", "Null characters")])
def test_an_unfit_title_is_told(client: Client, title: str, words: str) -> None:
    """S13"""
    page = shown(client, f"?title={quote(title)}")
    assert words in page
    assert "competed" not in page


def test_a_contact_is_compared_with_its_rules(client: Client, acme: Tenant, ana: int) -> None:
    """W1: stored, computed, would change; the way to bring it in line."""
    page = shown(client, f"?contact={ana}")
    assert "Ana Pérez" in page
    assert "The rules have changed since" not in page
    rule(acme, "Gerente de Marketing", "dc_generales")
    page = shown(client, f"?contact={ana}")
    assert "The rules have changed since" in page
    assert "type=by_persona&persona=dc_marketing" in page


def test_a_contact_tells_its_history(client: Client, acme: Tenant, ana: int, alice: User) -> None:
    """R8: import, a decision by hand with who, a reclassification with its job."""
    rule(acme, "Gerente de Marketing", "dc_generales")
    with tenant_scope(acme.schema_name):
        job = actions.reclassify(type=ReclassificationType.ALL, params={}, dry_run=False, by=alice.pk)
        assert work(acme, job).state == "completed"
        persona = Persona.objects.get(code="dc_medicas")
        actions.assign_persona(contact_id=ana, persona=persona, by=alice.pk)
    history = shown(client, f"?contact={ana}").partition('id="history"')[2]
    assert history.index("by hand") < history.index("reclassification") < history.index("import")
    assert f"/admin/personas/reclassify/{job.id}/" in history
    assert "Alice" in history
    assert "A person chose the persona" in shown(client, f"?contact={ana}")


def test_a_lock_says_who_and_when(client: Client, acme: Tenant, ana: int, alice: User) -> None:
    """P7"""
    with tenant_scope(acme.schema_name):
        actions.lock_contact(contact_id=ana, by=alice.pk)
    page = shown(client, f"?contact={ana}")
    assert "A person locked the persona" in page
    assert "Alice" in page


def test_the_contact_leads_here(client: Client, ana: int) -> None:
    """W1: one click away."""
    page = client.get(f"/admin/personas/contact/{ana}/change/").content.decode()
    assert "Why this persona?" in page
    pressed = client.post(f"/admin/personas/contact/{ana}/press/diagnose/")
    assert pressed["Location"] == f"{DIAGNOSE}?contact={ana}"


@pytest.mark.parametrize("number", ["7", "x", "0", "-1", "99999999999999999999", "%00"])
def test_an_unknown_contact_is_missing(client: Client, number: str) -> None:
    assert client.get(f"{DIAGNOSE}?contact={number}").status_code == 404


def test_without_rules_it_says_so(client: Client, acme: Tenant) -> None:
    with tenant_scope(acme.schema_name):
        Persona.objects.update(is_default=False)
    assert "There is no default persona" in shown(client, "?title=CEO")


def test_viewers_and_other_tenants_stay_outside(page: Pages, bob: User, carol: User, ana: int) -> None:
    assert page(bob).get(f"{DIAGNOSE}?title=CEO").status_code == 403
    assert page(carol).get(f"{DIAGNOSE}?contact={ana}").status_code == 404
