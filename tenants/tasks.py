"""The platform's jobs: make a tenant, bring all tenants to head, forget what has expired."""

import logging
from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tenants import actions, queries
from tenants.actions import alerting, announcing, delivering, exporting, privacy
from tenants.jobs.rules import State
from tenants.jobs.runner import Run, handles
from tenants.jobs.schedules import Every, runs_every
from tenants.models import Tenant
from tenants.provisioning import TEMPLATE_SCHEMA, clone_template, migrate_tenant, schemas_behind
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.rules import JobKind, TenantStatus
from tenants.scope import public_scope, tenant_scope

log = logging.getLogger(__name__)
A_DAY = 24 * 3600
FIVE_MINUTES = 300
runs_every(Every("tenants_look_after", "tenants.jobs.enqueue_platform", FIVE_MINUTES, (JobKind.LOOK_AFTER,)))
runs_every(Every("tenants_forget_expired", "tenants.jobs.enqueue_platform", A_DAY, (JobKind.FORGET_EXPIRED,)))


def settle_tenant(params: dict[str, object], state: str, _error: str) -> None:
    """Say on the tenant that its creation came to nothing."""
    if state != State.COMPLETED:
        made = Tenant.objects.filter(pk=params.get("tenant"), status=TenantStatus.CREATING)
        made.update(status=TenantStatus.FAILED)


@handles(JobKind.CREATE_TENANT, label=_("Create tenant"), on_end=settle_tenant)
def create_tenant(run: Run) -> dict[str, object]:
    """Clone the template, then let every app write its first rows; each step may repeat."""
    tenant = Tenant.objects.get(pk=UUID(run.params["tenant"]))
    _enter(run, 1, gettext_noop("Tables"))
    if not tenant.schema_version:
        clone_template(tenant.schema_name)
    _enter(run, 2, gettext_noop("First rows"))
    actions.finish_tenant(tenant=tenant)
    with run.chunk() as chunk:
        chunk.advance(2 - run.done)
    return {"tenant": str(tenant.id), "slug": tenant.slug}


def _enter(run: Run, phase: int, label: str) -> None:
    """Show which of the two phases begins; what went before it is done."""
    run.phase(phase, 2, label)
    with run.chunk() as chunk:
        chunk.advance(max(0, phase - 1 - run.done), total=2)


@handles(JobKind.MIGRATE_TENANTS, label=_("Migrate tenants"))
def migrate_tenants(run: Run) -> dict[str, object]:
    """Bring every tenant behind to head; what is at head is skipped by one row, so it resumes (F12)."""
    migrate_tenant(TEMPLATE_SCHEMA)
    behind = schemas_behind()
    with run.chunk() as chunk:
        chunk.advance(total=run.done + len(behind))
    return {"failed_schemas": _migrate_all(run, behind), **run.counters}


def _migrate_all(run: Run, behind: list[str]) -> dict[str, str]:
    """Migrate in several processes; return what went wrong, by schema."""
    failed: dict[str, str] = {}
    # Closed at once when the job has to stop: its processes must not outlive its lease.
    with closing(migrate_in_parallel(behind, processes=settings.MIGRATION_PROCESSES)) as outcomes:
        for outcome in outcomes:
            failed |= {outcome.schema: outcome.error} if outcome.error else {}
            with run.chunk() as chunk:
                chunk.advance(1, migrated=int(not outcome.error), failed=int(bool(outcome.error)))
    return failed


@handles(JobKind.EXPORT, label=_("Write a large list"))
def write_export(run: Run) -> dict[str, object]:
    """Write the file that somebody asked for (S5)."""
    return exporting.write_export(run)


@handles(
    JobKind.DELIVER_WEBHOOKS,
    label=_("Deliver webhooks"),
    on_end=announcing.settle_delivering,
    quiet=True,
)
def deliver_webhooks(run: Run) -> dict[str, int]:
    """Send an endpoint's messages (W16)."""
    return delivering.deliver(run, clock=timezone.now)


@handles(JobKind.LOOK_AFTER, label=_("Look after organisations"), quiet=True)
def look_after(run: Run) -> dict[str, object]:
    """See what goes wrong in every tenant and tell who wants to know; goes on after the last one done."""
    return alerting.look_after(run, clock=timezone.now)


@handles(JobKind.EXPORT_PERSON, label=_("Hand out what is known of a person"), on_end=privacy.forget_keys)
def export_person(run: Run) -> dict[str, object]:
    """Write all that is known of a person into one file (S19)."""
    return privacy.export_person(run)


@handles(JobKind.ERASE_PERSON, label=_("Erase a person"), on_end=privacy.forget_keys)
def erase_person(run: Run) -> dict[str, object]:
    """Take a person out of every app, then look again (S19)."""
    return privacy.erase_person(run)


@handles(JobKind.FORGET_EXPIRED, label=_("Forget what has expired"))
def forget_expired(run: Run) -> dict[str, object]:
    """Delete in every schema what nobody may use any more; goes on after the last schema that is done."""
    schemas = queries.ready_tenants().order_by("schema_name").values_list("schema_name", flat=True)
    left = list(schemas.filter(schema_name__gt=run.cursor.get("after", "")))
    if "after" not in run.cursor:
        run.phase(1, 2, gettext_noop("Shared tables"))
        _forget_all(run, _forget_shared)
        _done_with(run, "", total=1 + len(left))
    run.phase(2, 2, gettext_noop("Tenants"))
    for schema in left:
        _forget_tenant(run, schema)
        _done_with(run, schema, total=max(run.total or 0, run.done + 1))
    return dict(run.counters)


def _forget_shared() -> dict[str, int]:
    with public_scope():
        gone = actions.forget_shared()
    return gone | actions.forget_history()


def _forget_tenant(run: Run, schema: str) -> None:
    def forget() -> dict[str, int]:
        with tenant_scope(schema):
            return actions.forget_in_tenant()

    try:
        _forget_all(run, forget)
    except DatabaseError as error:
        # The others' rows go all the same; this one's wait for tomorrow.
        log.error("nothing forgotten in %s: %s", schema, type(error).__name__)
        with run.chunk() as chunk:
            chunk.advance(tenants_failed=1)


def _forget_all(run: Run, forget: Callable[[], dict[str, int]]) -> None:
    """Forget batch by batch; each is committed before the lease is looked at, since it may repeat."""
    gone = {"": 1}
    while any(gone.values()):
        gone = forget()
        with run.chunk() as chunk:
            found: dict[str, Any] = {name: count for name, count in gone.items() if count}
            chunk.advance(**found)


def _done_with(run: Run, schema: str, *, total: int) -> None:
    with run.chunk() as chunk:
        chunk.advance(1, total=total, cursor={"after": schema})
