"""Which role may touch which relation? One written list, granted anew after every clone and migration (S1).

A test compares every relation of the database with `SHARED` and with the rules below.
"""

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import connection
from psycopg import sql

from tenants.provisioning import indexes, statistics
from tenants.scope import logins

# What tenant roles reach in public, and nothing else: their own row, their own tickets, their own members.
SHARED: dict[str, dict[bool, tuple[str, ...]]] = {
    "tenants_tenant": {False: ("SELECT",), True: ("SELECT",)},
    "tenants_ticket": {False: ("SELECT", "INSERT", "UPDATE"), True: ("SELECT",)},
    "tenant_members": {False: ("SELECT",), True: ("SELECT",)},
}
# What the public role adds to and reads, and can neither change nor take away.
HISTORY = "tenants_platformact"
# Row-level security: the role *is* the tenant, so there is nothing to forge and nothing to forget.
OWN_ROWS = ("tenants_tenant", "tenants_ticket")
OWN_SCHEMA = "schema_name = regexp_replace(current_user, '_(rw|ro)$', '')"

SESSIONS_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename = {name} AND datname = current_database()
"""
TIMEOUTS = {"rw": "60s", "ro": "15s", "public": "30s"}

# Who may no longer enter still has a name: acts of theirs are told by it. New columns come last.
MEMBERS_VIEW = """
    CREATE OR REPLACE VIEW public.tenant_members WITH (security_barrier) AS
    SELECT u.id, u.name, u.email, m.role, u.language,
           u.is_active AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp())
           AND (m.role <> 'support' OR u.is_staff) AS may_enter
      FROM public.tenants_membership m
      JOIN public.tenants_user u ON u.id = m.user_id
      JOIN public.tenants_tenant t ON t.id = m.tenant_id
     WHERE m.is_active AND t.schema_name = regexp_replace(current_user, '_(rw|ro)$', '')
"""


def grant_public() -> None:
    """Make the public role and its rights, close the database to everybody else; idempotent."""
    _one_at_a_time()
    role = logins.public_role()
    _make_role(role, path="public", settled=_role_settings(TIMEOUTS["public"], read_only=False))
    _run(MEMBERS_VIEW)
    indexes.install()
    statistics.install()
    _close_database(role)
    _run("GRANT USAGE ON SCHEMA public TO {role}", role=role)
    _run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}", role=role)
    _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", role=role)
    # Migration history is the owner's to write.
    _run("REVOKE INSERT, UPDATE, DELETE ON public.django_migrations FROM {role}", role=role)
    _close_history(role)
    for table in OWN_ROWS:
        _guard_rows(table, role)


def grant_tenant(schema: str) -> None:
    """Make both roles of `schema` and exactly their rights; idempotent, after each clone and migration."""
    _one_at_a_time()
    for read_only in (False, True):
        role = logins.role_name(schema, read_only=read_only)
        _make_role(role, path=schema, settled=tenant_role_settings()[read_only])
        _grant_schema(schema, role, read_only=read_only)
        _grant_shared(role, read_only=read_only)


def tenant_role_settings() -> dict[bool, dict[str, str]]:
    """Return what stands on a tenant's two roles, by whether they only read, whatever the server's own is."""
    return {
        read_only: _role_settings(TIMEOUTS["ro" if read_only else "rw"], read_only=read_only)
        for read_only in (False, True)
    }


def drop_tenant_roles(schema: str) -> None:
    """Drop the roles of a tenant whose schema is gone already."""
    for read_only in (False, True):
        role = logins.role_name(schema, read_only=read_only)
        if _role_exists(role):
            # DROP OWNED asks for membership, which the owner has at no other time.
            _run("GRANT {role} TO CURRENT_USER", role=role)
            # A pool would keep a session of the role that was, and it reaches nothing of one made anew.
            _run(SESSIONS_END, name=role)
            _run("DROP OWNED BY {role}", role=role)
            _run("DROP ROLE {role}", role=role)


def _one_at_a_time() -> None:
    """Wait for other grants to commit: two on one shared relation end in "tuple concurrently updated"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('grants', 0))")


def _make_role(role: str, *, path: str, settled: dict[str, str]) -> None:
    if not _role_exists(role):
        _run("CREATE ROLE {role} LOGIN NOINHERIT NOCREATEDB NOCREATEROLE", role=role)
    _run("ALTER ROLE {role} PASSWORD {password}", role=role, password=logins.password(role))
    public = [] if path == "public" else ["public"]
    paths = sql.SQL(", ").join(map(sql.Identifier, [path, *public]))
    _run("ALTER ROLE {role} SET search_path = {paths}", role=role, paths=paths)
    for name, value in settled.items():
        _run("ALTER ROLE {role} SET {name} = {value}", role=role, name=sql.Identifier(name), value=value)
    database = str(settings.DATABASES["default"]["NAME"])
    _run("GRANT CONNECT ON DATABASE {database} TO {role}", database=sql.Identifier(database), role=role)


def _role_settings(timeout: str, *, read_only: bool) -> dict[str, str]:
    return {
        "timezone": "UTC",
        # What was acknowledged is on the disk (S10).
        "synchronous_commit": "on",
        "statement_timeout": timeout,
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
        "default_transaction_read_only": "on" if read_only else "off",
    }


def _close_database(role: str) -> None:
    database = sql.Identifier(str(settings.DATABASES["default"]["NAME"]))
    _run("REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC", database=database)
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run("GRANT CONNECT ON DATABASE {database} TO {role}", database=database, role=role)


def _close_history(role: str) -> None:
    with connection.cursor() as cursor:
        # A backup of an earlier release is put back into the tables that it had.
        cursor.execute("SELECT relname FROM pg_class WHERE oid = to_regclass(%s)", [f"public.{HISTORY}"])
        for (name,) in cursor.fetchall():
            table = sql.Identifier(name)
            _run("REVOKE UPDATE, DELETE ON public.{table} FROM {role}", table=table, role=role)


def _guard_rows(table: str, public_role: str) -> None:
    name = sql.Identifier(table)
    _run("ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY", table=name)
    _run("DROP POLICY IF EXISTS own_rows ON public.{table}", table=name)
    _run("DROP POLICY IF EXISTS all_rows ON public.{table}", table=name)
    _run("CREATE POLICY own_rows ON public.{table} USING ({rule})", table=name, rule=sql.SQL(OWN_SCHEMA))
    _run("CREATE POLICY all_rows ON public.{table} TO {role} USING (true)", table=name, role=public_role)


def _grant_schema(schema: str, role: str, *, read_only: bool) -> None:
    run = partial(_run, schema=sql.Identifier(schema), role=role)
    rights = "SELECT" if read_only else "SELECT, INSERT, UPDATE, DELETE"
    # A clone copies the template's grants to the same roles; nobody may keep any of them.
    run("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}")
    run("GRANT USAGE ON SCHEMA {schema} TO {role}")
    run(f"GRANT {rights} ON ALL TABLES IN SCHEMA {{schema}} TO {{role}}")
    run("REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role}")
    if not read_only:
        run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")


def _grant_shared(role: str, *, read_only: bool) -> None:
    for table, rights in SHARED.items():
        granted = sql.SQL(", ".join(rights[read_only]))
        _run(
            "GRANT {rights} ON public.{table} TO {role}",
            rights=granted,
            table=sql.Identifier(table),
            role=role,
        )


def _role_exists(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def _run(statement: str, **names: str | sql.Composable) -> None:
    """Execute with `role` as an identifier and other plain strings as literals."""
    parts = {name: _quoted(name, value) for name, value in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts).as_string(cursor.connection))


def _quoted(name: str, value: str | sql.Composable) -> sql.Composable:
    if isinstance(value, sql.Composable):
        return value
    return sql.Identifier(value) if name == "role" else sql.Literal(value)


def relations_reached(roles: Iterable[str]) -> set[tuple[str, str, str, str]]:
    """Return (role, schema, relation, privilege) for all that the roles may touch, as the catalogue says."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, [list(roles)])
        return set(cursor.fetchall())


REACHED = """
    SELECT r.rolname, n.nspname, c.relname, p.privilege
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN pg_roles r
     CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'),
                        ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) AS p(privilege)
     WHERE r.rolname = ANY(%s) AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
       AND has_schema_privilege(r.rolname, n.oid, 'USAGE')
       AND has_table_privilege(r.rolname, c.oid, p.privilege)
"""
