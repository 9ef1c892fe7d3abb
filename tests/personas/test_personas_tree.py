"""The tree of personas and keywords: what it shows, what its forms do, what it offers after (P9, P10)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from personas import actions
from personas.models import Contact, ContactPersona, Keyword, Persona
from personas.rules import Effect, Match
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, import_rows

Pages = Callable[[User], Client]
TREE = "/admin/personas/tree/"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def people(acme: Tenant) -> None:
    """Ana of marketing, and three zootechnicians that no keyword knows."""
    rows = (f"Z{at},X,https://linkedin.com/in/z{at},,Acme,Zootecnista Mayor," for at in range(3))
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, *rows)


def shown(client: Client, query: str = "") -> str:
    response = client.get(TREE + query)
    assert response.status_code == 200, (query, response.status_code, response.content[:300])
    return unescape(response.content.decode())


def sent(client: Client, **form: Any) -> tuple[int, dict[str, list[str]]]:
    """Send a form of the page; return the status and what the next address asks for."""
    response = client.post(TREE, form)
    where = urlsplit(response.get("Location", ""))
    return response.status_code, parse_qs(where.query)


def keyword(acme: Tenant, text: str) -> Keyword | None:
    with tenant_scope(acme.schema_name):
        return Keyword.objects.select_related("persona").filter(text=text).first()


def make(acme: Tenant, text: str, persona: str = "dc_medicas", **more: Any) -> Keyword:
    with tenant_scope(acme.schema_name):
        found = Persona.objects.get(code=persona)
        return actions.save_keyword(persona=found, text=text, **({"match": Match.PHRASE} | more)).keyword


def order_of(acme: Tenant) -> list[str]:
    with tenant_scope(acme.schema_name):
        return list(Persona.objects.order_by("priority").values_list("code", flat=True))


NEW = {"do": "add", "persona": "dc_medicas", "text": "Zootecnista", "match": "phrase", "effect": "include"}


def test_it_shows_personas_by_priority_with_their_counts(client: Client, people: None) -> None:
    """P10: each persona once, best first, with contacts; the default one apart."""
    page = shown(client)
    codes = re.findall(r'id="persona-(\w+)"', page)
    assert codes == ["dc_generales", "dc_marketing", "dc_comerciales", "dc_medicas", "mateo"]
    assert "3 contacts" in page.partition('id="persona-mateo"')[2]
    assert "1 contact<" in page.partition('id="persona-dc_marketing"')[2].partition("</li>")[0]


def test_keywords_come_when_a_persona_is_opened(client: Client, people: None) -> None:
    """Closed personas carry none; the part that the script asks for holds one persona's."""
    assert 'class="keyword"' not in shown(client)
    page = shown(client, "?open=dc_marketing")
    assert 'class="keyword"' in page
    part = shown(client, "?part=keywords&open=dc_marketing")
    assert "<html" not in part
    assert 'class="keyword"' in part
    assert client.get(f"{TREE}?part=keywords&open=nobody").status_code == 404


def test_a_keyword_is_added_and_the_change_is_offered(client: Client, acme: Tenant, people: None) -> None:
    """P9: no contact moves by itself; the next page says whom the change touches."""
    assert sent(client, **NEW) == (
        302,
        {"open": ["dc_medicas"], "focus": ["add-dc_medicas"], "changed": ["Zootecnista"]},
    )
    written = keyword(acme, "Zootecnista")
    assert written is not None
    assert (written.persona.code, written.match) == ("dc_medicas", Match.PHRASE)
    page = shown(client, "?open=dc_medicas&changed=Zootecnista")
    assert "no contact has moved yet" in page
    assert "0 contacts<" in page
    assert "3 by the present rules" in page
    offer = shown(client, "?part=offer&changed=Zootecnista")
    assert "3 contacts affected" in offer
    assert "/admin/personas/reclassify/?type=affected&keywords=Zootecnista&estimate=1" in offer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%%%", "The keyword has no Latin letter or digit."),
        ("", "This field is required."),
        ("x" * 201, "at most 200 characters"),
        ("a\0b", "Null characters are not allowed."),
        ("gerente general", "“gerente general” exists already, under “Dirección general”."),
    ],
)
def test_a_refused_keyword_is_told_where_it_was_typed(
    client: Client, acme: Tenant, text: str, words: str
) -> None:
    """P9: nothing is written, and what was typed is kept."""
    with tenant_scope(acme.schema_name):
        before = Keyword.objects.count()
    response = client.post(TREE, NEW | {"text": text})
    page = unescape(response.content.decode())
    assert response.status_code == 200
    assert words in page
    assert 'id="add-dc_medicas-text"' in page
    with tenant_scope(acme.schema_name):
        assert Keyword.objects.count() == before


def test_a_keyword_is_renamed_and_moved(client: Client, acme: Tenant) -> None:
    """P9: old and new text are offered together."""
    found = make(acme, "Zootecnista")
    assert f'id="edit-{found.pk}-text"' in shown(client, f"?open=dc_medicas&edit={found.pk}")
    part = shown(client, f"?part=keyword&edit={found.pk}")
    assert "<html" not in part
    assert 'value="Zootecnista"' in part
    _status, next_page = sent(
        client, **NEW | {"do": "edit", "keyword": found.pk, "persona": "dc_marketing", "text": "Zoólogo"}
    )
    assert next_page["changed"] == ["Zootecnista", "Zoólogo"]
    with tenant_scope(acme.schema_name):
        found.refresh_from_db()
        assert (found.text, found.normalized, found.persona.code) == ("Zoólogo", "zoologo", "dc_marketing")


def test_a_refused_change_keeps_the_form_open(client: Client, acme: Tenant) -> None:
    """P9: the row shows what was typed and why it was refused."""
    found = make(acme, "Zootecnista")
    body = NEW | {"do": "edit", "keyword": found.pk, "text": "gerente general"}
    page = unescape(client.post(TREE, body).content.decode())
    row = page.partition(f'id="keyword-{found.pk}"')[2].partition("</li>")[0]
    assert 'value="gerente general"' in row
    assert "exists already" in row


def test_a_keyword_of_a_lower_persona_gives_way(client: Client, acme: Tenant) -> None:
    """P9: replaced, and told so."""
    make(acme, "Zootecnista", "dc_medicas")
    client.post(TREE, NEW | {"persona": "dc_generales"})
    found = keyword(acme, "Zootecnista")
    assert found is not None
    assert found.persona.code == "dc_generales"
    assert "replaces the same keyword of a lower persona" in shown(client)


def test_a_keyword_is_deleted(client: Client, acme: Tenant) -> None:
    found = make(acme, "Zootecnista")
    status, next_page = sent(client, do="delete", keyword=found.pk, open="dc_medicas")
    assert (status, next_page) == (302, {"open": ["dc_medicas"], "changed": ["Zootecnista"]})
    assert keyword(acme, "Zootecnista") is None


def test_many_are_added_and_each_is_accounted_for(client: Client, acme: Tenant) -> None:
    """P9: created, moved, skipped and invalid add up; what was not written is named."""
    make(acme, "Agrónomo", "dc_medicas")
    texts = "Zootecnista, Zootecnista; ¡!\nAgrónomo\ngerente general"
    body = {
        "do": "many",
        "persona": "dc_comerciales",
        "texts": texts,
        "match": "phrase",
        "effect": "include",
    }
    status, next_page = sent(client, **body)
    assert (status, sorted(next_page["changed"])) == (302, ["Agrónomo", "Zootecnista"])
    page = shown(client)
    assert "Of 5 texts: 1 created, 1 moved here, 2 skipped, 1 invalid." in page
    assert "“gerente general” (Dirección general)" in page


def test_many_refused_are_told_shortly(client: Client) -> None:
    """S13: a hundred long texts that say nothing, beside one that does."""
    texts = "\n".join(["Zootecnista", *(f"{'¡' * 190}{'!' * at}" for at in range(9)), *["Zootecnista"] * 90])
    body = {"do": "many", "persona": "dc_medicas", "texts": texts, "match": "phrase", "effect": "include"}
    assert sent(client, **body)[0] == 302
    assert "and 89 more" in shown(client)


def test_nothing_usable_keeps_what_was_typed(client: Client) -> None:
    """P9: 400 in words, the text area still holds the text."""
    body = {"do": "many", "persona": "dc_medicas", "texts": "¡!, ¿?", "match": "phrase", "effect": "include"}
    response = client.post(TREE, body)
    assert response.status_code == 200
    page = unescape(response.content.decode())
    assert "¡!, ¿?" in page
    assert "no usable keyword" in page


def test_thousands_at_once_are_offered_as_all_contacts(client: Client, acme: Tenant) -> None:
    """An address cannot carry them all."""
    texts = "\n".join(f"Oficio número {at}" for at in range(400))
    body = {"do": "many", "persona": "dc_medicas", "texts": texts, "match": "phrase", "effect": "include"}
    _status, next_page = sent(client, **body)
    assert next_page["changed_all"] == ["1"]
    assert "changed" not in next_page
    assert "type=all&estimate=1" in shown(client, "?part=offer&changed_all=1")


def test_personas_are_moved_by_buttons(client: Client, acme: Tenant) -> None:
    """P3: neighbours swap priorities; at the ends nothing moves."""
    status, next_page = sent(client, do="move", down="dc_generales")
    assert (status, next_page) == (302, {"focus": ["move-dc_generales"], "changed_all": ["1"]})
    assert order_of(acme)[:2] == ["dc_marketing", "dc_generales"]
    sent(client, do="move", up="dc_generales")
    assert order_of(acme)[:2] == ["dc_generales", "dc_marketing"]
    sent(client, do="move", up="dc_generales")
    sent(client, do="move", down="dc_medicas")
    assert order_of(acme) == ["dc_generales", "dc_marketing", "dc_comerciales", "dc_medicas", "mateo"]


def test_personas_are_dropped_into_an_order(client: Client, acme: Tenant) -> None:
    """P3: the same priorities in another order, all or none."""
    wanted = ["dc_medicas", "dc_generales", "dc_marketing", "dc_comerciales"]
    sent(client, do="order", code=wanted)
    assert order_of(acme) == [*wanted, "mateo"]


def test_an_order_of_other_personas_moves_nothing(client: Client, acme: Tenant) -> None:
    """Somebody deleted one meanwhile, or doubled it."""
    before = order_of(acme)
    for codes in (["dc_medicas"], ["dc_medicas"] * 4, []):
        sent(client, do="order", code=codes)
        assert "Nothing was moved" in shown(client)
    assert order_of(acme) == before


@pytest.mark.parametrize(
    "form",
    [{}, {"do": "x"}, {"do": "delete", "keyword": "7"}, {"do": "delete", "keyword": "x"},
     {"do": "edit"}, {"do": "move", "up": "mateo"}, {"do": "move"}],
)  # fmt: skip
def test_what_no_form_asks_does_not_exist(client: Client, form: dict[str, str]) -> None:
    assert client.post(TREE, form).status_code == 404


def test_faults_are_flagged_with_their_reason(client: Client, acme: Tenant, people: None) -> None:
    """P10: never wins, contradiction, no contact; each by its own filter."""
    make(acme, "Zootecnista", "dc_medicas")
    make(acme, "Zootecnista", "dc_medicas", effect=Effect.EXCLUDE)
    page = shown(client, "?q=zootecnista")
    assert "Never wins" in page
    assert "Its own persona is excluded" in page
    assert "The same text is excluded from this persona." in page
    assert "Matches no contact" in shown(client, "?flag=unused")
    assert "Zootecnista" in shown(client, "?flag=contradicted")
    assert 'id="keyword-' not in shown(client, "?flag=broad&q=zootecnista")


def test_frequent_titles_become_keywords_by_one_click(client: Client, acme: Tenant, people: None) -> None:
    """P10: the title, its contacts and a phrase; a button for each persona."""
    page = shown(client)
    titles = page.partition('id="titles"')[2]
    assert "zootecnista mayor" in titles
    form = re.search(r'name="text" value="([^"]+)"', titles)
    assert form
    client.post(TREE, NEW | {"text": form[1]})
    assert keyword(acme, form[1]) is not None
    assert "zootecnista mayor" not in shown(client).partition('id="titles"')[2]


def test_words_that_mean_nothing_ask_for_nothing(client: Client, people: None) -> None:
    """S13: no address makes the page fail."""
    for query in ("?q=%00", "?q=" + "x" * 900, "?flag=x", "?open=%00", "?edit=x", "?part=x", "?changed=%00",
                  "?edit=99999999999999999999", "?q=%25&open=dc_medicas", "?focus=%3Cb%3E"):  # fmt: skip
        shown(client, query)
    assert client.get(f"{TREE}?part=keyword&edit=7").status_code == 404
    assert client.get(f"{TREE}?part=offer").status_code == 404


def test_it_stays_fast_with_500_keywords_a_persona(
    client: Client, acme: Tenant, people: None, django_assert_num_queries: Any
) -> None:
    """P10: the queries do not grow with keywords, and closed personas carry no rows."""
    closed = len(shown(client))
    before = _queries(client, "?open=dc_medicas")
    with tenant_scope(acme.schema_name):
        for persona in Persona.objects.filter(is_default=False):
            texts = "\n".join(f"Oficio {persona.code} {at}" for at in range(500))
            actions.save_keywords(persona=persona, text=texts, match=Match.PHRASE)
    shown(client)
    assert _queries(client, "?open=dc_medicas") == before
    assert len(shown(client)) < 1.05 * closed
    assert shown(client, "?open=dc_medicas").count('class="keyword"') == 500
    assert "more are not shown" in shown(client, "?open=dc_medicas")


def _queries(client: Client, query: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        shown(client, query)
    return len(seen)


def test_without_a_default_persona_it_says_so(client: Client, acme: Tenant) -> None:
    """P5: nothing can be classified; the page still opens, to cure it."""
    with tenant_scope(acme.schema_name):
        Persona.objects.filter(is_default=True).update(is_default=False)
        actions.invalidate_classifier_cache()
    assert "There is no default persona" in shown(client)
    with tenant_scope(acme.schema_name):
        Persona.objects.filter(code="mateo").update(is_default=True)
        actions.invalidate_classifier_cache()


def test_viewers_and_strangers_stay_outside(page: Pages, bob: User, carol: User, acme: Tenant) -> None:
    """S2: neither the page nor a write; another tenant's keyword is nobody's."""
    found = make(acme, "Zootecnista")
    assert page(bob).get(TREE).status_code == 403
    assert page(bob).post(TREE, NEW).status_code == 403
    assert page(carol).post(TREE, {"do": "delete", "keyword": found.pk}).status_code == 404
    assert keyword(acme, "Zootecnista") is not None


def test_contacts_stay_as_they_are(client: Client, acme: Tenant, people: None) -> None:
    """P9: rule changes alone move nobody."""
    with tenant_scope(acme.schema_name):
        before = set(ContactPersona.objects.values_list("contact", "persona"))
        assert Contact.objects.count() == 4
    sent(client, **NEW)
    sent(client, do="move", down="dc_generales")
    with tenant_scope(acme.schema_name):
        assert set(ContactPersona.objects.values_list("contact", "persona")) == before
