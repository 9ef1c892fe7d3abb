"""The platform's jobs: make a tenant, bring all tenants to head."""

from contextlib import closing
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tenants import actions
from tenants.jobs.runner import Run, handles
from tenants.models import Tenant
from tenants.provisioning import TEMPLATE_SCHEMA, clone_template, migrate_tenant, schemas_behind
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.rules import JobKind, TenantStatus


def settle_tenant(params: dict[str, object], state: str, _error: str) -> None:
    """Say on the tenant that its creation came to nothing."""
    if state != "completed":
        Tenant.objects.filter(pk=str(params["tenant"])).exclude(status=TenantStatus.READY).update(
            status=TenantStatus.FAILED
        )


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
    failed: dict[str, str] = {}
    # Closed at once when the job has to stop: its processes must not outlive its lease.
    with closing(migrate_in_parallel(behind, processes=settings.MIGRATION_PROCESSES)) as outcomes:
        for outcome in outcomes:
            failed |= {outcome.schema: outcome.error} if outcome.error else {}
            with run.chunk() as chunk:
                chunk.advance(1, migrated=int(not outcome.error), failed=int(bool(outcome.error)))
    return {**run.counters, "failed_schemas": failed}
