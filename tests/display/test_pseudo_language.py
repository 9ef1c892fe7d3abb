"""No page says a word that gettext never saw: every page, read in a language of other letters (W7)."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import CharField, JSONField, Model, TextField
from django.test import Client

from insights.rules import TOPICS
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.architecture.objects import make_objects
from tests.display.pseudo import WORD, Page, Walk, pseudo_spoken, untranslated
from tests.tenants.admin_walk import PLATFORM_PAGES, TENANT_PAGES

# Words that are the same in every language here, each with its reason.
ALLOWED = {
    "Minga": "the product",
    **dict.fromkeys(("CSV", "XLSX", "PDF", "JSON", "API", "URL", "UTC", "HTML"), "formats"),
    **dict.fromkeys(("RUT", "DNI", "CURP", "RFC"), "papers, by their proper names"),
    **dict.fromkeys(("CLP", "USD", "PEN", "MXN"), "currencies, by their codes"),
    **dict.fromkeys(TOPICS, "topics of comments, kept in the brand's language; models add their own"),
    **dict.fromkeys(
        ("Excel", "Retell", "Dapta", "LinkedIn", "Instagram", "Facebook", "TikTok", "Google"), "firms"
    ),
    **dict.fromkeys(("español", "English"), "languages, each in its own"),
    **dict.fromkeys(("acme", "contact"), "what this test typed or a help text gives as an example"),
    **dict.fromkeys(
        ("Boom", "Count", "Defect", "Runaway", "Sleep", "say"), "jobs of other tests in this process"
    ),
    "shipped": "the model of matching that comes with the product, by its name",
}
# Fields of codes: what a page shows of them must be their words.
CODES = re.compile(r"state|status|kind|reason|outcome|type|source|match|effect|mode|role|verb|code$|phase")


def own_words() -> set[str]:
    """Return the words of the rows of the open scope: names and texts that people gave."""
    found: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        found |= words_of(model)
    return found


def words_of(model: type[Model]) -> set[str]:
    """Return the words of a model's texts that are no codes; of a model that is elsewhere none."""
    names = [
        one.attname
        for one in model._meta.concrete_fields
        if isinstance(one, CharField | TextField | JSONField)
        and not one.choices
        and not CODES.search(one.name)
    ]
    rows: list[tuple[object, ...]] = []
    # A shared model is refused in a tenant's scope, a tenant's outside of it.
    with suppress(DatabaseError), transaction.atomic():
        rows = list(model._default_manager.values_list(*names)[:2000]) if names else []
    return {word for row in rows for value in row for word in WORD.findall(str(value))}


@pytest.fixture
def spoken(db: None) -> Iterator[None]:
    """Speak the pseudo-language."""
    with pseudo_spoken():
        yield


@pytest.fixture
def known(acme: Tenant, alice: User) -> set[str]:
    """Give Acme one of everything; return all words that are names there."""
    with tenant_scope(acme.schema_name):
        make_objects(alice)
        inside = own_words()
    shared = {word for model in (Tenant, User) for word in words_of(model)}
    return inside | shared | set(ALLOWED)


def test_every_page_of_the_tenant_speaks_the_readers_language(
    known: set[str], alice: User, bob: User, page: Callable[[User], Client], spoken: None
) -> None:
    """W7: the viewers' pages, the log-in, and the administration with its lists, forms and own pages."""
    walks = [
        Walk(Client(headers={"Accept-Language": "en"})).from_starts(["/login/", "/missing/"]),
        Walk(page(bob)).from_starts(["/"]),
        Walk(page(alice)).from_starts(["/admin/", *TENANT_PAGES, "/admin/search/?s=contact"]),
    ]
    read = [path for walk in walks for path in walk.pages]
    assert len(read) > 100
    for one in (
        "/personas/contacts/",
        "/admin/personas/contact/",
        "/admin/campaigns/campaign/",
        "/admin/identity/person/",
    ):
        assert any(path.startswith(one) and path[len(one) :] for path in read), one
    findings = [finding for walk in walks for finding in walk.findings(known)]
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_every_page_of_the_platform_speaks_the_readers_language(
    acme: Tenant, sam: User, page: Callable[[User], Client], spoken: None
) -> None:
    """W7: lists and forms of shared rows, celery-beat's and the log-ins' included."""
    walk = Walk(page(sam), below="/platform/").from_starts(
        ["/platform/", *PLATFORM_PAGES, "/platform/search/?s=acme"]
    )
    with owner_scope():
        known = own_words() | set(ALLOWED)
    assert len(walk.pages) > 20
    findings = walk.findings(known)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_it_turns_red_for_a_word_that_gettext_never_saw() -> None:
    """Positive control: text, attribute and option are read; scripts, moments and icons are not language."""
    html = """<html lang="en"><p title="Spoken title">Ｈｅｌｌｏ Acme<br>bare words</p><option>Choice</option>
    <script>let code</script><time>Saturday</time><span class="material-symbols-outlined">bolt icon</span>
    <button lang="es">Español</button><p>２３ Nov 2026, Ｄｏｎｅ</p></html>"""
    found = untranslated(Page(html).said, {"Acme", "Nov"})
    assert found == ["Spoken title", "bare words", "Choice"]
