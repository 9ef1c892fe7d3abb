"""Contacts made, changed and deleted by programs (P7, P8)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from personas import actions, queries
from personas.actions.contacts import UNLIST
from personas.models import (
    Contact,
    ContactPersona,
    JobTitle,
    ListedChange,
    Persona,
    PersonaChange,
    PersonaDay,
    Reclassification,
)
from personas.rules import ReclassificationType
from tenants.middleware.database_errors import refusal_of
from tenants.models import Tenant, User, new_id
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.doors import ApiClient
from tests.personas.importing import ANA, import_rows
from tests.personas.writing import CLASSIFIER, EVA, ODD, UNFIT, V1, answer, held, problem

Api = Callable[[User], ApiClient]
CONTACTS = f"{V1}/contacts/"


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


@pytest.fixture
def eva(client: ApiClient) -> str:
    return str(answer(client.post(CONTACTS, EVA), 201)["id"])


def here(contact: str) -> str:
    return f"{CONTACTS}{contact}/"


def lock_of(contact: str) -> str:
    return f"{CLASSIFIER}/contacts/{contact}/lock/"


def counts(acme: Tenant) -> dict[str, int]:
    """Return the dictionary of titles with its counts."""
    with tenant_scope(acme.schema_name):
        return dict(JobTitle.objects.filter(contacts_count__gt=0).values_list("normalized", "contacts_count"))


def balance(acme: Tenant) -> dict[str, int]:
    """Return each persona's contacts as the daily counts have them."""
    with tenant_scope(acme.schema_name):
        days = PersonaDay.objects.values_list("persona__code", "gained", "lost")
        total: dict[str, int] = {}
        for code, gained, lost in days:
            total[code] = total.get(code, 0) + gained - lost
        return {code: number for code, number in total.items() if number}


def test_a_contact_is_made_and_classified(client: ApiClient, acme: Tenant) -> None:
    """P5, P8: the whole answer, values in their canonical form, and the counts that go with it."""
    made = answer(client.post(CONTACTS, EVA), 201)
    assert made.pop("id").isdigit()
    assert made.pop("created_at")
    assert made.pop("updated_at")
    assert made.pop("buyer_persona_keyword")
    assert made == {
        "first_name": "Eva",
        "last_name": "Ruiz",
        "emails": [
            {"address": "eva.ruiz@acme.example", "is_primary": True},
            {"address": "eva@x.example", "is_primary": False},
        ],
        "companies": [{"name": "Acme SpA", "is_primary": True}],
        "job_title": "Gerente de Marketing",
        "job_title_normalized": "gerente de marketing",
        "buyer_persona": "dc_marketing",
        "buyer_persona_locked": False,
        "buyer_persona_assigned_manually": False,
        "buyer_persona_locked_at": None,
        "buyer_persona_locked_by": None,
        "reclassified_at": None,
        "reclassified_by_job": None,
        "linkedin_url": "https://linkedin.com/in/eva-ruiz",
        "phone": "+56912345678",
        "first_connected_on_linkedin": "2024-02-03",
        "source": "fair",
    }
    assert counts(acme) == {"gerente de marketing": 1}
    assert balance(acme) == {"dc_marketing": 1}


def test_a_contact_can_be_given_a_persona_by_hand(client: ApiClient, acme: Tenant, alice: User) -> None:
    """P7: both flags, who and when; on making it and later."""
    made = answer(client.post(CONTACTS, EVA | {"buyer_persona": "dc_medicas"}), 201)
    assert held(made) == ("dc_medicas", True, True, str(alice.pk))
    assert made["buyer_persona_locked_at"]
    again = answer(client.send("patch", here(made["id"]), {"buyer_persona": "mateo"}))
    assert held(again) == ("mateo", True, True, str(alice.pk))
    assert balance(acme) == {"mateo": 1}
    problem(client.send("patch", here(made["id"]), {"buyer_persona": "nobody"}), 404, "persona_unknown")


def test_a_new_title_brings_a_new_persona(client: ApiClient, acme: Tenant, eva: str) -> None:
    """P8: the normalised copy, the dictionary, the daily counts and the history follow."""
    changed = answer(client.send("patch", here(eva), {"job_title": "Médico Jefe", "first_name": "Eva María"}))
    assert (changed["job_title_normalized"], changed["buyer_persona"]) == ("medico jefe", "dc_medicas")
    assert (changed["first_name"], changed["last_name"]) == ("Eva María", "Ruiz")
    assert counts(acme) == {"medico jefe": 1}
    assert balance(acme) == {"dc_medicas": 1}
    with tenant_scope(acme.schema_name):
        changes = queries.changes_of(contact_id=int(eva))
        assert [(one.old, one.new, one.cause) for one in changes] == [
            ("dc_marketing", "dc_medicas", "title"),
            ("", "dc_marketing", "title"),
        ]
    blank = answer(client.send("patch", here(eva), {"job_title": ""}))
    assert (blank["job_title_normalized"], blank["buyer_persona"]) == ("", "mateo")


def test_a_held_contact_keeps_its_persona_with_a_new_title(client: ApiClient, eva: str) -> None:
    """P7, P8: the copy follows, the persona does not."""
    answer(client.post(lock_of(eva)))
    changed = answer(client.send("patch", here(eva), {"job_title": "Gerente Médico"}))
    assert (changed["job_title_normalized"], changed["buyer_persona"]) == ("gerente medico", "dc_marketing")


def test_lists_are_written_whole(client: ApiClient, eva: str) -> None:
    """What is not named stays; a list that is named is the list."""
    emails = [{"address": "eva@x.example", "is_primary": True}, {"address": "e@y.example"}]
    changed = answer(client.send("patch", here(eva), {"emails": emails, "companies": []}))
    assert changed["emails"] == [
        {"address": "eva@x.example", "is_primary": True},
        {"address": "e@y.example", "is_primary": False},
    ]
    assert changed["companies"] == []
    assert changed["phone"] == "+56912345678"
    cleared = answer(client.send("patch", here(eva), {"phone": "", "first_connected_on_linkedin": None}))
    assert (cleared["phone"], cleared["first_connected_on_linkedin"]) == ("", None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "contact_nameless"),
        ({"job_title": "Gerente"}, 422, "contact_nameless"),
        ({"first_name": "  "}, 422, "contact_nameless"),
        ({"first_name": "\u200b\u202e"}, 422, "contact_nameless"),
        (EVA | {"buyer_persona": "nobody"}, 404, "persona_unknown"),
        (EVA | {"buyer_persona": ""}, 400, "missing_value"),
        (EVA | {"buyer_persona": None}, 422, "invalid"),
        (EVA | {"emails": [{"address": "no address"}]}, 422, "invalid"),
        (EVA | {"emails": [{"address": "a@x.example"}, {"address": "A@x.example"}]}, 422, "invalid"),
        (
            EVA | {"emails": [{"address": f"a{n}@x.example", "is_primary": True} for n in "ab"]},
            422,
            "invalid",
        ),
        (EVA | {"emails": ["a@x.example"]}, 422, "invalid"),
        (EVA | {"emails": [{}]}, 400, "missing_value"),
        (EVA | {"emails": [{"address": f"a{n}@x.example"} for n in range(51)]}, 422, "invalid"),
        (EVA | {"companies": [{"name": "Acme"}, {"name": "ACME "}]}, 422, "invalid"),
        (EVA | {"linkedin_url": "https://example.com/in/eva"}, 422, "invalid"),
        (EVA | {"phone": "555-CALL"}, 422, "invalid"),
        (EVA | {"first_connected_on_linkedin": "03/02/2024"}, 422, "invalid"),
        (EVA | {"first_connected_on_linkedin": "0001-02-03"}, 422, "invalid"),
        (EVA | {"first_connected_on_linkedin": "2020-W01-1"}, 422, "invalid"),
        (EVA | {"job_title": "x" * 501}, 422, "invalid"),
        (EVA | {"first_name": "x" * 151}, 422, "invalid"),
        (EVA | {"id": "7"}, 422, "invalid"),
        (EVA | {"buyer_persona_locked": True}, 422, "invalid"),
        ([EVA], 422, "invalid"),
    ],
)
def test_it_refuses_what_is_no_contact(
    client: ApiClient, acme: Tenant, body: Any, status: int, code: str
) -> None:
    """Nothing is written."""
    problem(client.post(CONTACTS, body), status, code)
    with tenant_scope(acme.schema_name):
        assert not Contact.objects.exists()


def test_one_person_is_one_contact(client: ApiClient, eva: str) -> None:
    """L6: an e-mail or profile that another contact has is 409 and names it."""
    for clash, field in (
        ({"first_name": "X", "emails": [{"address": "EVA@x.example"}]}, "emails"),
        ({"first_name": "X", "linkedin_url": "linkedin.com/in/eva-ruiz"}, "linkedin_url"),
    ):
        body = problem(client.post(CONTACTS, clash), 409, "contact_exists")
        assert (body["contact"], body["field"]) == (eva, field)
    other = answer(client.post(CONTACTS, {"first_name": "Otra"}), 201)["id"]
    problem(client.send("patch", here(other), {"emails": [{"address": "eva@x.example"}]}), 409)
    problem(client.send("patch", here(other), {"first_name": ""}), 422, "contact_nameless")
    answer(client.send("patch", here(eva), {"linkedin_url": "linkedin.com/in/eva-ruiz"}))


def test_a_contact_goes_with_everything_it_left(client: ApiClient, acme: Tenant, eva: str) -> None:
    """204: history, e-mails, places in lists of changes; its title and its persona count one less."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        listed = Reclassification.objects.create(job=new_id(), type=ReclassificationType.ALL)
        ids = dict(Persona.objects.values_list("code", "id"))
        for contact in Contact.objects.all():
            ListedChange.objects.create(of=listed, contact=contact, old=ids["dc_marketing"], new=ids["mateo"])
    assert counts(acme) == {"gerente de marketing": 2}
    answer(client.send("delete", here(eva)), 204)
    problem(client.send("delete", here(eva)), 404)
    problem(client.get(here(eva)), 404)
    assert counts(acme) == {"gerente de marketing": 1}
    assert balance(acme) == {"dc_marketing": 1}
    with tenant_scope(acme.schema_name):
        for model in (ContactPersona, PersonaChange, ListedChange):
            left = set(model.objects.values_list("contact", flat=True))
            assert left == set(Contact.objects.values_list("pk", flat=True)), model
    answer(client.post(CONTACTS, EVA), 201)


def test_a_contact_is_taken_off_lists_by_their_key(in_acme: Tenant) -> None:
    """No list has to be read from end to end to delete one contact: both columns of its key are known."""
    with connection.cursor() as cursor:
        # The planner reads a table this small from end to end, rightly.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {UNLIST}", {"contact": 77})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "(contact_id = 77))" in plan.partition("Index Cond: ((of_id = ANY (")[2], plan


def test_a_viewer_changes_no_contact(api: Api, bob: User, eva: str) -> None:
    """Writes need the tenant-admin role; reading is the positive control."""
    for method, path, body in (
        ("post", CONTACTS, EVA),
        ("patch", here(eva), {"first_name": "X"}),
        ("delete", here(eva), None),
        ("post", f"{here(eva)}qualify/", {"buyer_persona_id": "mateo"}),
        ("post", f"{here(eva)}discard/", None),
        ("post", lock_of(eva), None),
        ("post", lock_of(eva).replace("/v1", ""), None),
    ):
        problem(api(bob).send(method, path, body), 403, "forbidden")
    assert answer(api(bob).get(here(eva)))["first_name"] == "Eva"


@pytest.mark.real_roles
def test_the_database_refuses_a_viewer_too(acme: Tenant, bob: User) -> None:
    """S2: even where no door asks, a viewer's login writes no rule and no contact."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        ana = Contact.objects.get().pk
        medical = Persona.objects.get(code="dc_medicas")
    writes: list[Callable[[], Any]] = [
        lambda: actions.save_keyword(persona=medical, text="zootecnista"),
        lambda: actions.save_keywords(persona=medical, text="a1, a2"),
        lambda: actions.reorder_personas(priorities=[("mateo", 5)]),
        lambda: actions.lock_contact(contact_id=ana, by=bob.pk),
        lambda: actions.qualify(contact_id=ana, persona="mateo", by=bob.pk),
        lambda: actions.create_contact(contact=actions.NewContact(first_name="X"), by=bob.pk),
        lambda: actions.delete_contact(contact_id=ana, by=bob.pk),
    ]
    for write in writes:
        with pytest.raises(DatabaseError) as refused, tenant_scope(acme.schema_name, read_only=True):
            write()
        refusal = refusal_of(refused.value)
        assert refusal is not None
        assert refusal.code == "forbidden"


def test_another_tenants_contact_is_not_there(api: Api, carol: User, eva: str) -> None:
    """S1"""
    client = api(carol)
    problem(client.send("patch", here(eva), {"first_name": "X"}), 404)
    problem(client.send("delete", here(eva)), 404)
    problem(client.post(f"{here(eva)}qualify/", {"buyer_persona_id": "mateo"}), 404)
    problem(client.post(f"{here(eva)}discard/"), 404)
    problem(client.post(lock_of(eva)), 404)
    problem(client.post(lock_of(eva).replace("/v1", "")), 404)


@pytest.mark.parametrize("field", [*EVA, "buyer_persona"])
def test_no_value_is_a_crash(client: ApiClient, eva: str, field: str) -> None:
    """S13: 4xx for nonsense, never 5xx; titles may be odd."""
    for name, value in ODD.items():
        status = client.send("patch", here(eva), {field: value}).status_code
        assert status in {200, 400, 404, 422}, (name, status)
    for name, raw in UNFIT.items():
        body = b'{"' + field.encode() + b'": ' + raw + b"}"
        assert client.send("patch", here(eva), body).status_code == 400, name


@pytest.mark.parametrize("field", ["address", "is_primary"])
def test_no_e_mail_is_a_crash(client: ApiClient, eva: str, field: str) -> None:
    """S13"""
    for name, value in ODD.items():
        body = {"emails": [{"address": "x@x.example", field: value}]}
        status = client.send("patch", here(eva), body).status_code
        assert status in {200, 400, 422}, (name, status)


@pytest.mark.parametrize("title", ["😀🎉", "مدير التسويق", "\u200b", "a\nb", "DROP TABLE", "%s"])
def test_odd_titles_are_kept_as_typed(client: ApiClient, title: str) -> None:
    """P1, P8: without Latin letter or digit the copy is "", the persona the default one."""
    made = answer(client.post(CONTACTS, {"first_name": "X", "job_title": title}), 201)
    assert made["job_title"] == title
    assert made["job_title_normalized"] == actions.normalize_job_title(title)


@pytest.mark.real_roles
def test_two_people_making_one_contact_at_once_make_it_once(acme: Tenant, alice: User) -> None:
    """L6: the second is told of the first."""

    def make(person: int) -> str:
        with tenant_scope(acme.schema_name):
            try:
                actions.create_contact(
                    contact=actions.NewContact(first_name="Eva", emails=["eva@x.example"]), by=alice.pk
                )
            except actions.ContactExists:
                return "refused"
            return "made"

    assert sorted(at_once(4, make)) == ["made", "refused", "refused", "refused"]


@pytest.mark.real_roles
def test_counts_hold_while_contacts_come_change_and_go(acme: Tenant, alice: User) -> None:
    """P8: titles and personas count what there is, whoever writes at the same moment."""
    titles = ["Gerente General", "Gerente de Marketing", "Médico", "Nada"]

    def act(person: int) -> None:
        for turn in range(4):
            with tenant_scope(acme.schema_name):
                wanted = actions.NewContact(first_name=f"N{person}", job_title=titles[turn])
                made = actions.create_contact(contact=wanted, by=alice.pk)
                changes = {"job_title": titles[(turn + person) % 4]}
                actions.change_contact(contact_id=made, changes=changes, by=alice.pk)
                if turn % 2:
                    actions.delete_contact(contact_id=made, by=alice.pk)

    at_once(4, act)
    assert sum(counts(acme).values()) == 8
    with tenant_scope(acme.schema_name):
        for title, number in counts(acme).items():
            assert Contact.objects.filter(title__normalized=title).count() == number
        for code, number in balance(acme).items():
            assert ContactPersona.objects.filter(persona__code=code).count() == number


def test_a_company_is_found_as_it_was_written(client: ApiClient, eva: str) -> None:
    """W6: its own name, twice blank, any case or blanks: equal companies are one (L6)."""
    for spelling in ("Acme  SpA", "acme spa", " ACME   SPA "):
        found = answer(client.get(CONTACTS, {"company": spelling}))["results"]
        assert [one["id"] for one in found] == [eva], spelling
