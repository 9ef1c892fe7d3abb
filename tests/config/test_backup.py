"""The restore drill in its short form: what was backed up comes back equal, alone, and only whole (S18)."""

import os
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from campaigns.models import Campaign
from config.backup.rules import InUse, NotEmpty
from tenants import actions
from tenants.models import Domain, Membership, Tenant, User
from tenants.provisioning import head
from tenants.records.models import AuditEntry
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.cast import PASSWORD, PEOPLE
from tests.config.backing_up import ODD, RETIRED, answered, backed_up, fill, flip, leave, new_server, sums
from tests.tenants.lagging import fall_behind
from tests.tenants.test_isolation import sqlstate

pytestmark = pytest.mark.real_roles
GUARDRAILS = (
    "verify_kpi_red_drain", "verify_source_pk_consistency", "verify_identity_origin_creation",
    "verify_kpi_red_numbers", "check_campaigns",
)  # fmt: skip
HISTORY = ("public", "tenants_platformact")
# What an installation says of a tenant by itself.
NOT_BROUGHT = {"status", "schema_version", "is_template", "created_at"}
KEY = "a synthetic key of backups, long enough"


@pytest.fixture
def filled(acme: Tenant, birch: Tenant) -> Iterator[tuple[Tenant, Tenant]]:
    """Both tenants have rows of every domain."""
    for tenant in (acme, birch):
        fill(tenant)
    yield acme, birch
    leave()


def verbs(tenant: Tenant) -> set[str]:
    with tenant_scope(tenant.schema_name):
        return set(AuditEntry.objects.values_list("verb", flat=True))


def write(tenant: Tenant, verb: str) -> None:
    with tenant_scope(tenant.schema_name):
        AuditEntry.objects.create(verb=verb, object_type="x", object_id="1")


def test_an_installation_comes_back_on_a_new_server(
    filled: tuple[Tenant, Tenant], tmp_path: Path, carol: User
) -> None:
    """S18: every table's checksum equal, guardrails pass, log-ins work and keep tenants apart (S1)."""
    acme, birch = filled
    folder = backed_up(tmp_path)
    with new_server():
        restored = answered("restore", str(folder), "--go-on")
        assert sorted(restored["restored"]) == ["acme", "birch"]
        # The restoration is noted beside all that came back.
        again, was = sums(backed_up(tmp_path / "again")), sums(folder)
        assert again.pop(HISTORY)[0] == was.pop(HISTORY)[0] + 1
        assert again == was
        assert sum(rows for rows, _sum in again.values()) > 50
        for command in GUARDRAILS:
            call_command(command, "--tenant=acme", stdout=StringIO())
        assert verbs(acme) >= {"kept"}
        sink = f'SELECT 1 FROM "{birch.schema_name}".records_auditentry'
        assert sqlstate(acme.schema_name, sink) == "42501"
        with public_scope():
            assert User.objects.get(pk=carol.pk).check_password(PASSWORD)
        # Not empty any more: neither over sessions that are open, nor over rows without a word.
        with pytest.raises(CommandError) as busy:
            call_command("restore", folder, "--replace")
        assert isinstance(busy.value.__cause__, InUse)
        leave()
        with pytest.raises(CommandError) as refused:
            call_command("restore", folder)
        assert isinstance(refused.value.__cause__, NotEmpty)
        with owner_scope():
            Tenant.objects.filter(slug="birch").update(name="Changed")
        leave()
        assert answered("restore", str(folder), "--replace")["paused"] == 2
        with public_scope():
            assert Tenant.objects.get(slug="birch").name == "Birch"


def test_one_tenant_comes_back_and_nobody_else_moves(
    filled: tuple[Tenant, Tenant], tmp_path: Path, settings: Settings
) -> None:
    """S18: from the backup of all, encrypted; a flipped byte or another key changes nothing."""
    acme, birch = filled
    settings.BACKUP_KEY = KEY
    folder = backed_up(tmp_path, "--encrypt")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert all(b"acme" not in path.read_bytes().lower() for path in files)
    for tenant in filled:
        write(tenant, "since")
    with pytest.raises(CommandError):
        call_command("restore", folder, "--tenant=acme")
    settings.BACKUP_KEY = KEY[::-1]
    with pytest.raises(CommandError, match="MINGA_BACKUP_KEY"):
        call_command("restore", folder, "--tenant=acme", "--replace")
    settings.BACKUP_KEY = KEY
    audit = folder / acme.schema_name / "records_auditentry.copy.gz.sealed"
    flip(audit)
    with pytest.raises(CommandError, match="records_auditentry"):
        call_command("restore", folder, "--tenant=acme", "--replace")
    assert "since" in verbs(acme)
    flip(audit)
    leave()
    assert answered("restore", str(folder), "--tenant=acme", "--replace")["paused"] == 1
    assert ("since" in verbs(acme), "since" in verbs(birch)) == (False, True)
    with tenant_scope(acme.schema_name):
        assert AuditEntry.objects.get(verb="kept").change["said"] == ODD
        # It was running: whom it has called since nobody knows here (C15).
        assert Campaign.objects.get().state == "paused"
    with tenant_scope(birch.schema_name):
        assert Campaign.objects.get().state == "running"
    assert sqlstate(acme.schema_name, f'SELECT 1 FROM "{birch.schema_name}".jobs_job') == "42501"


def test_a_tenant_that_is_gone_comes_back_with_its_people(acme: Tenant, alice: User, tmp_path: Path) -> None:
    """S18: by e-mail and without passwords, which its own backup does not hold (S19)."""
    write(acme, "kept")
    with owner_scope():
        Domain.objects.create(tenant=acme, domain="acme.example", is_primary=True)
        own = Tenant.objects.filter(pk=acme.pk)
        own.update(country="PE", timezone="America/Lima", has_samples=True, demands_second_factor=True)
        was = own.values().get()
    left_at_default = {one.name for one in Tenant._meta.fields if was[one.attname] == one.get_default()}
    assert left_at_default <= NOT_BROUGHT, "give every other column a value that is worth bringing"
    folder = backed_up(tmp_path, "--tenant=acme")
    before = sums(folder, acme.schema_name)
    assert {table for schema, table in sums(folder) if schema == "public"} == {
        "tenants_tenant", "tenants_domain", "tenants_membership", "tenants_user",
    }  # fmt: skip
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{acme.schema_name}" CASCADE')
        Tenant.objects.get(pk=acme.pk).delete()
        User.objects.get(pk=alice.pk).delete()
    with pytest.raises(CommandError):
        call_command("restore", folder)
    call_command("restore", folder, "--tenant=acme")
    with public_scope():
        now = Tenant.objects.values().get(pk=acme.pk)
        assert {name for name in was if was[name] != now[name]} <= NOT_BROUGHT
        found = User.objects.get(email=PEOPLE["alice"])
        assert (found.pk, found.has_usable_password(), found.is_staff) == (alice.pk, False, False)
        roles = Membership.objects.filter(tenant_id=acme.pk).values_list("user__email", "role")
        # Sam's support ended with the tenant; Bob is who he was.
        assert set(roles) == {(PEOPLE["alice"], "admin"), (PEOPLE["bob"], "viewer")}
        assert User.objects.get(email=PEOPLE["bob"]).check_password(PASSWORD)
        assert Domain.objects.get().domain == "acme.example"
    assert sums(backed_up(tmp_path / "again", "--tenant=acme"), acme.schema_name) == before
    with owner_scope():
        made, _job = actions.create_tenant(name="Other", slug="other")
        Tenant.objects.filter(pk=acme.pk).update(schema_name="t_elsewhereabcdefg", slug="kept")
        Tenant.objects.filter(pk=made.pk).update(slug="acme")
    with pytest.raises(CommandError):
        call_command("restore", folder, "--tenant=acme")


@pytest.mark.skipif(not os.environ.get("MINGA_DRILLS"), reason="migrates twice: the long form is make drills")
def test_a_backup_of_an_older_release_is_brought_to_head(acme: Tenant, tmp_path: Path) -> None:
    """F12, S18: its tables are made as they were, filled, and migrated."""
    write(acme, "kept")
    fall_behind(acme)
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(RETIRED.format(schema=acme.schema_name))
    folder = backed_up(tmp_path, "--tenant=acme")
    leave()
    call_command("restore", folder, "--tenant=acme", "--replace")
    with owner_scope():
        assert Tenant.objects.get(slug="acme").schema_version == head()
    with tenant_scope(acme.schema_name), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM insights_label")
    assert "kept" in verbs(acme)


def test_a_backup_of_a_newer_release_is_refused(acme: Tenant, tmp_path: Path) -> None:
    """S18: its tables are unknown here."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{acme.schema_name}".django_migrations (app, name, applied) '
            "VALUES ('insights', '9999_tomorrow', now())"
        )
    newer = backed_up(tmp_path, "--tenant=acme")
    with pytest.raises(CommandError, match="9999_tomorrow"):
        call_command("restore", newer, "--tenant=acme", "--replace")


def test_it_refuses_in_one_line(db: None, tmp_path: Path) -> None:
    """F8: what is missing and the cure."""
    assert settings.BACKUP_DIR is None
    for words in (["backup"], ["backup", "--encrypt", f"--to={tmp_path}"], ["restore", str(tmp_path)]):
        with pytest.raises(CommandError) as refused:
            call_command(*words)
        assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
