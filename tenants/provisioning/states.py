"""How is a schema made that stands where another one stood, and how is one dropped? Owner's scope (S18)."""

from collections.abc import Collection
from contextlib import suppress

from django.db import InternalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.models import Tenant
from tenants.provisioning.contents import migrations_of, owner_connection
from tenants.provisioning.grants import drop_tenant_roles, grant_public, grant_tenant
from tenants.provisioning.schemas import TEMPLATE_SCHEMA, clone_template
from tenants.rules import SCHEMA_NAME
from tenants.scope.logins import PUBLIC_SCHEMA
from tenants.scope.reach import wrapper

Migration = tuple[str, str]
# Apps that we used once: whoever was upgraded keeps their rows in the history, in old backups for ever, and
# has no tables of theirs that we would fill.
RETIRED = frozenset({"sessions"})


def in_use(had: Collection[Migration]) -> list[Migration]:
    """Return the migrations of apps that we still use, sorted: by these two histories are compared."""
    return sorted((app, name) for app, name in had if app not in RETIRED)


def unknown_migrations(had: Collection[Migration]) -> list[str]:
    """Return the migrations that this release has not: whoever had them is newer, or another product."""
    known = MigrationLoader(None).graph.nodes
    return sorted(f"{app}.{name}" for app, name in set(in_use(had)) - set(known))


def tenant_schemas() -> list[str]:
    """Return every schema of this database that is named like a tenant's, known or left over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace ORDER BY nspname")
        return [name for (name,) in cursor.fetchall() if SCHEMA_NAME.fullmatch(name)]


@transaction.atomic
def make_tenant_at(schema: str, migrations: Collection[Migration]) -> None:
    """Make a tenant's schema and roles as of these migrations: a clone, if the template stands there."""
    if in_use(migrations) == in_use(migrations_of(owner_connection(), TEMPLATE_SCHEMA)):
        clone_template(schema)
        return
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
    _migrate_to(schema, migrations)
    grant_tenant(schema)
    # Not at head: whoever migrates next brings it there.
    Tenant.objects.filter(schema_name=schema).update(schema_version="restored")


@transaction.atomic
def make_public_at(migrations: Collection[Migration]) -> None:
    """Make the shared tables of an empty database as of these migrations, and the public role."""
    _migrate_to(PUBLIC_SCHEMA, migrations)
    grant_public()


@transaction.atomic
def drop_tenant_schema(schema: str, *, with_roles: bool) -> None:
    """Drop a tenant's schema with all that is in it."""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    if with_roles:
        # Roles are the cluster's: a copy of this installation in another database may use them too.
        with suppress(InternalError), transaction.atomic():
            drop_tenant_roles(schema)


def is_latest(migrations: Collection[Migration]) -> bool:
    """Say whether these are all that this release has."""
    return not set(MigrationLoader(None).graph.nodes) - set(migrations)


def public_is_new() -> bool:
    """Say whether nothing was ever migrated in this database."""
    return not migrations_of(owner_connection(), PUBLIC_SCHEMA)


def _migrate_to(schema: str, migrations: Collection[Migration]) -> None:
    database = wrapper()
    database.set_schema(schema, include_public=False)
    try:
        # Or the recorder would take public's history for this schema's.
        MigrationRecorder(connection).ensure_schema()
        database.set_schema(schema)
        MigrationExecutor(connection).migrate(_last_of(migrations))
    finally:
        database.set_schema_to_public()


def _last_of(migrations: Collection[Migration]) -> list[Migration]:
    """Return the migrations that no other of them builds on."""
    nodes, had = MigrationLoader(None).graph.node_map, set(in_use(migrations))
    return sorted(key for key in had if not any(child.key in had for child in nodes[key].children))
