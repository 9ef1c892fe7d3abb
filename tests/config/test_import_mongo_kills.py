"""An import killed in the middle and run again is an undisturbed one (F9)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from personas import queries
from personas.models import ContactPersona
from personas.queries import Checksum
from tenants.models import Tenant
from tenants.records.models import SourceRecord
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_runs import counts, told
from tests.mongo_server import mongo_server

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 4_000
# Documents after which each run dies.
DEATHS = (1_000, 2_000)
PATIENCE_SECONDS = 240


def command(source: str, tenant: str, *options: str) -> "subprocess.Popen[str]":
    words = ["import_mongo", source, "--tenant", tenant, "--what", "contacts", "--json", *options]
    return subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def finish(source: str, tenant: str) -> tuple[int, ...]:
    """Import to the end; return the counts."""
    said, _errors = command(source, tenant).communicate(timeout=PATIENCE_SECONDS)
    return counts(told(said)["contacts"])


def remembered(tenant: Tenant) -> int:
    with tenant_scope(tenant.schema_name):
        return SourceRecord.objects.count()


def kill_after(documents: int, running: "subprocess.Popen[str]", tenant: Tenant) -> None:
    """SIGKILL the run once so many documents are committed; nothing of it can say goodbye."""
    end = time.monotonic() + PATIENCE_SECONDS
    while remembered(tenant) < documents:
        assert running.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    assert remembered(tenant) < DOCUMENTS, "it was not in the middle"


def facts(tenant: Tenant) -> tuple[Checksum, int]:
    with tenant_scope(tenant.schema_name):
        return queries.contacts_checksum(), ContactPersona.objects.exclude(locked_at=None).count()


def test_killed_twice_it_writes_the_same_contacts_from_a_file(
    acme: Tenant, birch: Tenant, tmp_path: Path
) -> None:
    """F9: rows, locks and source ids commit together; the run after the kill finds what is there."""
    people = list(docs.mixed_contacts(DOCUMENTS))
    source = str(docs.dump(tmp_path, unified_contacts=people))
    undisturbed = finish(source, "birch")
    for documents in DEATHS:
        kill_after(documents, command(source, "acme"), acme)
    resumed = finish(source, "acme")
    assert resumed[2] >= DEATHS[-1]
    assert sum(resumed) == sum(undisturbed) == DOCUMENTS
    assert facts(acme) == facts(birch)


def test_killed_it_goes_on_where_it_was_on_a_server(acme: Tenant, birch: Tenant) -> None:
    """F9: a server's documents come in the order of ids, so the run after the kill begins near its place."""
    people = list(docs.mixed_contacts(DOCUMENTS))
    # Ids a minute apart: the hour that is read again is sixty documents.
    for place, person in enumerate(people):
        person["_id"] = docs.object_id(60 * place)
    with mongo_server() as server:
        server.fill("crm", unified_contacts=people)
        address = f"{server.uri}/crm"
        finish(address, "birch")
        kill_after(DEATHS[0], command(address, "acme"), acme)
        before = remembered(acme)
        resumed = finish(address, "acme")
    # What was committed after the last mark, and the hour before it.
    assert sum(resumed) <= DOCUMENTS - before + 1_000 + 61
    assert facts(acme) == facts(birch)


def test_two_imports_at_once_are_one(acme: Tenant, birch: Tenant, tmp_path: Path) -> None:
    """F9, L6: two operators start the same import; what one has written the other finds."""
    source = str(docs.dump(tmp_path, unified_contacts=docs.mixed_contacts(1_500)))
    undisturbed = finish(source, "birch")
    twins = [command(source, "acme"), command(source, "acme")]
    said = [counts(told(twin.communicate(timeout=PATIENCE_SECONDS)[0])["contacts"]) for twin in twins]
    assert [sum(one) for one in said] == [1_500, 1_500]
    assert said[0][0] + said[1][0] == undisturbed[0]
    assert facts(acme) == facts(birch)


def test_it_waits_for_whoever_writes_contacts(acme: Tenant, tmp_path: Path) -> None:
    """F9: somebody holds the contacts for longer than a log-in waits for a lock; nothing is lost by it."""
    source = str(docs.dump(tmp_path, unified_contacts=docs.mixed_contacts(100)))
    key = f"hashtextextended('personas.contacts.{acme.schema_name}', 0)"
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({key})")
        waiting = command(source, "acme")
        time.sleep(9)
        assert waiting.poll() is None
        other.rollback()
    assert sum(counts(told(waiting.communicate(timeout=PATIENCE_SECONDS)[0])["contacts"])) == 100
