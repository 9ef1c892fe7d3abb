"""What was replaced while it was backed up is never taken for empty (S18)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.backup.rules import Overtaken
from config.backup.taking import take
from tenants.models import Tenant
from tenants.records.models import AuditEntry
from tenants.scope import owner_scope, tenant_scope
from tests.config.backing_up import backed_up, leave, sums

pytestmark = pytest.mark.real_roles
ROWS = "records_auditentry"
REPLACING = (
    'TRUNCATE "{schema}".records_auditentry',
    'ALTER TABLE "{schema}".records_auditentry ALTER COLUMN verb TYPE text USING upper(verb)',
    'VACUUM FULL "{schema}".records_auditentry',
    'ALTER TABLE "{schema}".records_auditentry RENAME TO elsewhere',
    'DROP SCHEMA "{schema}" CASCADE',
)


def write(tenant: Tenant, verb: str) -> None:
    with tenant_scope(tenant.schema_name):
        AuditEntry.objects.create(verb=verb, object_type="x", object_id="1")
    leave()


def run(statement: str) -> None:
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(statement)


def taken_while(into: Path, act: Callable[[], object]) -> Path:
    """Take a backup of all; after its first table, one of the shared ones, something happens."""
    acts = [act]

    def show(*_how_far: object) -> None:
        if acts:
            acts.pop()()

    return take(into, made_at=timezone.now(), show=show)[0]


def test_one_restored_meanwhile_is_not_backed_up_as_empty(acme: Tenant, tmp_path: Path) -> None:
    """S18: its tables are made anew, in which a snapshot from before sees nothing."""
    write(acme, "kept")
    own = backed_up(tmp_path, "--tenant=acme")
    with pytest.raises(Overtaken, match=acme.schema_name):
        taken_while(tmp_path / "daily", lambda: call_command("restore", own, "--tenant=acme", "--replace"))
    assert not list((tmp_path / "daily").iterdir())


def test_nothing_that_empties_a_table_for_the_snapshot_goes_unseen(acme: Tenant, tmp_path: Path) -> None:
    """S18: rows that come meanwhile are no reason to refuse; they are in the next one."""
    write(acme, "kept")
    place = (acme.schema_name, ROWS)
    before = sums(backed_up(tmp_path), acme.schema_name)[place]
    folder = taken_while(tmp_path / "written", lambda: write(acme, "meanwhile"))
    assert sums(folder)[place] == before
    for statement in REPLACING:
        with pytest.raises(Overtaken):
            taken_while(tmp_path / "daily", partial(run, statement.format(schema=acme.schema_name)))
        assert not list((tmp_path / "daily").iterdir()), statement
