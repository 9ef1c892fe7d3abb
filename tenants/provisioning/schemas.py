"""How is a schema made and brought to head? Each step is one transaction: a kill leaves no half (F12)."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from functools import partial
from io import StringIO
from time import sleep

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.clone import CloneSchema
from psycopg.errors import LockNotAvailable

from tenants import queries
from tenants.models import Tenant
from tenants.provisioning.grants import grant_public, grant_tenant, tenant_role_settings
from tenants.scope import logins, owner_scope
from tenants.scope.reach import wrapper

TEMPLATE_SCHEMA: str = settings.TENANT_BASE_SCHEMA
LOCK_TIMEOUT = "10s"
LOCK_TRIES = 3
LOCK_PAUSE_SECONDS = 2.0

# clone_schema copies unique constraints under names of its own (measured with django-tenants 4.0.1).
RENAMED = """
    SELECT format('ALTER TABLE %%I.%%I RENAME CONSTRAINT %%I TO %%I',
                  %(schema)s, relname, clone.conname, model.conname)
      FROM (SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) AS definition FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid
             WHERE k.connamespace = %(schema)s::regnamespace AND k.contype = 'u') AS clone
      JOIN (SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) AS definition FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid
             WHERE k.connamespace = %(template)s::regnamespace AND k.contype = 'u') AS model
     USING (relname, definition)
     WHERE clone.conname <> model.conname
"""

# Options are not copied at all: fill factors of tables, and that views run with the rights of who asks.
# Without it they would run with the owner's, whom row-level security does not bind (S1).
OPTIONS = """
    SELECT format('ALTER TABLE %%I.%%I SET (%%s)', %(schema)s, relname, array_to_string(reloptions, ', '))
      FROM pg_class
     WHERE relnamespace = %(template)s::regnamespace AND relkind IN ('r', 'v') AND reloptions IS NOT NULL
"""


def new_schema_name() -> str:
    """Return a random name: the catalogue shows names to everybody, so they must tell nothing (S1)."""
    return "t_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def head() -> str:
    """Return the digest of all tenant migrations and of what stands on a tenant's roles.

    Equal to a tenant's `schema_version` when it is at head: a changed setting of the roles, or another key
    of their passwords, reaches every tenant by the next `migrate`, as a changed table does.
    """
    labels = {app.rsplit(".", 1)[-1] for app in settings.TENANT_APPS}
    known = sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in labels)
    on_roles = tenant_role_settings(), logins.password(TEMPLATE_SCHEMA)
    return hashlib.sha256(repr((known, on_roles)).encode()).hexdigest()


def schemas_behind() -> list[str]:
    """Return the schemas of tenants that are not at head, oldest first. Owner's scope, one query.

    A tenant without any tables yet belongs to the job that creates it: two would make the same schema.
    """
    behind = queries.tenants_behind(head=head()).filter(is_template=False).exclude(schema_version="")
    return list(behind.values_list("schema_name", flat=True))


def migrate_public() -> None:
    """Bring the shared schema to head and grant the public role its rights."""
    _patiently(_migrate_public)


def migrate_tenant(schema: str) -> None:
    """Bring a tenant's (or the template's) schema to head in one transaction; a kill rolls it back whole."""
    _patiently(partial(_migrate_tenant, schema))


def migrate_known(schema: str) -> None:
    """Migrate a tenant that was listed before; one that was removed since does not come back empty."""
    _patiently(partial(_migrate_known, schema))


def _patiently(migrate: Callable[[], None]) -> None:
    """Migrate in one transaction of the owner; try again when others hold a table for too long (S12)."""
    for tries_left in reversed(range(LOCK_TRIES)):
        try:
            with owner_scope(), transaction.atomic():
                _lift_time_limit()
                migrate()
            return
        except OperationalError as error:
            if not (tries_left and isinstance(error.__cause__, LockNotAvailable)):
                raise
        sleep(LOCK_PAUSE_SECONDS)


def _migrate_public() -> None:
    _lock(logins.PUBLIC_SCHEMA)
    _migrate(logins.PUBLIC_SCHEMA)
    grant_public()


def _migrate_known(schema: str) -> None:
    # Held until the end, so that it is removed before or afterwards.
    if list(Tenant.objects.select_for_update(no_key=True).filter(schema_name=schema)):
        _migrate_tenant(schema)


def _migrate_tenant(schema: str) -> None:
    _lock(schema)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    _migrate(schema)
    if schema != TEMPLATE_SCHEMA:
        grant_tenant(schema)
    Tenant.objects.filter(schema_name=schema).update(schema_version=head())


def clone_template(schema: str) -> None:
    """Copy the template's tables, indexes and migration history to a new schema, with roles of its own."""
    with owner_scope(), transaction.atomic():
        _lift_time_limit()
        # One at a time: each clone makes the same function and types anew; two at once collided.
        _lock(TEMPLATE_SCHEMA)
        CloneSchema().clone_schema(TEMPLATE_SCHEMA, schema, "DATA")
        _mend_clone(schema)
        grant_tenant(schema)
        version = Tenant.objects.get(schema_name=TEMPLATE_SCHEMA).schema_version
        Tenant.objects.filter(schema_name=schema).update(schema_version=version)


def _migrate(schema: str) -> None:
    # Every request queues behind a migration that waits for a table, so it waits but briefly (S12).
    _wait_for_locks(LOCK_TIMEOUT)
    _run_migrations(schema)
    # Grants wait for one another, as long as it takes.
    _wait_for_locks("0")


def _lift_time_limit() -> None:
    """Let this transaction's statements take their time: an index is made whole or not at all."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


def _wait_for_locks(at_most: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [at_most])


def _run_migrations(schema: str) -> None:
    # Without public on the path, or the recorder would take public's history for this schema's.
    database = wrapper()
    database.set_schema(schema, include_public=False)
    try:
        MigrationRecorder(connection).ensure_schema()
        database.set_schema(schema)
        call_command(Migrate(), interactive=False, verbosity=0, stdout=StringIO())
    finally:
        database.set_schema_to_public()


def _mend_clone(schema: str) -> None:
    """Give the clone what clone_schema loses: names of constraints (migrations use them), options."""
    with connection.cursor() as cursor:
        for lost in (RENAMED, OPTIONS):
            cursor.execute(lost, {"template": TEMPLATE_SCHEMA, "schema": schema})
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)


def _lock(schema: str) -> None:
    """Let one process at a time work on a schema, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [schema])
