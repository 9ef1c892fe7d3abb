"""An organisation's last backup, and its end: nothing goes that does not lie in a verified copy (S18)."""

import shutil
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from psycopg.errors import LockNotAvailable

from config.backup.checking import check
from config.backup.manifest import Manifest
from config.backup.refilling import is_equal
from config.backup.rules import (
    CHECKING,
    BackupRefused,
    NoFolder,
    Show,
    StillAtWork,
    StillMoving,
    name_of,
    partial_name,
    silent,
)
from config.backup.taking import take
from tenants import actions
from tenants.actions.leaving import NotRemovable, has_tables
from tenants.jobs.models import Job
from tenants.jobs.queries import held_kinds
from tenants.jobs.rules import State
from tenants.jobs.runner import Run, label_of
from tenants.models import Tenant
from tenants.provisioning import contents
from tenants.provisioning.contents import PLAIN
from tenants.rules import JobKind
from tenants.scope import tenant_scope

# A job gives way at its next chunk; one whose worker is gone is waited for as long as its lease.
PATIENCE_SECONDS = settings.JOBS_LEASE_SECONDS + 60
LOOK_SECONDS = 1.0
# Requests that came in before the door closed have ended by then, by the time limit of their statements.
LOCK_TIMEOUT = "60s"
# What a request wrote while the copy was made is in the next one.
COPIES = 3
TOTAL, WRITTEN, READ = 100, 45, 90

Exported = tuple[Path, Manifest]


def remove(run: Run) -> dict[str, Any]:
    """Wait for its work to end, export it, delete it. Begun anew after a kill; the deletion happens once.

    Raises StillAtWork, StillMoving, NoFolder, NotRemovable if somebody put it back meanwhile, and what an app
    says whose things are under way.
    """
    if "gone" not in run.cursor:
        _export_and_drop(run, actions.leaving_tenant(key=UUID(run.params["tenant"])))
    result: dict[str, Any] = run.cursor["gone"]
    return result


def settle(params: dict[str, object], state: str, _error: str) -> None:
    """Open an organisation again that was not removed; the copy that its removal made goes."""
    actions.reopen_tenant(key=params.get("tenant"), before=params.get("before"))
    # The newest one is the one that ends: there is one live job at most (J5).
    job = Job.objects.of(JobKind.REMOVE_TENANT, str(params.get("tenant"))).order_by("-id").first()
    # Once the organisation is gone this copy is all that is left of it, whatever becomes of the job.
    if state != State.COMPLETED and job and "gone" not in job.cursor and "export" in job.cursor:
        transaction.on_commit(partial(_discard, job.cursor["export"]))


def _export_and_drop(run: Run, tenant: Tenant) -> None:
    for _copy in range(COPIES):
        _quieten(run, tenant)
        # Half a copy is worth nothing: from here on it gives way to nobody.
        run.whole()
        exported = _export(run, tenant) if has_tables(tenant) else None
        # A job that was claimed at the moment of closing runs in the copy; the next one has it waiting.
        _quieten(run, tenant)
        _show(run, 4, gettext_noop("Deleting"), READ)
        if _drop(run, tenant, exported):
            return
        if exported:
            _discard(exported[0].name)
    raise StillMoving


def _quieten(run: Run, tenant: Tenant) -> None:
    """Wait until nobody works there and nothing keeps it; what works gives way, and nobody takes more.

    Whatever keeps it is told before it is waited for, and looked for again after.
    """
    actions.check_may_leave(tenant=tenant)
    patience = time.monotonic() + PATIENCE_SECONDS
    while kinds := _at_work(tenant):
        if time.monotonic() > patience:
            raise StillAtWork(kinds=", ".join(map(label_of, kinds)))
        _show(run, 1, gettext_noop("Waiting for its work to end"), 0)
        time.sleep(LOOK_SECONDS)
    actions.check_may_leave(tenant=tenant)


def _at_work(tenant: Tenant) -> list[str]:
    if not has_tables(tenant):
        return []
    with tenant_scope(tenant.schema_name, read_only=True):
        return held_kinds()


def _export(run: Run, tenant: Tenant) -> Exported:
    """Return the copy that an attempt before this one left whole, else a new one."""
    if settings.BACKUP_DIR is None:
        raise NoFolder
    if before := run.cursor.get("export"):
        folder = settings.BACKUP_DIR / before
        with suppress(BackupRefused):
            return folder, check(folder, key=settings.BACKUP_KEY, thoroughly=True, show=silent)
        _discard(before)
    made_at = timezone.now()
    # Named before it is made: whoever comes after a kill knows what to delete.
    with run.chunk() as chunk:
        chunk.advance(cursor={"export": name_of(made_at, tenant.slug)})
    return take(
        settings.BACKUP_DIR, made_at=made_at, key=settings.BACKUP_KEY, tenant=tenant, show=_shown_on(run)
    )


def _discard(name: str) -> None:
    """Delete a copy, whole or half written."""
    for place in (name, partial_name(name)):
        if settings.BACKUP_DIR is not None:
            shutil.rmtree(settings.BACKUP_DIR / place, ignore_errors=True)


def _drop(run: Run, tenant: Tenant, exported: Exported | None) -> bool:
    """Delete it in the chunk's own transaction; False if it is not what was exported any more."""
    # Sessions of its roles end with them; what this process holds of them goes back to its pools before.
    connection.close()
    try:
        with run.chunk() as chunk:
            _wait_for_locks_at_most(LOCK_TIMEOUT)
            # Who restores it closes or opens it first: then it is not ours any more.
            tenant = actions.leaving_tenant(key=tenant.pk, lock=True)
            if has_tables(tenant) and not exported:
                raise NotRemovable(slug=tenant.slug)
            if exported and not _is_as_exported(tenant, exported[1]):
                return False
            gone = {"slug": tenant.slug, "export": "", "rows": 0}
            if exported:
                gone |= {"export": str(exported[0]), "rows": exported[1].rows}
            gone["people"] = actions.drop_tenant(
                tenant=tenant, by=run.created_by, job=run.job_id, change=dict(gone)
            )
            chunk.advance(TOTAL - run.done, total=TOTAL, cursor={"gone": gone})
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise StillMoving from error
        raise
    return True


def _wait_for_locks_at_most(time_limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [time_limit])


def _is_as_exported(tenant: Tenant, found: Manifest) -> bool:
    """Lock every table, then compare all rows: a request under way may have written after the copy."""
    db, schema = contents.owner_connection(), found.of(tenant.slug)
    db.execute(PLAIN)
    # The driver's own errors are not Django's; who catches them knows those.
    with connection.wrap_database_errors:
        contents.lock_tables(db, tenant.schema_name)
    known = {table.name for table in contents.tables_of(db, tenant.schema_name)}
    if known != {held.table.name for held in schema.tables}:
        return False
    return all(is_equal(db, tenant.schema_name, held) for held in schema.tables)


def _shown_on(run: Run) -> Show:
    """Return what shows the copy on the job's bar: written, then read again."""

    def show(phase: str, done: int, total: int) -> None:
        is_second = phase == CHECKING
        percent = WRITTEN + (READ - WRITTEN) * done // total if is_second else WRITTEN * done // total
        label = gettext_noop("Reading again") if is_second else gettext_noop("Writing")
        # Also where the bar does not grow, in later copies: a chunk is where cancelling is obeyed (J7).
        _show(run, 2 + is_second, label, percent)

    return show


def _show(run: Run, phase: int, label: str, percent: int) -> None:
    run.phase(phase, 4, label)
    with run.chunk() as chunk:
        chunk.advance(max(0, percent - run.done), total=TOTAL)
