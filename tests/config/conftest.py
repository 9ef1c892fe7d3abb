"""An organisation that is about to leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tenants import actions
from tenants.jobs.models import Schedule
from tenants.jobs.schedules import mirror
from tenants.models import Domain, SavedFilter, Tenant
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tests.cast import make_tenant, person
from tests.config.backing_up import ELMA, fill, leave


@pytest.fixture
def elm(real_roles: None, settings: Settings, tmp_path: Path) -> Iterator[Tenant]:
    """An organisation with rows, a domain, a key, a schedule, Elma who is nowhere else and Bob who is."""
    settings.BACKUP_DIR = tmp_path
    with owner_scope():
        tenant = make_tenant("Elm & Sons", "elm")
        elma = actions.create_user(email=ELMA, name="Elma", password=None)
        at_elm = actions.give_role(user=elma, tenant=tenant, role=Role.ADMIN)
        actions.give_role(user=person("bob"), tenant=tenant, role=Role.VIEWER)
        SavedFilter.objects.create(membership=at_elm, name="mine", address="/jobs/")
        Domain.objects.create(domain="elm.example", tenant=tenant, is_primary=True)
        actions.make_api_key(tenant=tenant, name="loader", role=Role.ADMIN)
    fill(tenant)
    with tenant_scope(tenant.schema_name):
        Schedule.objects.get_or_create(kind="campaigns.sweep", subject="", defaults={"crontab": "* * * * *"})
    with owner_scope():
        mirror()
    yield tenant
    leave()
