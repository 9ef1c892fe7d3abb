"""PostgreSQL is the boundary: a planted SQL sink reaches one schema only, a viewer's writes nothing (S1, S2).

Each promise has its positive control: with the grants widened on purpose the same probe gets through.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from tenants.models import Tenant, User
from tenants.provisioning import grants
from tenants.records.models import AuditEntry
from tenants.scope import logins, owner_scope, tenant_scope

pytestmark = [pytest.mark.real_roles, pytest.mark.services]
INSERT = (
    "INSERT INTO records_auditentry (id, verb, object_type, object_id, change) "
    "VALUES (gen_random_uuid(), 'x', 'y', 'z', '{}')"
)
# Read-only, no right, too late to become a writer.
REFUSED = {"25006", "42501", "25001"}
Page = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _planted(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.tenants.planted"


@pytest.fixture
def secret(birch: Tenant) -> Iterator[str]:
    """Put a row into Birch that nobody of Acme may read."""
    with tenant_scope(birch.schema_name):
        AuditEntry.objects.create(verb="secret", object_type="birch", object_id="1")
    return f"SELECT verb FROM \"{birch.schema_name}\".records_auditentry WHERE verb = 'secret'"  # type: ignore[return-value]


def ask(client: Client, sql: str) -> tuple[int, Any]:
    response = client.get("/planted/sink/", {"sql": sql})
    return response.status_code, response.json()["rows"] if response.status_code == 200 else None


def sqlstate(schema: str, sql: str, *, read_only: bool = False) -> str:
    """Execute under a tenant's role; return the error's code, "" when it went through."""
    try:
        with tenant_scope(schema, read_only=read_only), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)  # type: ignore[union-attr]
    return ""


def test_isolation_of_another_schema(page: Page, alice: User, secret: str) -> None:
    assert ask(page(alice), "SELECT 1") == (200, [["1"]])
    assert ask(page(alice), secret)[0] == 403
    assert ask(page(alice), f"SELECT '' UNION ALL {secret}")[0] == 403


def test_isolation_names_the_code(acme: Tenant, secret: str) -> None:
    assert sqlstate(acme.schema_name, secret) == "42501"
    assert sqlstate(acme.schema_name, "SELECT * FROM public.tenants_user") == "42501"
    assert sqlstate(acme.schema_name, "SELECT * FROM public.tenants_session") == "42501"
    assert sqlstate(acme.schema_name, "SELECT * FROM public.tenants_membership") == "42501"


def test_isolation_turns_red_when_grants_are_widened(
    page: Page, alice: User, acme: Tenant, birch: Tenant, secret: str
) -> None:
    """The positive control of the tests above."""
    role = logins.role_name(acme.schema_name, read_only=False)
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'GRANT USAGE ON SCHEMA "{birch.schema_name}" TO "{role}"')
        cursor.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{birch.schema_name}" TO "{role}"')
        cursor.execute(f'GRANT SELECT ON public.tenants_user TO "{role}"')
    assert ask(page(alice), secret) == (200, [["secret"]])
    assert sqlstate(acme.schema_name, "SELECT * FROM public.tenants_user") == ""
    with owner_scope():
        assert unexpected_rights(acme, birch), "the comparison of grants sees it too"


ESCAPES = (
    "RESET ROLE",
    "SET ROLE NONE",
    "RESET SESSION AUTHORIZATION",
    "SET search_path = public",
    "SELECT set_config('role', 'none', false)",
)
WRITES = (
    INSERT,
    "DELETE FROM records_auditentry",
    "UPDATE public.tenants_ticket SET state = 'failed'",
    "CREATE TABLE mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "SELECT nextval('public.django_content_type_id_seq')",
    "SET TRANSACTION READ WRITE; DELETE FROM records_auditentry",
    "SET default_transaction_read_only = off; DELETE FROM records_auditentry",
    "COMMIT; BEGIN READ WRITE; DELETE FROM records_auditentry",
)


def test_isolation_survives_stacked_statements(page: Page, alice: User, secret: str) -> None:
    """A login has nothing to go back to: it is not a member of anything."""
    answers = {escape: ask(page(alice), f"{escape}; {secret}")[0] for escape in ESCAPES}
    assert answers == dict.fromkeys(ESCAPES, 403)


def test_isolation_of_a_viewers_writes(page: Page, bob: User, acme: Tenant) -> None:
    """S2: 25006 or 42501 from the database, 403 from the page."""
    answers = {write: ask(page(bob), write)[0] for write in WRITES}
    assert answers == dict.fromkeys(WRITES, 403)
    states = {write: sqlstate(acme.schema_name, write, read_only=True) for write in WRITES}
    assert {write: state for write, state in states.items() if state not in REFUSED} == {}


def test_isolation_lets_an_admin_write_where_a_viewer_may_not(page: Page, alice: User, acme: Tenant) -> None:
    """The positive control of the viewer's test: the statement itself is sound."""
    assert ask(page(alice), f"{INSERT} RETURNING verb") == (200, [["x"]])


def test_isolation_of_shared_rows(page: Page, alice: User, carol: User) -> None:
    """S1: the tenants row and the members are one's own, by row-level security and by the view."""
    assert ask(page(alice), "SELECT name FROM tenants_tenant") == (200, [["Acme"]])
    assert ask(page(carol), "SELECT name FROM tenants_tenant") == (200, [["Birch"]])
    assert ask(page(carol), "SELECT email FROM tenant_members") == (200, [["carol@birch.example"]])


def test_isolation_of_tickets(acme: Tenant, birch: Tenant) -> None:
    """S1: nobody writes a ticket for another tenant."""
    forged = (
        "INSERT INTO public.tenants_ticket (job, schema_name, due_at, state) "
        f"VALUES (gen_random_uuid(), '{birch.schema_name}', now(), 'waiting')"
    )
    assert sqlstate(acme.schema_name, forged) == "42501"
    assert sqlstate(acme.schema_name, forged.replace(birch.schema_name, acme.schema_name)) == ""


def test_isolation_grants_are_exactly_the_written_list(acme: Tenant, birch: Tenant) -> None:
    """S1: every relation of the database compared with the list."""
    with owner_scope():
        assert unexpected_rights(acme, birch) == set()


def test_isolation_of_roles_themselves(acme: Tenant) -> None:
    """S1: tenant roles own nothing, create nothing, are members of nothing."""
    roles = [logins.role_name(acme.schema_name, read_only=ro) for ro in (False, True)]
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit, "
            "       EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid), "
            "       EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid), "
            "       has_database_privilege(r.rolname, current_database(), 'TEMP'), "
            "       has_database_privilege(r.rolname, current_database(), 'CREATE') "
            "  FROM pg_roles r WHERE rolname = ANY(%s)",
            [roles],
        )
        assert [set(row) for row in cursor.fetchall()] == [{False}, {False}]


def test_what_was_acknowledged_is_on_the_disk(acme: Tenant) -> None:
    """S10: on every log-in of ours, though a test server's setting is `off`; the owner says so itself."""
    roles = [
        logins.public_role(),
        *(logins.role_name(acme.schema_name, read_only=ro) for ro in (False, True)),
    ]
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("SELECT rolname, rolconfig FROM pg_roles WHERE rolname = ANY(%s)", [roles])
        kept = dict(cursor.fetchall())
    assert kept.keys() == set(roles)
    assert all("synchronous_commit=on" in config for config in kept.values())
    with tenant_scope(acme.schema_name), connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_isolation_of_scopes_after_a_crash(page: Page, alice: User, carol: User, acme: Tenant) -> None:
    """S3: whatever a request does, the next one starts clean."""
    alices, carols = page(alice), page(carol)
    for _ in range(5):
        assert alices.get("/planted/crash/").status_code == 500
        assert ask(carols, "SELECT name FROM tenants_tenant") == (200, [["Birch"]])
        assert ask(alices, "SET statement_timeout = 12345; SELECT name FROM tenants_tenant")[0] == 200
        assert ask(carols, "SHOW statement_timeout") == (200, [["1min"]])


def unexpected_rights(*tenants: Tenant) -> set[tuple[str, str, str, str]]:
    """Return what tenant roles may do beyond, or may not of, the written list."""
    expected: set[tuple[str, str, str, str]] = set()
    roles: list[str] = []
    for tenant in tenants:
        for read_only in (False, True):
            role = logins.role_name(tenant.schema_name, read_only=read_only)
            roles.append(role)
            expected |= {
                (role, "public", t, p) for t, rights in grants.SHARED.items() for p in rights[read_only]
            }
            expected |= own_rights(tenant.schema_name, role, read_only=read_only)
    return grants.relations_reached(roles) ^ expected


def own_rights(schema: str, role: str, *, read_only: bool) -> set[tuple[str, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s UNION ALL "
            "SELECT viewname FROM pg_views WHERE schemaname = %s",
            [schema, schema],
        )
        tables = [name for (name,) in cursor.fetchall()]
    rights = ["SELECT"] if read_only else ["SELECT", "INSERT", "UPDATE", "DELETE"]
    return {
        (role, schema, table, right)
        for table in tables
        for right in (["SELECT"] if table == "django_migrations" else rights)
    }
