"""`manage.py remove_tenant`: the same job from a terminal, gone on with after a kill (F12, S18)."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tenants import actions
from tenants.models import PlatformAct, Tenant
from tenants.rules import TenantStatus
from tenants.scope import owner_scope, public_scope
from tests.cast import make_tenant
from tests.config.backing_up import answered, leave

pytestmark = pytest.mark.real_roles


def test_it_exports_and_deletes(real_roles: None, settings: Settings, tmp_path: Path) -> None:
    """F12: by its name; one that a killed process left half done is finished."""
    settings.BACKUP_DIR = tmp_path
    with owner_scope():
        elm, oak = make_tenant("Elm", "elm"), make_tenant("Oak", "oak")
    for name in ("elm", "Oak"):
        with pytest.raises(CommandError):
            call_command("remove_tenant", "--tenant=elm", f"--name={name}")
    with pytest.raises(CommandError, match="elm"):
        call_command("remove_tenant", "--tenant=ash", "--name=Ash")
    with public_scope():
        assert Tenant.objects.get(pk=elm.pk).status == TenantStatus.READY
    leave()
    done = answered("remove_tenant", "--tenant=elm", "--name=Elm")
    assert (done["state"], done["slug"], Path(done["export"]).parent) == ("completed", "elm", tmp_path)
    with public_scope():
        actions.remove_tenant(tenant=oak, typed="Oak")
    leave()
    with pytest.raises(CommandError):
        call_command("remove_tenant", "--tenant=oak", "--name=Elm")
    assert answered("remove_tenant", "--tenant=oak", "--name=Oak")["slug"] == "oak"
    with public_scope():
        assert not Tenant.objects.filter(pk__in=[elm.pk, oak.pk]).exists()
        assert PlatformAct.objects.filter(verb="tenant_removed", actor=None).count() == 2
