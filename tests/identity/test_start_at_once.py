"""A file of the fleet is started while an erasure takes what was worked off: one after another (I14, S19)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from identity import actions
from identity.actions.aging import forget_files
from identity.actions.erasing import IdentityTraces
from identity.models import FleetImport
from tenants.intake.tables import FileGone
from tenants.models import Tenant
from tenants.records.erasure import Order, PersonKeys
from tenants.records.models import StoredFile
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


def forget() -> int:
    return forget_files(timezone.now())


def send() -> FleetImport:
    return upload("leads", file_of("leads", "L8,2026-01-05T10:00:00Z,,Eva,Ruiz,,,"))


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


def test_a_start_behind_a_nightly_forgetting_is_told_that_the_file_is_gone(
    acme: Tenant, stopped: UUID
) -> None:
    """I14, S19: age takes files as an erasure does."""
    assert isinstance(one_behind_the_other(acme, forget, begin(stopped)), FileGone)


def test_a_nightly_forgetting_behind_a_start_leaves_the_file_that_will_be_read(
    acme: Tenant, stopped: UUID
) -> None:
    """I14, S19: it would be missed by its job."""
    assert one_behind_the_other(acme, begin(stopped), forget) == 0
    assert (now(acme, stopped).state, now(acme, stopped).file_id is None) == ("queued", False)


def test_an_erasure_behind_an_upload_takes_its_file_too(acme: Tenant, stopped: UUID) -> None:
    """S19: it was not there yet when the erasure began, and would have stayed."""
    one_behind_the_other(acme, send, erase)
    with tenant_scope(acme.schema_name):
        assert not StoredFile.objects.exists()


def test_an_upload_behind_an_erasure_comes_in_as_new(acme: Tenant, stopped: UUID) -> None:
    """S19: what comes after an erasure is not reached by it."""
    one_behind_the_other(acme, erase, send)
    with tenant_scope(acme.schema_name):
        assert StoredFile.objects.get().pk == FleetImport.objects.exclude(pk=stopped).get().file_id


def test_a_file_that_nobody_started_goes_by_age_too(acme: Tenant) -> None:
    """S19: waiting for its columns keeps nobody's leads for ever; one that was just sent stays."""
    with tenant_scope(acme.schema_name):
        send()
        assert forget_files(timezone.now() - timedelta(days=90)) == 0
        assert (forget(), StoredFile.objects.exists()) == (1, False)
