"""Tenants come to be, and all of them stay at head."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tenants.events import tenant_made
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.models import Domain, Tenant
from tenants.provisioning import new_schema_name
from tenants.records.actions import note_act
from tenants.rules import JobKind, Refused, TenantStatus
from tenants.scope import tenant_scope


class SlugTaken(Refused):
    """Another tenant has this short name."""

    code = "slug_taken"
    message = _("Another tenant has this short name.")


class NotFailed(Refused):
    """Only a creation that came to nothing can be tried again."""

    code = "tenant_not_failed"
    message = _("Only a tenant that could not be made can be tried again.")


@transaction.atomic
def create_tenant(
    *,
    name: str,
    slug: str,
    country: str = "CL",
    timezone: str = "America/Santiago",
    domains: tuple[str, ...] = (),
    has_samples: bool = False,
    by: UUID | None = None,
) -> tuple[Tenant, Job]:
    """Register a tenant and enqueue the platform job that makes its schema (F12). Raises SlugTaken."""
    tenant = Tenant(
        name=name,
        slug=slug,
        country=country,
        timezone=timezone,
        has_samples=has_samples,
        schema_name=new_schema_name(),
    )
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error
    for number, domain in enumerate(domains):
        Domain.objects.create(domain=domain, tenant=tenant, is_primary=number == 0)
    return tenant, _enqueue_creation("tenant_made", tenant, by)


@transaction.atomic
def retry_tenant(*, tenant: Tenant, by: UUID | None = None) -> Job:
    """Enqueue a failed creation again; it goes on where it broke off. Raises NotFailed, AlreadyLive."""
    failed = Tenant.objects.filter(pk=tenant.pk, status=TenantStatus.FAILED)
    # One statement decides between two who press at the same moment.
    if not failed.update(status=TenantStatus.CREATING):
        raise NotFailed(slug=tenant.slug)
    return _enqueue_creation("tenant_retried", tenant, by)


def _enqueue_creation(verb: str, tenant: Tenant, by: UUID | None) -> Job:
    key = str(tenant.id)
    job = jobs.enqueue(kind=JobKind.CREATE_TENANT, subject=key, params={"tenant": key}, by=by)
    note_act(verb=verb, of="tenants.tenant", id=key, by=by, tenant=tenant.pk, job=job.pk)
    return job


def finish_tenant(*, tenant: Tenant) -> None:
    """Let every app write a new tenant's first rows, then open it for requests if it is still being made."""
    with tenant_scope(tenant.schema_name), transaction.atomic():
        tenant_made.send(sender=Tenant, tenant=tenant)
    made = Tenant.objects.filter(pk=tenant.pk, status=TenantStatus.CREATING)
    made.update(status=TenantStatus.READY)


@transaction.atomic
def migrate_tenants(*, by: UUID | None = None) -> Job:
    """Enqueue the platform job that brings every tenant to head. Raises AlreadyLive while one runs."""
    job = jobs.enqueue(kind=JobKind.MIGRATE_TENANTS, by=by)
    note_act(verb="migration_asked", of="jobs.job", id=job.pk, by=by, job=job.pk)
    return job
