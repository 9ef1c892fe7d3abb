"""Backups of an upgraded installation: apps that this release has not any more left their traces (S18)."""

from pathlib import Path

import pytest
from django.db import connection

from tenants.models import Tenant, User
from tenants.provisioning import TEMPLATE_SCHEMA
from tenants.records.models import AuditEntry
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.config.backing_up import OLD_SESSIONS, RETIRED, answered, backed_up, leave, new_server, sums

pytestmark = pytest.mark.real_roles


@pytest.fixture
def upgraded(acme: Tenant, birch: Tenant) -> Tenant:
    """Acme, where the tables of every schema were made by a release with Django's own sessions."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(OLD_SESSIONS)
        for schema in ("public", TEMPLATE_SCHEMA, acme.schema_name, birch.schema_name):
            cursor.execute(RETIRED.format(schema=schema))
    write(acme, "kept")
    return acme


def write(tenant: Tenant, verb: str) -> None:
    with tenant_scope(tenant.schema_name):
        AuditEntry.objects.create(verb=verb, object_type="x", object_id="1")
    leave()


def old_sessions() -> int:
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.django_session")
        return int(cursor.fetchone()[0])


def test_its_backup_comes_back_on_a_new_server_and_at_home(
    upgraded: Tenant, tmp_path: Path, carol: User
) -> None:
    """S18: the table that is left for old processes is in no backup, and emptied with the others."""
    folder = backed_up(tmp_path)
    assert ("public", "django_session") not in sums(folder)
    leave()
    assert sorted(answered("restore", str(folder), "--replace")["restored"]) == ["acme", "birch"]
    assert old_sessions() == 0
    with new_server():
        assert sorted(answered("restore", str(folder))["restored"]) == ["acme", "birch"]
        with public_scope():
            assert User.objects.filter(pk=carol.pk).exists()
        assert sums(backed_up(tmp_path / "again"), upgraded.schema_name) == sums(folder, upgraded.schema_name)
        leave()
        # There and here the tables are of one release, whatever histories say of what is gone.
        assert len(answered("restore", str(folder), "--replace")["restored"]) == 2


def test_one_of_its_organisations_comes_back(upgraded: Tenant, tmp_path: Path) -> None:
    """S18: cloned, though the template of a newer database never heard of what is gone."""
    folder = backed_up(tmp_path, "--tenant=acme")
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM \"{TEMPLATE_SCHEMA}\".django_migrations WHERE app = 'sessions'")
    write(upgraded, "since")
    assert answered("restore", str(folder), "--tenant=acme", "--replace")["restored"] == ["acme"]
    again = backed_up(tmp_path / "again", "--tenant=acme")
    assert sums(again, upgraded.schema_name) == sums(folder, upgraded.schema_name)
