"""What gets in the way of an organisation's removal, and that it can be asked for again (F12, S18)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql
from pytest_django import Settings

from config.backup import removing
from config.backup.calming import call_off_removals
from config.backup.rules import StillMoving
from config.backup.taking import take
from tenants import actions
from tenants.actions.leaving import NotRemovable, TenantBehind
from tenants.jobs.actions import cancel
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, State
from tenants.jobs.runner.lease import claim
from tenants.models import Tenant, Ticket
from tenants.rules import JobKind, TenantStatus
from tenants.scope import owner_scope, public_scope
from tenants.scope.reach import wrapper
from tests.config.backing_up import answered, backed_up, leave
from tests.config.test_remove_tenant import ask, done, standing

pytestmark = pytest.mark.real_roles


def set_status(tenant: Tenant, status: str) -> None:
    with owner_scope():
        Tenant.objects.filter(pk=tenant.pk).update(status=status)


def after_the_copy(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen as soon as the copy lies there."""

    def taken(*args: Any, **named: Any) -> Any:
        made = take(*args, **named)
        act()
        return made

    monkeypatch.setattr(removing, "take", taken)


@pytest.mark.parametrize("status", [TenantStatus.READY, TenantStatus.CREATING])
def test_one_that_was_restored_meanwhile_stays(
    elm: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: TenantStatus
) -> None:
    """S18: nobody drops what is served or put back; its copy goes with the removal."""
    after_the_copy(monkeypatch, lambda: set_status(elm, status))
    job = done(ask(elm))
    assert (job.state, job.error) == (State.FAILED, str(NotRemovable.message))
    assert standing(elm) == status
    assert not list(tmp_path.iterdir())


def test_tables_that_came_meanwhile_are_not_dropped_unseen(elm: Tenant) -> None:
    """S18: it had nothing to export when it was looked at."""
    with owner_scope():
        version = Tenant.objects.get(pk=elm.pk).schema_version
        Tenant.objects.filter(pk=elm.pk).update(schema_version="")
    job = ask(elm)
    run_removal = removing._export_and_drop

    def restored(run: Any, tenant: Tenant) -> None:
        Tenant.objects.filter(pk=elm.pk).update(schema_version=version)
        run_removal(run, tenant)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(removing, "_export_and_drop", restored)
        assert done(job).state == State.FAILED
    assert Tenant.objects.filter(pk=elm.pk).exists()


def test_a_creation_opens_only_what_is_being_made(elm: Tenant) -> None:
    """F12: a job of long ago that comes to its end opens nothing that leaves."""
    set_status(elm, TenantStatus.REMOVING)
    with owner_scope():
        actions.finish_tenant(tenant=elm)
    assert standing(elm) == TenantStatus.REMOVING


def test_it_is_asked_for_again_when_no_job_is_live(elm: Tenant) -> None:
    """J5: the end of a job may not have been recorded; one live job is enough."""
    set_status(elm, TenantStatus.REMOVING)
    job = ask(elm)
    assert job.params["before"] == TenantStatus.READY
    with pytest.raises(AlreadyLive):
        ask(elm)
    with public_scope():
        cancel(job_id=job.pk)
    assert standing(elm) == TenantStatus.READY


def test_the_command_asks_again_when_no_job_is_live(elm: Tenant) -> None:
    """F12: neither a removal that is lost nor the end of an older one stops it."""
    with public_scope():
        cancel(job_id=ask(elm).pk)
    set_status(elm, TenantStatus.REMOVING)
    leave()
    assert answered("remove_tenant", "--tenant=elm", "--name=Elm & Sons")["state"] == "completed"


def test_a_restoration_that_fails_does_not_bring_the_removal_back(
    elm: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """S18: nobody would be at it."""
    folder = backed_up(tmp_path, "--tenant=elm")
    set_status(elm, TenantStatus.REMOVING)
    monkeypatch.setattr("config.backup.restoring.refill", lambda *_given: Path("/none").read_text())
    with pytest.raises(CommandError):
        call_command("restore", str(folder), "--tenant=elm", "--replace")
    assert standing(elm) == TenantStatus.READY


def test_the_copy_of_a_removal_that_failed_goes(
    elm: Tenant, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    """S18: nobody would delete it; it holds all that the organisation has."""
    settings.JOBS_ATTEMPTS = 1
    monkeypatch.setattr(removing, "_drop", lambda *_given: 1 / 0)
    job = done(ask(elm))
    assert (job.state, "ZeroDivision" in job.error) == (State.FAILED, True)
    assert not list(tmp_path.iterdir())


def test_the_last_copy_stays_whatever_becomes_of_the_job(elm: Tenant, tmp_path: Path) -> None:
    """S18: the organisation is gone, and only the end of the job was not written."""
    job = done(ask(elm))
    with owner_scope():
        Job.objects.filter(pk=job.pk).update(state=State.FAILED)
        removing.settle(job.params, State.FAILED, "")
    assert Path((job.result or {})["export"]).is_dir()


def test_a_table_that_somebody_holds_is_named_as_such(elm: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """S18: who reads there has it stand; nothing is tried three times."""
    monkeypatch.setattr(removing, "LOCK_TIMEOUT", "200ms")
    with owner_scope():
        params: dict[str, Any] = wrapper().get_connection_params()
    table = sql.Identifier(elm.schema_name, "records_auditentry")
    with psycopg.connect(**params) as other:
        other.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(table))
        job = done(ask(elm))
    assert (job.state, job.error) == (State.FAILED, str(StillMoving.message))
    assert standing(elm) == TenantStatus.READY


def test_a_tenant_behind_is_brought_to_head_first(elm: Tenant) -> None:
    """F12: its tables are not those that this release asks."""
    job = ask(elm)
    with owner_scope():
        Tenant.objects.filter(pk=elm.pk).update(schema_version="older")
    assert done(job).error == str(TenantBehind.message)
    with pytest.raises(TenantBehind):
        ask(elm)


def test_later_copies_can_be_cancelled_too(elm: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J7: also where the bar does not grow any more, and before the copy is whole."""
    job = ask(elm)
    whole: list[object] = []

    def second_cancelled(*args: Any, **named: Any) -> Any:
        if whole:
            cancel(job_id=job.pk)
        made = take(*args, **named)
        whole.append(made)
        return made

    monkeypatch.setattr(removing, "take", second_cancelled)
    monkeypatch.setattr(removing, "_drop", lambda *_given: False)
    assert (done(job).state, len(whole), standing(elm)) == (State.CANCELLED, 1, TenantStatus.READY)


@pytest.mark.parametrize("is_held", [True, False])
def test_a_removal_that_came_back_with_a_backup_is_called_off(
    elm: Tenant, tmp_path: Path, is_held: bool
) -> None:
    """S18: who restores an installation wants it as it was; what was exported since is left alone."""
    job, folder = ask(elm), tmp_path / "minga-elm-20260101T000000Z"
    folder.mkdir()
    with owner_scope():
        Job.objects.filter(pk=job.pk).update(cursor={"export": folder.name})
        assert not is_held or claim(job.pk)
        assert call_off_removals() == 1
        assert Job.objects.get(kind=JobKind.REMOVE_TENANT).state == State.CANCELLED
        assert Ticket.objects.get(pk=job.pk).state == State.CANCELLED
        assert call_off_removals() == 0
    assert (standing(elm), folder.is_dir()) == (TenantStatus.READY, True)
