"""A tenant is about to leave: who asks types its name, it goes out of service, a job does the rest."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants.events import tenant_leaves
from tenants.jobs import actions as jobs
from tenants.jobs import schedules
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.provisioning import head
from tenants.records.actions import note_act
from tenants.rules import REMOVABLE, SETTLED, JobKind, RefusalKind, Refused, TenantStatus
from tenants.scope import tenant_scope


class NameNotTyped(Refused):
    """What was typed is not the tenant's name."""

    code = "tenant_name_not_typed"
    kind = RefusalKind.UNPROCESSABLE
    message = _("This is not its name. Type it exactly as it is written above.")


class NoPlaceForExport(Refused):
    """Nobody said where backups go, and nothing is deleted without one."""

    code = "backup_folder_missing"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Nothing is deleted without a last backup, and nobody said where to: set MINGA_BACKUP_DIR.")


class TenantBehind(Refused):
    """Its tables are not those that this release asks."""

    code = "tenant_behind"
    message = _("Its tables are of another release. Bring all organisations to head first.")


class NotRemovable(Refused):
    """It is being made or restored, or somebody else was faster."""

    code = "tenant_not_removable"
    message = _("This organisation is being made, restored or removed at this moment.")


def remove_tenant(*, tenant: Tenant, typed: str, by: UUID | None = None) -> Job:
    """Take a tenant out of service and enqueue the platform job that exports and deletes it (F12, S18).

    Public or owner's scope, outside of a transaction. Raises NameNotTyped, NoPlaceForExport, NotRemovable,
    AlreadyLive while a job is at it, and whatever `check_may_leave` says.
    """
    check_typed(tenant=tenant, typed=typed)
    if has_tables(tenant) and settings.BACKUP_DIR is None:
        raise NoPlaceForExport
    check_may_leave(tenant=tenant)
    return _close(tenant, by)


def check_typed(*, tenant: Tenant, typed: str) -> None:
    """Raise NameNotTyped unless it is the tenant's name, letter by letter; blanks around it aside."""
    if typed.strip() != tenant.name.strip():
        raise NameNotTyped


def check_may_leave(*, tenant: Tenant) -> None:
    """Raise the Refused of an app that has something under way there which cannot be left alone.

    Raises TenantBehind where nobody can be asked.
    """
    if is_behind(tenant):
        raise TenantBehind(slug=tenant.slug)
    if has_tables(tenant):
        with tenant_scope(tenant.schema_name, read_only=True):
            tenant_leaves.send(sender=Tenant, tenant=tenant)


def has_tables(tenant: Tenant) -> bool:
    """Say whether its schema was ever made: a creation that failed early has nothing to export."""
    return bool(tenant.schema_version)


def is_behind(tenant: Tenant) -> bool:
    """Say whether its tables are those of another release; nothing can be asked of them then."""
    return has_tables(tenant) and tenant.schema_version != head()


@transaction.atomic
def _close(tenant: Tenant, by: UUID | None) -> Job:
    standing = Tenant.objects.filter(pk=tenant.pk, status=tenant.status, is_template=False)
    # One statement decides between two who press at the same moment.
    if tenant.status not in REMOVABLE or not standing.update(status=TenantStatus.REMOVING):
        raise NotRemovable(slug=tenant.slug)
    schedules.forget(tenant.schema_name)
    key = str(tenant.pk)
    params = {"tenant": key, "before": str(status_after(tenant))}
    job = jobs.enqueue(kind=JobKind.REMOVE_TENANT, subject=key, params=params, by=by)
    note_act(verb="removal_asked", of="tenants.tenant", id=key, by=by, tenant=tenant.pk, job=job.pk)
    return job


def reopen_tenant(*, key: object, before: object) -> None:
    """Serve a tenant again whose removal came to nothing; one that is gone stays gone."""
    left = Tenant.objects.filter(pk=str(key), status=TenantStatus.REMOVING)
    if before in SETTLED:
        left.update(status=before)


def status_after(tenant: Tenant) -> TenantStatus:
    """Return where a tenant stands when what is done with it comes to nothing; it never leaves by that."""
    if tenant.status != TenantStatus.REMOVING:
        return TenantStatus(tenant.status)
    return TenantStatus.READY if has_tables(tenant) else TenantStatus.FAILED


def leaving_tenant(*, key: UUID, lock: bool = False) -> Tenant:
    """Return a tenant as long as it leaves, held until the transaction ends if asked. Raises NotRemovable."""
    found = Tenant.objects.filter(pk=key, status=TenantStatus.REMOVING)
    tenant: Tenant | None = (found.select_for_update() if lock else found).first()
    if tenant is None:
        raise NotRemovable
    return tenant


def live_removal(*, tenant: Tenant) -> Job | None:
    """Return the job that removes a tenant now. One query, public or owner's scope."""
    return Job.objects.live().of(JobKind.REMOVE_TENANT, str(tenant.pk)).first()
