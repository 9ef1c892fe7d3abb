"""Leads, accounts, persons and people to call are found by the words of their names, by an index (W6, S3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from campaigns.admin.entries.listing import named
from campaigns.models import Entry
from identity.matching.keys import name_key
from identity.models import Driver, Lead, Person
from identity.models.names import words_of
from identity.queries.finding import persons_found, sightings_found
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.identity.fleet import a_driver, a_lead, a_person
from tests.tenants.test_palette import found

ROWS = 4_000
NAME = "Tomás Ñuñez-Quilapán"
PLACES = {
    "lead": "/admin/identity/lead/",
    "driver": "/admin/identity/driver/",
    "person": "/admin/identity/person/",
    "entry": "/admin/campaigns/entry/",
}


def fill(tenant: Tenant) -> dict[str, Any]:
    """Write one of each kind of the same name; return their keys."""
    with tenant_scope(tenant.schema_name):
        campaign = a_campaign(an_account(a_provider()), people=1)
        Entry.objects.filter(campaign=campaign).update(name=NAME)
        return {
            "lead": a_lead("L-1", name=NAME).pk,
            "driver": a_driver("D-1", name=NAME).pk,
            "person": a_person(NAME).pk,
            "entry": Entry.objects.get(campaign=campaign).pk,
        }


@pytest.mark.parametrize("typed", ["tomas quila", "ÑUÑEZ tom", "quilapán", "nunez-quil"])
def test_the_palette_finds_everybody_of_a_name(
    acme: Tenant, birch: Tenant, alice: User, page: Callable[..., Client], typed: str
) -> None:
    """S3: by the beginnings of words in any order, accents or not; nobody of another organisation."""
    own, others = fill(acme), fill(birch)
    lines = found(page(alice), typed)
    for kind, place in PLACES.items():
        assert f"{place}{own[kind]}/change/" in lines, (kind, lines)
        assert f"{place}{others[kind]}/change/" not in lines
    assert not any("/change/" in line for line in found(page(alice), f"{typed} zzz"))


def test_the_lists_find_them_too(acme: Tenant, alice: User, page: Callable[..., Client]) -> None:
    """W6: the words stand in the address; a part in the middle of a word is another word."""
    keys = fill(acme)
    for kind, place in PLACES.items():
        assert f"/{keys[kind]}/" in page(alice).get(place, {"q": "quilapan tomas"}).content.decode(), kind
        assert f"/{keys[kind]}/" not in page(alice).get(place, {"q": "uilap"}).content.decode(), kind


@pytest.fixture
def many(in_acme: Tenant) -> None:
    """Some thousands of each kind, of names that differ."""
    names = [f"Ana{chr(97 + n % 26)}{chr(97 + n // 26 % 26)} Perez{chr(97 + n // 676)}" for n in range(ROWS)]
    campaign = a_campaign(an_account(a_provider()), people=1)
    Lead.objects.bulk_create(
        Lead(external_id=f"L{n}", inputs=UUID(int=n), name_key=name_key(name)) for n, name in enumerate(names)
    )
    Driver.objects.bulk_create(
        Driver(driver_id=f"d{n}", name_key=name_key(name)) for n, name in enumerate(names)
    )
    Person.objects.bulk_create(Person(name=name, confidence="HIGH") for name in names)
    Entry.objects.bulk_create(
        Entry(campaign=campaign, person_key=f"N:{n}", name=name) for n, name in enumerate(names)
    )
    with owner_scope(), connection.cursor() as cursor:
        for model in (Lead, Driver, Person, Entry):
            cursor.execute(f'ANALYZE "{in_acme.schema_name}".{model._meta.db_table}')


@pytest.mark.usefixtures("many")
def test_each_search_reads_its_index() -> None:
    """S19, W6: with reading from end to end allowed, and thousands of rows, the planner takes the index."""
    words = ["ANAB", "PEREZC"]
    asked: dict[str, QuerySet[Any]] = {
        "lead_words": sightings_found(Lead.objects.all(), words=words, exact={"source_pk": "anab"}),
        "driver_words": sightings_found(Driver.objects.all(), words=words, exact={"driver_id": "anab"}),
        "person_words": persons_found(words=words, text="anab"),
        "entry_words": named(Entry.objects.all(), "Anáb perezc"),
    }
    for index, rows in asked.items():
        plan = rows.order_by()[:6].explain()
        assert f"Bitmap Index Scan on {index}" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert rows.count() == 26, index
    # Positive control: what no index holds is read from end to end.
    assert "Seq Scan" in Lead.objects.filter(name_key__contains="ANAB").order_by()[:6].explain()


def test_words_are_those_of_the_keys() -> None:
    """I1: what a person types is split and folded as names are."""
    for typed in ("José María O'Higgins", "ñandú-Pérez  x", "Łukasz", "12 a3b", "", "!&|:*()'\\"):
        assert [word.upper() for word in words_of(typed)] == name_key(typed).split()
