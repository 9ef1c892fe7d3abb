"""A file of the fleet is started while an erasure takes what was worked off: one after another (I14, S19)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from identity import actions
from identity.actions.erasing import IdentityTraces
from identity.models import FleetImport
from tenants.intake.tables import FileGone
from tenants.models import Tenant
from tenants.records.erasure import Order, PersonKeys
from tenants.scope import tenant_scope
from tests.at_once import one_behind_the_other
from tests.identity.fleet import a_lead
from tests.identity.importing import file_of, upload

pytestmark = pytest.mark.real_roles


@pytest.fixture
def stopped(acme: Tenant) -> UUID:
    """A file that was started and cancelled, beside a lead who asks to be erased."""
    with tenant_scope(acme.schema_name):
        a_lead(document="D100")
        found = upload("leads", file_of("leads", "L9,2026-01-05T10:00:00Z,,Ana,Pérez,,,"))
        actions.start_fleet_import(import_id=found.pk)
        actions.cancel_fleet_import(import_id=found.pk)
    return found.pk


@transaction.atomic
def erase() -> Any:
    return IdentityTraces().erased(Order(PersonKeys(document="D100"), None))


def begin(found: UUID) -> Callable[[], Any]:
    return lambda: actions.start_fleet_import(import_id=found)


def now(acme: Tenant, found: UUID) -> FleetImport:
    with tenant_scope(acme.schema_name):
        return FleetImport.objects.get(pk=found)


def test_a_start_behind_an_erasure_is_told_that_the_file_is_gone(acme: Tenant, stopped: UUID) -> None:
    """S19: now, and not by a job that fails."""
    assert isinstance(one_behind_the_other(acme, erase, begin(stopped)), FileGone)
    assert now(acme, stopped).state == "cancelled"


def test_an_erasure_behind_a_start_leaves_the_file_that_will_be_read(acme: Tenant, stopped: UUID) -> None:
    """S19: a file that is being read is nobody's to take."""
    told = one_behind_the_other(acme, begin(stopped), erase)
    assert told["identity.Lead"] == 1
    assert (now(acme, stopped).state, now(acme, stopped).file_id is None) == ("queued", False)


def test_started_twice_at_once_it_is_queued_once(acme: Tenant, stopped: UUID) -> None:
    """The second waits, and hears that it is itself who works, not another file."""
    assert isinstance(one_behind_the_other(acme, begin(stopped), begin(stopped)), actions.ImportStarted)
