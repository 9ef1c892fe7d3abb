"""What came back with a backup calls and deletes nobody, however its restoration ends (C15, S18)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from config.backup import restoring
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.models import Tenant
from tenants.records.models import AuditEntry
from tenants.rules import JobKind, TenantStatus
from tenants.scope import owner_scope, tenant_scope
from tests.config.backing_up import answered, backed_up, leave
from tests.config.test_remove_tenant import ask, standing

pytestmark = pytest.mark.real_roles


def not_at_head(*_words: str, **_more: Any) -> None:
    raise CommandError("not at head: planted")


def of_campaign(tenant: Tenant) -> tuple[str, bool]:
    """Return where the one campaign stands, and whether the history says that it was paused."""
    with tenant_scope(tenant.schema_name):
        found = Campaign.objects.get()
        return found.state, AuditEntry.objects.filter(verb="pause", object_id=str(found.pk)).exists()


def test_an_installation_that_cannot_be_migrated_is_calm(
    elm: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C15, S18: who mends and migrates it afterwards starts services that call and delete nobody."""
    ask(elm)
    folder = backed_up(tmp_path)
    leave()
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "call_command", not_at_head)
        with pytest.raises(CommandError, match="planted"):
            call_command("restore", folder, "--replace")
    with owner_scope():
        assert Job.objects.get(kind=JobKind.REMOVE_TENANT).state == State.CANCELLED
    assert standing(elm) == TenantStatus.READY
    assert of_campaign(elm) == ("paused", False)
    leave()
    told = answered("restore", str(folder), "--replace")
    assert told["paused"] == 1
    assert of_campaign(elm) == ("paused", True)


def test_one_organisation_that_cannot_be_migrated_is_calm(
    elm: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C15: its rows and their campaigns' rest are one transaction."""
    folder = backed_up(tmp_path, "--tenant=elm")
    leave()
    monkeypatch.setattr(restoring, "head", lambda: "another")
    monkeypatch.setattr(restoring, "migrate_tenant", not_at_head)
    with pytest.raises(CommandError, match="planted"):
        call_command("restore", folder, "--tenant=elm", "--replace")
    assert of_campaign(elm)[0] == "paused"
