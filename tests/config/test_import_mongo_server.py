"""A live server: pymongo itself, over TCP, in batches; a real one too where there is one (F9)."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from pymongo import MongoClient

from personas import queries
from personas.models import Contact
from tenants.models import Tenant
from tenants.records.models import SourceMark
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import contact, job, numbered, object_id
from tests.mongo_runs import counts, import_mongo, told
from tests.mongo_server import MongoServer, mongo_server

pytestmark = pytest.mark.usefixtures("in_english")

ALL = "contacts,keywords,priorities,reclassification_jobs"


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


@pytest.fixture
def server() -> Iterator[MongoServer]:
    with mongo_server() as running:
        yield running


def fill(server: MongoServer, people: list[docs.Document]) -> str:
    """Put all four collections into the server; return its address."""
    server.fill(
        "crm",
        unified_contacts=people,
        keywords=numbered(docs.KEYWORDS),
        priorities=numbered(docs.PRIORITIES),
        persona_reclassification_jobs=[job(number) for number in range(3)],
    )
    return f"{server.uri}/crm"


def mark(tenant: Tenant) -> str:
    with tenant_scope(tenant.schema_name):
        return SourceMark.objects.get(collection="contacts").upto


def test_a_server_and_its_dump_become_the_same(
    acme: Tenant, birch: Tenant, server: MongoServer, tmp_path: Path
) -> None:
    """F9: one interface, one result: 2,500 contacts over TCP in batches, and from files."""
    people = list(docs.mixed_contacts(2_500))
    live = import_mongo(fill(server, people), ALL)
    assert sum(1 for command in server.seen if "getMore" in command) >= 2
    dump = docs.dump(
        tmp_path,
        unified_contacts=people,
        keywords=numbered(docs.KEYWORDS),
        priorities=numbered(docs.PRIORITIES),
        persona_reclassification_jobs=[job(number) for number in range(3)],
    )
    from_files = import_mongo(dump, ALL, tenant="birch")
    assert {name: counts(facts) for name, facts in live.items()} == {
        name: counts(facts) for name, facts in from_files.items()
    }
    with tenant_scope(acme.schema_name):
        first = queries.contacts_checksum()
    with tenant_scope(birch.schema_name):
        assert queries.contacts_checksum() == first
    assert counts(import_mongo(dump, "contacts", "--all")["contacts"])[2] == 2_500


def test_the_next_run_asks_the_server_only_for_what_is_new(acme: Tenant, server: MongoServer) -> None:
    """F9: incremental by `_id`: the question itself begins an hour before the mark."""
    address = fill(server, [contact(number) for number in range(0, 60_000, 600)])
    import_mongo(address, "contacts")
    server.fill("crm", unified_contacts=[contact(60_001), {**contact(7), "_id": "a text id"}])
    server.seen.clear()
    facts = import_mongo(address, "contacts")["contacts"]
    assert counts(facts)[:2] == (2, 0)
    assert counts(facts)[2] == 7
    (asked, *_more) = [command for command in server.seen if "find" in command]
    assert list(asked["filter"]) == ["$or"]
    assert asked["sort"] == {"_id": 1}
    assert mark(acme) == f"oid:{object_id(60_001)}"


def test_a_refused_document_is_asked_for_by_its_id(server: MongoServer) -> None:
    """F9: what could not be taken is tried again, however far behind the mark it is."""
    held = contact(1, buyer_persona="Aún Nadie", buyer_persona_locked=True)
    address = fill(server, [held, contact(90_000)])
    assert counts(import_mongo(address, "contacts")["contacts"]) == (1, 0, 0, 0, 1)
    again = import_mongo(address, "contacts", "--persona", "Aún Nadie=dc_medicas")["contacts"]
    assert counts(again) == (1, 0, 1, 0, 0)


def test_a_server_that_goes_away_leaves_what_came(acme: Tenant, server: MongoServer) -> None:
    """F9: one line without the password, what came is kept, and the next run goes on behind it."""
    people = [contact(number) for number in range(0, 60 * 3_500, 60)]
    address = fill(server, people).replace("mongodb://", "mongodb://ana:secret@")
    # The hello of a log-in is refused here; the address without it is used.
    with pytest.raises(CommandError) as refused:
        import_mongo(address, "contacts")
    assert "secret" not in str(refused.value)
    address = f"{server.uri}/crm"
    # One reading to look, four batches; then the second batch of the import is the last.
    server.batches_until_gone = 4 + 2
    with pytest.raises(CommandError, match="run again and it goes on") as caught:
        import_mongo(address, "contacts")
    assert "\n" not in str(caught.value)
    assert counts(told(import_mongo.said)["contacts"])[0] == 2_000  # type: ignore[attr-defined]
    assert mark(acme) == f"oid:{people[1_999]['_id']}"
    server.batches_until_gone = None
    facts = import_mongo(address, "contacts")["contacts"]
    assert counts(facts)[0] == 1_500
    with tenant_scope(acme.schema_name):
        assert Contact.objects.count() == 3_500


def test_a_server_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """F9: said while the operator still looks, with the address and no traceback."""
    from config.bridges import live

    monkeypatch.setitem(live.OPTIONS, "serverSelectionTimeoutMS", 300)
    with pytest.raises(CommandError, match=r"mongodb://127\.0\.0\.1:9/crm: .*refused") as caught:
        import_mongo("mongodb://127.0.0.1:9/crm", "contacts")
    assert "\n" not in str(caught.value)


def test_a_collection_that_is_not_there_is_named(server: MongoServer) -> None:
    """F9: with what was looked for, and the option that says otherwise."""
    server.fill("crm", people=[contact(1)])
    with pytest.raises(CommandError, match="looked for unified_contacts, contacts"):
        import_mongo(f"{server.uri}/crm", "contacts")
    assert counts(
        import_mongo(f"{server.uri}/crm", "contacts", "--collection", "contacts=people")["contacts"]
    )[0]


@pytest.mark.skipif("MONGO_TEST_URL" not in os.environ, reason="NOT RUN: no real MongoDB (MONGO_TEST_URL)")
def test_a_real_server_gives_what_ours_gives() -> None:
    """F9: against the server of MONGO_TEST_URL, in a database of its own that is dropped at the end."""
    people = list(docs.mixed_contacts(1_500))
    client: MongoClient[Any] = MongoClient(os.environ["MONGO_TEST_URL"], uuidRepresentation="standard")
    name = f"minga_test_{uuid.uuid4().hex[:12]}"
    try:
        client[name]["unified_contacts"].insert_many(people)
        client[name]["unified_contacts"].insert_one({**contact(90_000), "_id": "a text id"})
        first = import_mongo(os.environ["MONGO_TEST_URL"], "contacts", "--database", name)["contacts"]
        assert sum(counts(first)) == 1_501
        again = import_mongo(os.environ["MONGO_TEST_URL"], "contacts", "--database", name)["contacts"]
        assert counts(again)[:2] == (0, 0)
        anew = import_mongo(os.environ["MONGO_TEST_URL"], "contacts", "--database", name, "--all")["contacts"]
        assert sum(counts(anew)[2:]) == 1_501
    finally:
        client.drop_database(name)
        client.close()
