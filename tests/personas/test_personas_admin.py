"""Contacts, rules and imports in the admin (W1, P6-P9, L1-L3)."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from personas import actions
from personas.models import Contact, ContactPersona, Keyword, LinkedInImport, Persona, PersonaChange
from personas.rules import Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, file_of, import_rows, work

Pages = Callable[[User], Client]
ADMIN = "/admin/personas"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def ana(acme: Tenant) -> int:
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, "Eva,Ruiz,,eva@x.example,Birch,Jefa de nada,03 Feb 2024")
        return Contact.objects.get(first_name="Ana").pk


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.content[:300])
    return response.content.decode()


@pytest.mark.parametrize("model", ["contact", "persona", "keyword", "linkedinimport"])
def test_every_list_and_row_opens(client: Client, acme: Tenant, ana: int, model: str) -> None:
    text_of(client, f"{ADMIN}/{model}/")
    models = {"contact": Contact, "persona": Persona, "keyword": Keyword, "linkedinimport": LinkedInImport}
    with tenant_scope(acme.schema_name):
        row = models[model].objects.first()  # type: ignore[attr-defined]
    text_of(client, f"{ADMIN}/{model}/{row.pk}/change/")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Ana", "Eva"}),
        ("q=perez", {"Ana"}),
        ("q=eva@", {"Eva"}),
        ("persona=mateo", {"Eva"}),
        ("held=1", set()),
        ("held=0", {"Ana", "Eva"}),
    ],
)
def test_contacts_are_searched_and_filtered(client: Client, ana: int, query: str, names: set[str]) -> None:
    shown = text_of(client, f"{ADMIN}/contact/?{query}")
    assert {name for name in ("Ana", "Eva") if f">{name} " in shown} == names


def test_the_contacts_list_costs_the_same_however_long(
    client: Client, acme: Tenant, django_assert_max_num_queries
) -> None:
    """Fifty rows, fixed query count."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, *(f"N{number},X,https://linkedin.com/in/n{number},,Acme,," for number in range(60)))
    text_of(client, f"{ADMIN}/contact/")
    with django_assert_max_num_queries(16):
        assert text_of(client, f"{ADMIN}/contact/").count("/change/") >= 50


def test_a_persona_given_by_hand_stays(client: Client, acme: Tenant, ana: int, alice: User) -> None:
    """P7: both flags, who and when, history; an import changes the title only."""
    with tenant_scope(acme.schema_name):
        default = Persona.objects.get(is_default=True)
    body = {"job_title": "Gerente de Marketing", "persona": str(default.pk)}
    assert client.post(f"{ADMIN}/contact/{ana}/change/", body).status_code == 302
    with tenant_scope(acme.schema_name):
        kept = ContactPersona.objects.get(contact=ana)
        assert (kept.persona_id, kept.locked, kept.assigned_manually) == (default.pk, True, True)
        assert kept.locked_by == alice.pk
        assert kept.locked_at
        change = PersonaChange.objects.filter(contact=ana).first()
        assert change is not None
        assert (change.old, change.new, change.cause, change.by) == (
            "dc_marketing",
            "mateo",
            "manual",
            alice.pk,
        )
        actions.change_title(contact_id=ana, job_title="Gerente Comercial")
        kept.refresh_from_db()
        assert kept.persona_id == default.pk


def test_a_new_title_is_classified(client: Client, acme: Tenant, ana: int) -> None:
    """P8: normalised copy and persona follow."""
    with tenant_scope(acme.schema_name):
        marketing = Persona.objects.get(code="dc_marketing")
    body = {"job_title": "Gerente Comercial", "persona": str(marketing.pk)}
    client.post(f"{ADMIN}/contact/{ana}/change/", body)
    with tenant_scope(acme.schema_name):
        contact = Contact.objects.select_related("title", "classification__persona").get(pk=ana)
        assert contact.title is not None
        assert contact.title.normalized == "gerente comercial"
        assert contact.classification.persona.code == "dc_comerciales"
        assert not contact.classification.locked


def test_a_contact_is_locked_and_unlocked(client: Client, acme: Tenant, ana: int) -> None:
    """P7: the button that applies is the one that is shown."""
    for name, locked in (("lock", True), ("unlock", False)):
        assert client.post(f"{ADMIN}/contact/{ana}/press/{name}/").status_code == 302
        with tenant_scope(acme.schema_name):
            assert ContactPersona.objects.get(contact=ana).locked is locked


def test_chosen_contacts_are_locked_and_unlocked(client: Client, acme: Tenant, ana: int) -> None:
    """P7: many at once, each a decision of its own."""
    with tenant_scope(acme.schema_name):
        everybody = list(Contact.objects.values_list("pk", flat=True))
    for act, locked in (("lock_chosen", True), ("unlock_chosen", False)):
        body = {"action": act, "_selected_action": everybody}
        assert client.post(f"{ADMIN}/contact/", body).status_code == 302
        with tenant_scope(acme.schema_name):
            assert set(ContactPersona.objects.values_list("locked", flat=True)) == {locked}
            assert AuditEntry.objects.filter(verb="lock" if locked else "unlock").count() == 2


def test_thousands_are_not_locked_by_hand(
    client: Client, acme: Tenant, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever means thousands means a rule: told in words, nothing written."""
    monkeypatch.setattr("personas.admin.contacts.MOST_LOCKED", 1)
    body = {"action": "lock_chosen", "_selected_action": [ana], "select_across": "1", "index": "0"}
    assert client.post(f"{ADMIN}/contact/", body).status_code == 302
    assert "At most 1 contacts at once." in text_of(client, f"{ADMIN}/contact/")
    with tenant_scope(acme.schema_name):
        assert not ContactPersona.objects.filter(locked=True).exists()


def test_contacts_of_a_keyword_are_found(client: Client, acme: Tenant, ana: int) -> None:
    """The tree leads here; a text that no keyword has finds nobody."""
    with tenant_scope(acme.schema_name):
        won = ContactPersona.objects.get(contact=ana).keyword_text
    for text, is_found in ((won, True), ("qqq", False)):
        assert (">Ana " in text_of(client, f"{ADMIN}/contact/?keyword={text}")) is is_found


def test_history_tells_what_reclassifications_did(client: Client, acme: Tenant, ana: int) -> None:
    """R8: the change lies in the list of its job, and is told with all others."""
    with tenant_scope(acme.schema_name):
        persona = Persona.objects.get(code="dc_generales")
        actions.save_keyword(persona=persona, text="Gerente de Marketing", match=Match.PHRASE)
        job = actions.reclassify(type=ReclassificationType.ALL, params={}, dry_run=False, by=None)
        assert work(acme, job).state == "completed"
    page = text_of(client, f"{ADMIN}/contact/{ana}/change/")
    assert "Marketing → Dirección general (reclassification)" in page


def test_a_keyword_written_by_form_offers_what_it_touches(client: Client, acme: Tenant) -> None:
    """P9: no contact moves by itself; one click leads to the estimate."""
    with tenant_scope(acme.schema_name):
        persona = Persona.objects.get(code="dc_medicas")
    body = {"persona": str(persona.pk), "text": "Zootecnista", "match": "phrase", "effect": "include"}
    client.post(f"{ADMIN}/keyword/add/", body)
    address = "/admin/personas/reclassify/?type=affected&amp;keywords=Zootecnista&amp;estimate=1"
    assert address in text_of(client, f"{ADMIN}/keyword/")
    fields = {"name": persona.name, "code": persona.code, "color": persona.color, "description": ""}
    client.post(f"{ADMIN}/persona/{persona.pk}/change/", fields | {"priority": "44"})
    assert "/admin/personas/reclassify/?type=all&amp;estimate=1" in text_of(client, f"{ADMIN}/persona/")


def test_a_keyword_written_by_form_counts_at_once(client: Client, acme: Tenant) -> None:
    """P6: the revision grows, the next classification sees it."""
    with tenant_scope(acme.schema_name):
        persona = Persona.objects.get(code="dc_medicas")
        assert actions.classify_job_title_simple("Zootecnista Mayor") == "mateo"
    body = {"persona": str(persona.pk), "text": "Zootecnista", "match": "phrase", "effect": "include"}
    assert client.post(f"{ADMIN}/keyword/add/", body).status_code == 302
    with tenant_scope(acme.schema_name):
        assert actions.classify_job_title_simple("Zootecnista Mayor") == "dc_medicas"
        keyword = Keyword.objects.get(normalized="zootecnista")
    assert client.post(f"{ADMIN}/keyword/{keyword.pk}/delete/", {"post": "yes"}).status_code == 302
    with tenant_scope(acme.schema_name):
        assert actions.classify_job_title_simple("Zootecnista Mayor") == "mateo"


@pytest.mark.parametrize("text", ["%%%", "gerente general"])
def test_a_refused_keyword_is_told_and_not_written(client: Client, acme: Tenant, text: str) -> None:
    """P9: nothing left, or held by a better persona."""
    with tenant_scope(acme.schema_name):
        persona = Persona.objects.get(code="dc_medicas")
        before = Keyword.objects.count()
    body = {"persona": str(persona.pk), "text": text, "match": "phrase", "effect": "include"}
    client.post(f"{ADMIN}/keyword/add/", body)
    with tenant_scope(acme.schema_name):
        assert Keyword.objects.count() == before


def test_a_persona_with_contacts_cannot_go(client: Client, acme: Tenant, ana: int) -> None:
    """409 in words; the default one neither."""
    with tenant_scope(acme.schema_name):
        personas = list(Persona.objects.filter(code__in=["dc_marketing", "mateo"]))
    for persona in personas:
        client.post(f"{ADMIN}/persona/{persona.pk}/delete/", {"post": "yes"})
    with tenant_scope(acme.schema_name):
        assert Persona.objects.count() == 5


def test_a_file_goes_the_whole_way(client: Client, acme: Tenant) -> None:
    """L1, L2, L3: upload, columns with their preview, start, bar, result, rejected rows."""
    assert client.post(f"{ADMIN}/linkedinimport/press/upload/")["Location"].endswith("/upload/")
    text_of(client, f"{ADMIN}/linkedinimport/upload/")
    file = SimpleUploadedFile("Connections.csv", file_of(ANA, "=cmd(),,,,,,"))
    sent = client.post(f"{ADMIN}/linkedinimport/upload/", {"file": file, "profile": "ana"})
    here = sent["Location"].removesuffix("columns/")
    assert "gerente" in text_of(client, sent["Location"]).lower()
    with tenant_scope(acme.schema_name):
        mapping = LinkedInImport.objects.get().mapping
    looked = client.post(sent["Location"], mapping | {"last_name": "", "first_name": "", "look": "1"})
    assert looked.status_code == 200
    doubled = client.post(sent["Location"], mapping | {"last_name": mapping["company"], "start": "1"})
    assert "The same heading is chosen for two columns." in doubled.content.decode()
    started = client.post(sent["Location"], mapping | {"last_name": "", "start": "1"})
    assert started["Location"] == f"{here}change/"
    assert "hx-get" in text_of(client, started["Location"])
    with tenant_scope(acme.schema_name):
        assert work(acme, Job.objects.get(kind="personas.import_linkedin")).state == "completed"
    shown = text_of(client, started["Location"])
    assert "refused.csv" in shown
    lines = client.get(f"{here}refused.csv").content.decode()
    assert "'=cmd()" in lines, "no cell of a download may be a formula (S15)"


@pytest.mark.parametrize("page_path", ["upload/", "x/"])
def test_viewers_and_other_tenants_stay_outside(page: Pages, bob: User, page_path: str) -> None:
    assert page(bob).get(f"{ADMIN}/linkedinimport/{page_path}").status_code in {403, 404}


def test_bad_files_are_told_on_the_form(client: Client) -> None:
    """L2, S14"""
    for name, content, profile in (
        ("a.pdf", b"x", "ana"),
        ("a.csv", b"", "ana"),
        ("a.csv", file_of(ANA), "<b>"),
    ):
        file = SimpleUploadedFile(name, content)
        sent = client.post(f"{ADMIN}/linkedinimport/upload/", {"file": file, "profile": profile})
        assert sent.status_code == 200
        assert "errorlist" in sent.content.decode()
