"""A person says who a contact is, and may teach the rules by it (P7, P9, P11)."""

from collections.abc import Callable
from typing import Any

import pytest

from personas import actions, queries
from personas.models import Contact, ContactPersona, Keyword, Persona, PersonaDay
from personas.rules import ReclassificationType
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.doors import ApiClient
from tests.personas.importing import import_rows, work
from tests.personas.writing import ODD, V1, answer, number, problem

Api = Callable[[User], ApiClient]
PEOPLE = ("ana", "eva", "ida", "uma")


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


@pytest.fixture
def people(acme: Tenant) -> dict[str, str]:
    """Four zootecnistas whom no keyword knows, by name."""
    rows = (f"{name},Z,https://linkedin.com/in/{name},,Acme,Zootecnista,05 Jan 2024" for name in PEOPLE)
    with tenant_scope(acme.schema_name):
        import_rows(acme, *rows)
        return {contact.first_name: str(contact.pk) for contact in Contact.objects.all()}


def qualify(client: ApiClient, contact: str, **body: Any) -> Any:
    return client.post(f"{V1}/contacts/{contact}/qualify/", {"buyer_persona_id": "dc_medicas"} | body)


def personas_of(acme: Tenant) -> dict[str, str]:
    with tenant_scope(acme.schema_name):
        return dict(ContactPersona.objects.values_list("contact__first_name", "persona__code"))


def test_a_qualification_is_a_decision_by_hand(
    client: ApiClient, acme: Tenant, alice: User, people: dict[str, str]
) -> None:
    """P7, P11: both flags, who and when, history; no keyword and nobody else unless asked."""
    before = number(acme)
    said = answer(qualify(client, people["ana"]))
    contact = said.pop("contact")
    assert said == {
        "success": True,
        "keyword_added": False,
        "keyword_action": None,
        "keyword_refusal": None,
        "reclassified_count": 0,
        "affected": [],
    }
    assert contact["buyer_persona"] == "dc_medicas"
    assert contact["buyer_persona_locked"]
    assert contact["buyer_persona_assigned_manually"]
    assert contact["buyer_persona_locked_by"] == str(alice.pk)
    assert contact["buyer_persona_locked_at"]
    with tenant_scope(acme.schema_name):
        newest = queries.changes_of(contact_id=int(people["ana"]))[0]
        assert (newest.old, newest.new, newest.cause, newest.by) == (
            "mateo",
            "dc_medicas",
            "qualify",
            alice.pk,
        )
    assert personas_of(acme) == {"ana": "dc_medicas", "eva": "mateo", "ida": "mateo", "uma": "mateo"}
    assert number(acme) == before


def test_it_adds_an_exact_keyword_of_the_title(
    client: ApiClient, acme: Tenant, people: dict[str, str]
) -> None:
    """P11: by P9; other contacts stay until somebody reclassifies."""
    said = answer(qualify(client, people["ana"], add_keyword=True))
    assert (said["keyword_added"], said["keyword_action"], said["affected"]) == (
        True,
        "created",
        ["Zootecnista"],
    )
    with tenant_scope(acme.schema_name):
        keyword = Keyword.objects.get(normalized="zootecnista")
        assert (keyword.match, keyword.effect, keyword.persona.code) == ("exact", "include", "dc_medicas")
    assert personas_of(acme)["eva"] == "mateo"


def test_a_refused_keyword_leaves_the_decision(
    client: ApiClient, acme: Tenant, people: dict[str, str]
) -> None:
    """P11: `keyword_added: false` and why: taken by a better persona, empty, too long, or the default's."""
    with tenant_scope(acme.schema_name):
        better = Persona.objects.get(code="dc_generales")
        actions.save_keyword(persona=better, text="zootecnista")
    before = number(acme)
    for body, code in (
        ({}, "keyword_exists"),
        ({"keyword_text": "¡!"}, "keyword_empty"),
        ({"buyer_persona_id": "mateo"}, "persona_is_default"),
    ):
        said = answer(qualify(client, people["ana"], add_keyword=True, **body))
        assert (said["keyword_added"], said["keyword_refusal"]["code"]) == (False, code)
        assert said["contact"]["buyer_persona"] == body.get("buyer_persona_id", "dc_medicas")
    answer(client.send("patch", f"{V1}/contacts/{people['eva']}/", {"job_title": "z" * 300}))
    said = answer(qualify(client, people["eva"], add_keyword=True))
    assert (said["keyword_added"], said["keyword_refusal"]["code"]) == (False, "keyword_too_long")
    assert number(acme) == before


def test_it_reclassifies_contacts_of_that_title(
    client: ApiClient, acme: Tenant, alice: User, people: dict[str, str]
) -> None:
    """P7, P11: implies the keyword; counts whom it moved; held contacts stay; history and counts follow."""
    answer(client.post(f"{V1}/persona-classifier/contacts/{people['uma']}/lock/"))
    said = answer(qualify(client, people["ana"], reclassify_existing=True))
    assert (said["keyword_added"], said["reclassified_count"]) == (True, 2)
    assert personas_of(acme) == {
        "ana": "dc_medicas",
        "eva": "dc_medicas",
        "ida": "dc_medicas",
        "uma": "mateo",
    }
    with tenant_scope(acme.schema_name):
        eva = queries.contact(contact_id=int(people["eva"]))
        newest = queries.changes_of(contact_id=eva.pk)[0]
        assert (newest.new, newest.cause, newest.keyword_text, newest.by, newest.revision) == (
            "dc_medicas",
            "reclassification",
            "Zootecnista",
            alice.pk,
            queries.revision().number,
        )
        assert not eva.classification.is_held
        assert eva.classification.keyword_text == "Zootecnista"
        assert eva.title is not None
        assert eva.title.persona is not None
        assert eva.title.persona.code == "dc_medicas"
        days = PersonaDay.objects.filter(persona__code="dc_medicas").values_list("gained", "lost")
        assert [gained - lost for gained, lost in days] == [3]
    again = answer(qualify(client, people["ana"], reclassify_existing=True))
    assert (again["keyword_added"], again["reclassified_count"]) == (False, 0)


def test_a_standing_keyword_still_reclassifies(
    client: ApiClient, acme: Tenant, people: dict[str, str]
) -> None:
    """P5, P11: the rules as they are decide, also when the keyword was refused."""
    with tenant_scope(acme.schema_name):
        actions.save_keyword(persona=Persona.objects.get(code="dc_medicas"), text="zootecnista")
    said = answer(qualify(client, people["ana"], reclassify_existing=True))
    assert (said["keyword_added"], said["reclassified_count"]) == (False, 3)


def test_another_text_reclassifies_its_own_title(
    client: ApiClient, acme: Tenant, people: dict[str, str]
) -> None:
    """P11: "that" title is the keyword's."""
    answer(client.send("patch", f"{V1}/contacts/{people['eva']}/", {"job_title": "ZOOTECNISTA, jefa"}))
    text = {"keyword_text": "Zootecnista Jefa", "reclassify_existing": True}
    said = answer(qualify(client, people["ana"], **text))
    assert (said["affected"], said["reclassified_count"]) == (["Zootecnista Jefa"], 1)
    assert personas_of(acme) == {"ana": "dc_medicas", "eva": "dc_medicas", "ida": "mateo", "uma": "mateo"}


def test_a_contact_without_title_teaches_nothing(client: ApiClient, people: dict[str, str]) -> None:
    """P11: the blank title is nobody's."""
    answer(client.send("patch", f"{V1}/contacts/{people['ana']}/", {"job_title": ""}))
    said = answer(qualify(client, people["ana"], reclassify_existing=True))
    assert (said["keyword_added"], said["reclassified_count"]) == (False, 0)


def test_reclassifying_thousands_takes_a_few_statements(
    alice: User, in_acme: Tenant, django_assert_max_num_queries
) -> None:
    """P11: by sets."""
    import_rows(in_acme, *(f"N{n},X,https://linkedin.com/in/n{n},,Acme,Zootecnista," for n in range(600)))
    first = Contact.objects.order_by("pk")[0]
    with django_assert_max_num_queries(35):
        found = actions.qualify(
            contact_id=first.pk, persona="dc_medicas", by=alice.pk, reclassify_existing=True
        )
    assert found.reclassified_count == 599


def test_discarding_gives_the_default_persona_by_hand(
    client: ApiClient, acme: Tenant, alice: User, people: dict[str, str]
) -> None:
    """P7: both flags; no job and no import brings the contact back."""
    answer(qualify(client, people["ana"]))
    said = answer(client.post(f"{V1}/contacts/{people['ana']}/discard/"))
    assert said["contact"]["buyer_persona"] == "mateo"
    assert said["contact"]["buyer_persona_locked"]
    assert said["contact"]["buyer_persona_assigned_manually"]
    assert said["contact"]["buyer_persona_locked_by"] == str(alice.pk)
    with tenant_scope(acme.schema_name):
        newest = queries.changes_of(contact_id=int(people["ana"]))[0]
        assert (newest.old, newest.new, newest.cause) == ("dc_medicas", "mateo", "discard")
    answer(qualify(client, people["eva"], reclassify_existing=True))
    assert personas_of(acme)["ana"] == "mateo"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"buyer_persona_id": "nobody"}, 404, "persona_unknown"),
        ({"buyer_persona_id": ""}, 400, "missing_value"),
        ({"buyer_persona_id": None}, 422, "invalid"),
        ({"add_keyword": "yes"}, 422, "invalid"),
        ({"reclassify_existing": 1}, 422, "invalid"),
        ({"keyword_text": "x" * 201}, 422, "invalid"),
        ({"keyword_text": 5}, 422, "invalid"),
        ({"persona": "dc_medicas"}, 422, "invalid"),
    ],
)
def test_it_refuses_what_is_no_qualification(
    client: ApiClient, acme: Tenant, people: dict[str, str], body: Any, status: int, code: str
) -> None:
    """P11: nothing is written, nobody is held."""
    problem(qualify(client, people["ana"], **body), status, code)
    with tenant_scope(acme.schema_name):
        assert not ContactPersona.objects.filter(locked=True).exists()


def test_it_needs_a_persona_and_a_contact(client: ApiClient, people: dict[str, str]) -> None:
    """P11: missing → 400, unknown → 404."""
    problem(client.post(f"{V1}/contacts/{people['ana']}/qualify/", {}), 400, "missing_value")
    problem(qualify(client, "999999999999999999"), 404)
    problem(client.post(f"{V1}/contacts/999999999999999999/discard/"), 404, "contact_unknown")


def test_no_value_is_a_crash(client: ApiClient, people: dict[str, str]) -> None:
    """S13"""
    for field in ("buyer_persona_id", "add_keyword", "keyword_text", "reclassify_existing"):
        for name, value in ODD.items():
            status = qualify(client, people["ana"], **{field: value}).status_code
            assert status in {200, 400, 404, 422}, (field, name, status)


@pytest.mark.real_roles
def test_a_lock_set_meanwhile_wins(acme: Tenant, alice: User, people: dict[str, str]) -> None:
    """P7: the write itself asks; whoever was locked first is not moved."""
    locked = [people[name] for name in ("eva", "ida", "uma")]

    def act(person: int) -> int:
        with tenant_scope(acme.schema_name):
            if person:
                actions.lock_contact(contact_id=int(locked[person - 1]), by=alice.pk)
                return 0
            done = actions.qualify(
                contact_id=int(people["ana"]), persona="dc_medicas", by=alice.pk, reclassify_existing=True
            )
            return done.reclassified_count

    moved = at_once(4, act)[0]
    with tenant_scope(acme.schema_name):
        assert ContactPersona.objects.filter(locked=True).count() == 4
        found = ContactPersona.objects.filter(persona__code="dc_medicas", assigned_manually=False)
        assert found.count() == moved
        for contact in found:
            assert contact.keyword_text == "Zootecnista"


@pytest.mark.real_roles
@pytest.mark.services
def test_it_goes_through_while_a_job_writes_the_same_contacts(
    acme: Tenant, alice: User, people: dict[str, str]
) -> None:
    """P7, R5: neither waits for the other for ever, and the decisions stand."""
    with tenant_scope(acme.schema_name):
        rows = (f"M{n},X,https://linkedin.com/in/m{n},,Acme,Zootecnista," for n in range(300))
        import_rows(acme, *rows)

    def act(person: int) -> None:
        with tenant_scope(acme.schema_name):
            if person == 3:
                for _again in range(4):
                    job = actions.reclassify(type=ReclassificationType.ALL, params={}, dry_run=False)
                    assert work(acme, job).state == "completed"
                return
            contact = int(people[PEOPLE[person]])
            for code in ("dc_medicas", "dc_comerciales", "dc_marketing", "dc_generales"):
                actions.qualify(contact_id=contact, persona=code, by=alice.pk, reclassify_existing=True)

    at_once(4, act)
    with tenant_scope(acme.schema_name):
        # A job keeps to the rules it began with (R2): the last one may have begun before the last decision.
        job = actions.reclassify(type=ReclassificationType.ALL, params={}, dry_run=False)
        assert work(acme, job).state == "completed"
        held = ContactPersona.objects.filter(assigned_manually=True)
        assert set(held.values_list("persona__code", flat=True)) == {"dc_generales"}
        assert held.count() == 3
        others = ContactPersona.objects.filter(assigned_manually=False)
        assert set(others.values_list("persona__code", flat=True)) == {"dc_generales"}
        days = PersonaDay.objects.values_list("persona__code", "gained", "lost")
        assert {code: gained - lost for code, gained, lost in days if gained - lost} == {"dc_generales": 304}
