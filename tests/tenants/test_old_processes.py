"""While a new version is migrated to, processes of the one before go on until they are restarted (F12)."""

import pytest
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from tenants.models import Tenant, User
from tenants.provisioning import grant_public
from tenants.scope import owner_scope, public_scope
from tests.config.backing_up import OLD_SESSIONS

pytestmark = pytest.mark.real_roles
# What 0008 wrote, in its words: a log-in on the pages, one of a program, a new organisation.
WRITTEN = {
    "page": "INSERT INTO django_session VALUES ('of now', '', now())",
    "log": """
        INSERT INTO axes_accesslog (user_agent, path_info, attempt_time, http_accept, session_hash)
        VALUES ('', '', now(), '', '')
    """,
    "program": """
        INSERT INTO tenants_refreshfamily (id, membership_id, revoked_because)
        SELECT gen_random_uuid(), id, '' FROM tenants_membership LIMIT 1
    """,
    "organisation": """
        INSERT INTO tenants_tenant (id, schema_name, name, slug, status, country, timezone, schema_version,
                                    is_template, has_samples)
        VALUES (gen_random_uuid(), 't_abcdefghijklmnop', 'Oak', 'oak', 'creating', 'CL', 'UTC', '',
                false, false)
    """,
}


@pytest.fixture
def migrated(acme: Tenant, alice: User) -> None:
    """The shared tables were those of the version before, with Alice logged in, and came to head."""
    with owner_scope(), connection.cursor() as cursor:
        call_command(Migrate(), "tenants", "0008", verbosity=0)
        cursor.execute(OLD_SESSIONS)
        call_command(Migrate(), "tenants", verbosity=0)
        grant_public()


def test_what_they_write_is_written(migrated: None) -> None:
    """F12: the table of Django's own sessions stays for them; new columns have values of the database."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session")
        assert cursor.fetchall() == [("of an old process",)]
        for statement in WRITTEN.values():
            cursor.execute(statement)
            assert cursor.rowcount == 1
        assert not Tenant.objects.get(slug="oak").demands_second_factor
