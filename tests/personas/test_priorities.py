"""Personas by programs, and who outranks whom, decided by several people at once (P3, P6, P9)."""

from collections.abc import Callable
from typing import Any

import pytest

from personas import actions, queries
from personas.models import Keyword, Persona
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.doors import ApiClient
from tests.personas.importing import ANA, import_rows
from tests.personas.writing import CLASSIFIER, ODD, UNFIT, V1, answer, number, problem

Api = Callable[[User], ApiClient]
PERSONAS, PRIORITIES = f"{V1}/personas/", f"{V1}/personas/priorities/"
SHIPPED = ["dc_generales", "dc_marketing", "dc_comerciales", "dc_medicas", "mateo"]


def new(code: str = "dc_legales", priority: Any = 7, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": "Legal", "priority": priority} | more


def places(**numbers: int) -> list[dict[str, Any]]:
    return [{"buyer_persona_id": code, "priority": number} for code, number in numbers.items()]


def order(client: ApiClient) -> list[str]:
    return [persona["code"] for persona in answer(client.get(PERSONAS))["results"]]


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


def test_a_persona_is_made_changed_and_deleted(client: ApiClient, acme: Tenant) -> None:
    """P6: each grows the revision; the whole answer."""
    before = number(acme)
    made = answer(client.post(PERSONAS, new(color="#112233")), 201)
    assert made.pop("id").isdigit()
    assert made == {
        "code": "dc_legales",
        "name": "Legal",
        "priority": 7,
        "color": "#112233",
        "description": "",
        "is_default": False,
        "keywords_count": 0,
    }
    changed = answer(client.send("patch", f"{PERSONAS}dc_legales/", {"name": "Legales", "priority": 8}))
    assert (changed["name"], changed["priority"], changed["color"]) == ("Legales", 8, "#112233")
    answer(client.post(f"{V1}/keywords/", {"buyer_persona_id": "dc_legales", "text": "abogado"}), 201)
    answer(client.send("delete", f"{PERSONAS}dc_legales/"), 204)
    assert number(acme) == before + 4
    answer(client.get(f"{PERSONAS}dc_legales/"), 404)
    with tenant_scope(acme.schema_name):
        assert not Keyword.objects.filter(normalized="abogado", persona__code="dc_legales").exists()


def test_personas_are_found_by_priority(client: ApiClient) -> None:
    """The list stands in the order in which personas win (P3)."""
    assert order(client) == SHIPPED
    second = answer(client.get(PERSONAS, {"priority": 2}))["results"]
    assert [one["code"] for one in second] == ["dc_marketing"]
    assert answer(client.get(PERSONAS, {"priority": 50})) == {"results": [], "next_cursor": None}
    for nonsense in ("0", "-1", "x", "1.5", "9" * 18, "", "1\0"):
        problem(client.get(PERSONAS, {"priority": nonsense}), 400, "bad_parameters")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (new("mateo"), 409, "persona_exists"),
        (new(priority=1), 409, "persona_exists"),
        (new(is_default=True), 409, "persona_exists"),
        ({"code": "x", "name": "X"}, 400, "missing_value"),
        ({"code": "x", "name": "\u200b", "priority": 9}, 400, "missing_value"),
        (new(name=""), 400, "missing_value"),
        (new("No Slug"), 422, "invalid"),
        (new("priorities"), 422, "invalid"),
        (new("x" * 61), 422, "invalid"),
        (new(priority=0), 422, "invalid"),
        (new(priority=2**31), 422, "invalid"),
        (new(priority="7"), 422, "invalid"),
        (new(priority=True), 422, "invalid"),
        (new(color="red"), 422, "invalid"),
        (new(is_default="yes"), 422, "invalid"),
        (new(id="7"), 422, "invalid"),
        (new(name=None), 422, "invalid"),
    ],
)
def test_it_refuses_what_is_no_persona(
    client: ApiClient, acme: Tenant, body: Any, status: int, code: str
) -> None:
    """409 names what is taken; nothing is written."""
    before = number(acme)
    problem(client.post(PERSONAS, body), status, code)
    assert number(acme) == before


def test_there_is_always_one_default(client: ApiClient) -> None:
    """Exactly one: it stays, it cannot go (400), no second one comes (409)."""
    problem(client.send("delete", f"{PERSONAS}mateo/"), 400, "persona_is_default")
    problem(client.send("patch", f"{PERSONAS}mateo/", {"is_default": False}), 409, "persona_default_needed")
    problem(client.send("patch", f"{PERSONAS}dc_medicas/", {"is_default": True}), 409, "persona_exists")
    assert answer(client.get(f"{PERSONAS}mateo/"))["is_default"]


def test_a_persona_that_contacts_hold_stays(client: ApiClient, acme: Tenant) -> None:
    """409; its code stays too, since history and other systems know it by that."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
    problem(client.send("delete", f"{PERSONAS}dc_marketing/"), 409, "persona_held")
    problem(client.send("patch", f"{PERSONAS}dc_marketing/", {"code": "x"}), 422, "invalid")
    problem(client.send("patch", f"{PERSONAS}dc_marketing/", {"priority": 1}), 409, "persona_exists")
    problem(client.send("patch", f"{PERSONAS}nobody/", {"name": "X"}), 404)
    problem(client.send("delete", f"{PERSONAS}nobody/"), 404)
    assert order(client) == SHIPPED


def test_what_changes_nothing_grows_no_revision(client: ApiClient, acme: Tenant) -> None:
    """R2 stays usable."""
    before = number(acme)
    answer(client.send("patch", f"{PERSONAS}dc_medicas/", {}))
    answer(client.send("patch", f"{PERSONAS}dc_medicas/", {"priority": 4}))
    answer(client.post(PRIORITIES, places(dc_medicas=4, mateo=99)))
    assert number(acme) == before


@pytest.mark.parametrize("door", [PRIORITIES, f"{V1}/keywords/priorities/"])
def test_priorities_swap_in_one_step(client: ApiClient, acme: Tenant, door: str) -> None:
    """P3, P6: one revision, and the next classification goes by the new order."""
    before = number(acme)
    title = {"job_title": "Gerente General y de Marketing"}
    assert classified(client, title) == "dc_generales"
    swapped = answer(client.post(door, places(dc_generales=2, dc_marketing=1)))
    assert [one["code"] for one in swapped["results"]][:2] == ["dc_marketing", "dc_generales"]
    assert number(acme) == before + 1
    assert classified(client, title) == "dc_marketing"


def classified(client: ApiClient, title: dict[str, str]) -> str:
    found = answer(client.post(f"{CLASSIFIER}/classify/", title))["classification"]
    return str(found["buyer_persona_id"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([], 400, "priorities_empty"),
        ([*places(dc_generales=5), {"priority": 6}], 400, "missing_value"),
        (places(dc_generales=2), 409, "priority_doubled"),
        (places(dc_generales=5, dc_marketing=5), 409, "priority_doubled"),
        (places(dc_generales=5) + places(dc_generales=6), 409, "priority_doubled"),
        (places(dc_generales=5, nobody=6), 404, "persona_unknown"),
        (places(dc_generales=0), 422, "invalid"),
        (places(dc_generales=5, dc_marketing=2**31), 422, "invalid"),
        ([{"buyer_persona_id": "mateo", "priority": "5"}], 422, "invalid"),
        ([{"buyer_persona_id": "mateo", "priority": 5, "x": 1}], 422, "invalid"),
        ({"buyer_persona_id": "mateo", "priority": 5}, 422, "invalid"),
        ([5], 422, "invalid"),
        ([None], 422, "invalid"),
    ],
)
def test_a_reordering_is_all_or_nothing(
    client: ApiClient, acme: Tenant, body: Any, status: int, code: str
) -> None:
    """A doubled number, also one that somebody else has, → 409; an unknown code → 404."""
    before = number(acme)
    problem(client.post(PRIORITIES, body), status, code)
    assert (order(client), number(acme)) == (SHIPPED, before)


def test_a_viewer_changes_no_persona(api: Api, bob: User, acme: Tenant) -> None:
    """Writes need the tenant-admin role."""
    before = number(acme)
    for method, path, body in (
        ("post", PERSONAS, new()),
        ("post", PRIORITIES, places(mateo=5)),
        ("post", f"{V1}/keywords/priorities/", places(mateo=5)),
        ("patch", f"{PERSONAS}mateo/", {"name": "X"}),
        ("delete", f"{PERSONAS}dc_medicas/", None),
    ):
        problem(api(bob).send(method, path, body), 403, "forbidden")
    assert number(acme) == before


@pytest.mark.parametrize("field", ["code", "name", "priority", "color", "description", "is_default"])
def test_no_value_is_a_crash(client: ApiClient, field: str) -> None:
    """S13: 4xx for nonsense, never 5xx."""
    for name, value in ODD.items():
        status = client.post(PERSONAS, new() | {field: value}).status_code
        assert status in {201, 400, 409, 422}, (name, status)
        client.send("delete", f"{PERSONAS}dc_legales/")


def test_no_place_is_a_crash(client: ApiClient) -> None:
    """S13: whatever stands for the list, an item of it, or a number."""
    for name, value in ODD.items():
        for body in (value, [value], [{"buyer_persona_id": value, "priority": value}]):
            assert client.post(PRIORITIES, body).status_code in {400, 404, 413, 422}, name
    for raw in UNFIT.values():
        assert client.post(PRIORITIES, b'[{"buyer_persona_id": ' + raw + b"}]").status_code == 400


@pytest.mark.real_roles
def test_two_people_reordering_at_once_leave_one_order(acme: Tenant) -> None:
    """P9: each reordering is whole; the rules count them all; nobody is told of a doubled number."""
    turns = [SHIPPED[n:] + SHIPPED[:n] for n in range(5)]
    before = number(acme)

    def reorder(person: int) -> None:
        with tenant_scope(acme.schema_name):
            for _again in range(5):
                pairs = [(code, place + 1) for place, code in enumerate(turns[person])]
                actions.reorder_personas(priorities=pairs)

    at_once(5, reorder)
    with tenant_scope(acme.schema_name):
        found = list(queries.personas().values_list("code", "priority"))
    assert [code for code, _number in found] in turns
    assert [place for _code, place in found] == [1, 2, 3, 4, 5]
    assert before < number(acme) <= before + 25


@pytest.mark.real_roles
def test_one_saving_while_another_reorders_undoes_nothing(acme: Tenant) -> None:
    """P9: a change writes only what it names, on the row as it stands."""

    def act(person: int) -> None:
        with tenant_scope(acme.schema_name):
            for turn in range(10):
                if person:
                    actions.change_persona(code="dc_generales", changes={"name": f"General {turn}"})
                else:
                    swapped = [("dc_generales", 1 + turn % 2), ("dc_marketing", 2 - turn % 2)]
                    actions.reorder_personas(priorities=swapped)

    at_once(2, act)
    with tenant_scope(acme.schema_name):
        kept = Persona.objects.get(code="dc_generales")
    assert (kept.name, kept.priority) == ("General 9", 2)


@pytest.mark.real_roles
def test_a_contact_that_comes_meanwhile_keeps_its_persona(acme: Tenant, alice: User) -> None:
    """409 or a contact without it, never a contact of a persona that is gone."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        ana = queries.contacts().values_list("pk", flat=True)[0]
        given = Persona.objects.get(code="dc_medicas")

    def act(person: int) -> str:
        with tenant_scope(acme.schema_name):
            try:
                if person:
                    actions.delete_persona(persona=given)
                else:
                    actions.assign_persona(contact_id=ana, persona=given, by=alice.id)
            except (actions.PersonaHeld, queries.UnknownPersona):
                return "refused"
            return "done"

    assert "done" in at_once(2, act)
    with tenant_scope(acme.schema_name):
        held = queries.contact(contact_id=ana).classification.persona_id
        assert Persona.objects.filter(pk=held).exists()
