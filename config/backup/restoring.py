"""Restore an installation, or one tenant of it; the backup was checked before (S18)."""

import time
from dataclasses import dataclass, field
from io import StringIO

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from config.backup import people
from config.backup.calming import call_off_removals, pause_campaigns
from config.backup.manifest import Manifest, Schema
from config.backup.refilling import Source, refill
from config.backup.rules import InUse, NotEmpty, OtherFormat, OtherVersion, ShortNameTaken
from tenants import actions
from tenants.jobs.rules import LIVE
from tenants.models import Tenant, Ticket, User
from tenants.provisioning import head, migrate_tenant, states
from tenants.provisioning.contents import migrations_of, owner_connection
from tenants.rules import TenantStatus
from tenants.scope import owner_scope
from tenants.scope.logins import PUBLIC_SCHEMA, public_role

# Programs of ours that are connected; who only watches the server does no harm.
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND (usename IN (current_user, %s) OR usename ~ '^t_[a-z2-7]{16}_(rw|ro)$')
"""
# Running requests and jobs may end first; who waits longer is told to try again.
LOCK_TIMEOUT = "30s"
LOOKS = 20
TICKETS = """
    INSERT INTO public.tenants_ticket (job, schema_name, due_at, state)
    SELECT id, %s, coalesce(lease_until, due_at), state FROM {schema}.jobs_job WHERE state = ANY(%s)
"""


@dataclass(slots=True)
class Restoration:
    """One call of `restore`."""

    found: Manifest
    source: Source
    replace: bool
    # Campaigns that ran call on at once.
    goes_on: bool = False
    # What was stopped, by schema.
    paused: dict[str, list[int]] = field(default_factory=dict)
    called_off: int = 0

    def whole(self) -> list[Schema]:
        """Put an installation back; the shared tables come last, so that no half of it is served."""
        self.found.check_whole()
        self._check_release(self.found.schemas)
        self.source.total = sum(1 for _table in self.found.all())
        with owner_scope():
            self._clear()
            self._stand_public()
            for schema in self.found.tenants:
                with transaction.atomic():
                    states.make_tenant_at(schema.name, schema.migrations)
                    self._refill_calmed(schema)
            with transaction.atomic():
                refill(owner_connection(), self.found.public, self.source)
                self.called_off = call_off_removals()
            ContentType.objects.clear_cache()
            # What was older than this release comes to head; grants and beat rows are written anew.
            call_command("migrate", verbosity=0, stdout=StringIO())
        return self.found.tenants

    def one(self, slug: str) -> list[Schema]:
        """Put one tenant back in one transaction; nobody else's rows are touched."""
        schema = self.found.of(slug)
        self._check_release([schema])
        self.source.total = len(schema.tables)
        with owner_scope():
            standing = Tenant.objects.filter(schema_name=schema.name).first()
            if standing is None:
                self._check_new(slug)
            elif not self.replace:
                raise NotEmpty(what=standing.slug)
            self._close_and_swap(schema, standing)
            if Tenant.objects.get(schema_name=schema.name).schema_version != head():
                migrate_tenant(schema.name)
            Tenant.objects.filter(schema_name=schema.name).update(status=TenantStatus.READY)
        return [schema]

    def _refill_calmed(self, schema: Schema) -> None:
        """Bring a tenant's rows, their campaigns at rest: whatever fails later, nobody is called again."""
        refill(owner_connection(), schema, self.source)
        if not self.goes_on:
            self.paused[schema.name] = pause_campaigns(schema)

    def _check_release(self, schemas: list[Schema]) -> None:
        for schema in schemas:
            if unknown := states.unknown_migrations(schema.migrations):
                raise OtherFormat(what=", ".join(unknown[:3]))

    def _clear(self) -> None:
        """Drop what is there, if that was asked for."""
        if states.public_is_new() and not states.tenant_schemas():
            return
        if others := _others():
            raise InUse(count=others)
        here = migrations_of(owner_connection(), PUBLIC_SCHEMA)
        if states.in_use(here) != states.in_use(self.found.public.migrations):
            raise OtherVersion
        schemas = states.tenant_schemas()
        if not self.replace and (schemas or User.objects.exists()):
            raise NotEmpty(what=connection.settings_dict["NAME"])
        back = {schema.name for schema in self.found.tenants}
        for schema in schemas:
            states.drop_tenant_schema(schema, with_roles=schema not in back)

    def _stand_public(self) -> None:
        if not states.public_is_new():
            return
        if states.is_latest(self.found.public.migrations):
            call_command("migrate", verbosity=0, stdout=StringIO())
        else:
            states.make_public_at(self.found.public.migrations)

    def _check_new(self, slug: str) -> None:
        if Tenant.objects.filter(slug=slug).exists():
            raise ShortNameTaken(slug=slug)

    def _close_and_swap(self, schema: Schema, standing: Tenant | None) -> None:
        """Close the tenant while its rows are swapped; if anything fails it opens again with its old rows."""
        # Its removal may be over when this is: who wants it gone asks again.
        before = actions.status_after(standing) if standing else ""
        own = Tenant.objects.filter(schema_name=schema.name)
        # One that was there a moment ago may be gone by now; then it comes as one that never was.
        is_new = not own.update(status=TenantStatus.CREATING)
        try:
            with transaction.atomic():
                self._swap(schema, is_new=is_new)
        except BaseException:
            own.update(status=before)
            raise

    def _swap(self, schema: Schema, *, is_new: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        if is_new:
            people.bring_tenant(self.found.public, schema, self.source)
        states.drop_tenant_schema(schema.name, with_roles=False)
        states.make_tenant_at(schema.name, schema.migrations)
        self._refill_calmed(schema)
        # Tickets are shadows of the tenant's own jobs, so they are drawn from these.
        Ticket.objects.filter(schema_name=schema.name).delete()
        with connection.cursor() as cursor:
            home = connection.ops.quote_name(schema.name)
            cursor.execute(TICKETS.format(schema=home), [schema.name, [str(state) for state in LIVE]])


def _others() -> int:
    """Return how many sessions of ours are open; those of programs just stopped get a moment to end."""
    others = 0
    for _look in range(LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(OTHERS, [public_role()])
            others = cursor.fetchone()[0]
        if not others:
            break
        time.sleep(0.1)
    return others
