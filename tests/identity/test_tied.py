"""Other apps and programs find whom a job linked, by every key that the linked rows bear (W1, W3)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from identity import actions
from identity.models import Driver, Identifier, Lead, Link, Person
from identity.queries.known_by import holders_of
from identity.queries.tied import Tied, tied
from identity.rules import IdentifierKind, Source, Via
from tenants.models import Tenant, User
from tenants.scope import owner_scope
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.identity.people import HERE, inside
from tests.personas.writing import answer

__all__ = ["inside"]

PHONE, WHOLE, MAIL = "999888777", "+51999888777", "ana@correo.example"
ROWS = 4_000


def ana() -> UUID:
    """Return whom recovery makes of an account and a lead that share phone and e-mail."""
    a_driver("d1", name="Ana Ruiz", phone=PHONE, email=MAIL, document="12345678", plate="ABC-123")
    lead = a_lead("L1", name="Ana Ruiz", phone=PHONE, email=MAIL, licence="Q7")
    assert actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
    assert not Identifier.objects.exclude(kind="document").exists()
    return person_of(lead)


def person_of(lead: Lead) -> UUID:
    return Link.objects.get(source=Source.CABINET, source_pk=lead.source_pk).person_id


def asked(*, emails: Any = (MAIL,), phones: Any = (WHOLE,)) -> Tied:
    return tied(emails=emails, phones=phones)


def test_who_was_linked_by_a_job_is_known_to_other_apps(
    in_acme: Tenant, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    """W1, W3: jobs keep phone and e-mail with the rows alone; nobody linked is red."""
    person = ana()
    with django_assert_num_queries(8):
        found = asked()
    assert found.persons == {("phone", WHOLE): {person}, ("email", MAIL): {person}}
    assert {kind: list(values) for kind, values in found.known[person].items()} == {
        "document": ["12345678"],
        "phone": [WHOLE],
        "email": [MAIL],
        "plate": ["ABC123"],
        "licence": ["Q7"],
    }
    assert found.red == set()


def test_a_lead_alone_leads_to_its_person(in_acme: Tenant) -> None:
    """W1: what only the lead says, and a red lead of the same phone beside it."""
    person = ana()
    second = a_lead("L2", document="12345678", phone="911222333")
    a_lead("L3", name="Eva Paz", phone="911222333")
    assert actions.link_leads(leads=[second.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
    found = asked(emails=[], phones=["+51911222333"])
    assert found.persons == {("phone", "+51911222333"): {person}}
    assert found.red == {("phone", "+51911222333")}
    assert found.known[person]["phone"] == [WHOLE, "+51911222333"], "the account's before the leads'"


def test_a_slip_of_a_lead_is_no_second_document(in_acme: Tenant) -> None:
    """W3, I8: whose papers are known is not known by what a lead typed; without papers it is."""
    person, other = ana(), a_person("Eva Paz")
    linked(a_lead("L2", document="12345679"), Person.objects.get(pk=person))
    linked(a_lead("L3", phone="911222333", document="87654321"), other)
    assert asked().known[person]["document"] == ["12345678"]
    assert asked(phones=["+51911222333"]).known[other.pk]["document"] == ["87654321"]


def test_who_was_merged_away_is_who_lives_on(in_acme: Tenant) -> None:
    """I9: and taking it back gives them their rows again."""
    person, other = ana(), a_person("Ana R", phone="51911222333")
    change = actions.merge_persons(kept=other.pk, gone=person, by=uuid4())
    found = asked(phones=[WHOLE, "+51911222333"])
    assert set(map(tuple, found.persons.values())) == {(other.pk,)}
    assert set(found.known) == {other.pk}
    actions.undo_change(change_id=change.pk, by=uuid4())
    assert asked().persons[("email", MAIL)] == {person}


def test_of_a_shared_key_all_are_told_and_nothing_more(in_acme: Tenant) -> None:
    """W3: keys of two persons say nothing about either, so what those are known by is not read."""
    person, other = ana(), a_person("Eva Paz")
    linked(a_driver("d2", phone=PHONE), other)
    found = asked(emails=[])
    assert found.persons == {("phone", WHOLE): {person, other.pk}}
    assert found.known == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"phone": "+51 999 888 777"}, 1),
        ({"email": "Ana@Correo.example"}, 1),
        ({"plate": "abc 123"}, 1),
        ({"licence": "q-7"}, 1),
        ({"document": "12.345.678"}, 1),
        ({"phone": "+51 999 888 777", "plate": "abc123"}, 1),
        ({"phone": "+51 999 888 777", "plate": "XYZ987"}, 0),
        ({"phone": "letters"}, 0),
        ({"plate": "-"}, 0),
        ({"phone": "+51 999 888 777", "merged": "true"}, 0),
    ],
)
def test_programs_find_whom_a_job_linked(
    api: Callable[..., APIClient],
    bob: User,
    inside: Callable[[], AbstractContextManager[object]],
    query: dict[str, str],
    found: int,
) -> None:
    """I1, API: by what account or lead say, once each; an absent key is nobody's."""
    with inside():
        ana()
        a_driver("d-bare")
        linked(a_lead("L-bare"), a_person("Eva Paz"))
    page = answer(api(bob).get(f"{HERE}/persons/", query))
    assert page["meta"]["total"] == len(page["results"]) == found


@pytest.fixture
def many(in_acme: Tenant) -> None:
    """Some thousands of persons, each with a lead and an account of its own phone."""
    persons = Person.objects.bulk_create(Person(name=f"P{n}", confidence="HIGH") for n in range(ROWS))
    keys = [{"phone_key": f"519{n:08}", "email_key": f"p{n}@x.example"} for n in range(ROWS)]
    Lead.objects.bulk_create(
        Lead(external_id=f"L{n}", inputs=UUID(int=n), **key) for n, key in enumerate(keys)
    )
    Driver.objects.bulk_create(Driver(driver_id=f"d{n}", **key) for n, key in enumerate(keys))
    made = {"rule": "R1_PHONE_EXACT", "score": 95, "confidence": "HIGH", "via": "recover"}
    for source, letter in ((Source.CABINET, "L"), (Source.DRIVER, "d")):
        Link.objects.bulk_create(
            Link(source=source, source_pk=f"{letter}{n}", person=one, **made) for n, one in enumerate(persons)
        )
    Identifier.objects.bulk_create(
        Identifier(person=one, kind="document", value=f"D{n}", is_sole=True) for n, one in enumerate(persons)
    )
    with owner_scope(), connection.cursor() as cursor:
        for model in (Lead, Driver, Person, Link, Identifier):
            cursor.execute(f'ANALYZE "{in_acme.schema_name}".{model._meta.db_table}')


@pytest.mark.usefixtures("many")
def test_each_look_up_reads_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """W6, S19: no table that grows is read from end to end, for one person or some."""
    plans: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.cursor() as cursor, connection.execute_wrapper(lambda run, *given: run(*given)):
            cursor.cursor.execute(f"EXPLAIN {sql}", params)
            plans.append("\n".join(line for (line,) in cursor.cursor.fetchall()))
        return execute(sql, params, many, context)

    some = range(100, 110)  # so few that no plan weighs reading the table
    with connection.execute_wrapper(explained):
        found = tied(emails=[f"p{n}@x.example" for n in some], phones=[f"+519{n:08}" for n in some])
        one = holders_of(kind=IdentifierKind.PHONE, value="51900000100")
        assert Person.objects.filter(pk__in=one).count() == 1
    assert len(found.known) == len(some)
    assert len(plans) == 9
    assert [plan for plan in plans if "Seq Scan" in plan] == []
