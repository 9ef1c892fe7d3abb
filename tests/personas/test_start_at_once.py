"""A LinkedIn import is started while its columns are chosen or its file is erased: one after another (L1)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from personas import actions
from personas.actions.aging import forget_files
from personas.actions.erasing import PersonaTraces
from personas.models import LinkedInImport
from tenants.intake.tables import FileGone
from tenants.models import Tenant
from tenants.records.erasure import Order, PersonKeys
from tenants.records.models import StoredFile
from tenants.scope import tenant_scope
from tests.at_once import one_behind_the_other
from tests.personas.importing import ANA, import_rows, start, upload

pytestmark = pytest.mark.real_roles
EVA = "Eva,Ruiz,,eva@x.example,Birch,Jefa,03 Feb 2024"


@pytest.fixture
def stopped(acme: Tenant) -> UUID:
    """An import that was started and cancelled, beside Ana, whom another one made."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, profile="berta")
        found = upload(EVA)
        start(found)
        actions.cancel_import(import_id=found.pk)
    return found.pk


def now(acme: Tenant, found: UUID) -> LinkedInImport:
    with tenant_scope(acme.schema_name):
        return LinkedInImport.objects.get(pk=found)


@transaction.atomic
def erase_ana() -> Any:
    return PersonaTraces().erased(Order(PersonKeys(email="ana@acme.example"), None))


def forget() -> int:
    return forget_files(timezone.now())


def send(profile: str) -> Callable[[], Any]:
    return lambda: upload(EVA, profile=profile)


def begin(found: UUID) -> Callable[[], Any]:
    return lambda: actions.start_import(import_id=found)


def test_a_start_behind_other_columns_reads_the_file_from_its_first_row(acme: Tenant, stopped: UUID) -> None:
    """L1, L2: where a run with the old columns ended is no place for these."""
    other = {"first_name": "Last Name"}
    job = one_behind_the_other(
        acme, lambda: actions.confirm_mapping(import_id=stopped, mapping=other), begin(stopped)
    )
    assert (job.params["after"], now(acme, stopped).mapping) == (None, other)


def test_columns_behind_a_start_are_refused(acme: Tenant, stopped: UUID) -> None:
    """L1: what is queued is read as it was queued."""
    known = now(acme, stopped).mapping
    told = one_behind_the_other(
        acme,
        begin(stopped),
        lambda: actions.confirm_mapping(import_id=stopped, mapping={"first_name": "Last Name"}),
    )
    assert isinstance(told, actions.WrongState)
    assert now(acme, stopped).mapping == known


def test_a_start_behind_an_erasure_is_told_that_the_file_is_gone(acme: Tenant, stopped: UUID) -> None:
    """L1, S19: now, and not by a job that fails."""
    assert isinstance(one_behind_the_other(acme, erase_ana, begin(stopped)), FileGone)
    assert now(acme, stopped).state == "cancelled"


def test_an_erasure_behind_a_start_leaves_the_file_that_will_be_read(acme: Tenant, stopped: UUID) -> None:
    """S19: its job hands it over to age; a file that is being read is nobody's to take."""
    told = one_behind_the_other(acme, begin(stopped), erase_ana)
    assert told["personas.Contact"] == 1
    assert (now(acme, stopped).state, now(acme, stopped).file_id is None) == ("queued", False)


def test_started_twice_at_once_it_is_queued_once(acme: Tenant, stopped: UUID) -> None:
    """L1: the second waits, and hears that it is itself who works, not another file."""
    told = one_behind_the_other(acme, begin(stopped), begin(stopped))
    assert isinstance(told, actions.WrongState)


def test_a_start_behind_a_nightly_forgetting_is_told_that_the_file_is_gone(
    acme: Tenant, stopped: UUID
) -> None:
    """L1, S19: age takes files as an erasure does."""
    assert isinstance(one_behind_the_other(acme, forget, begin(stopped)), FileGone)


def test_a_nightly_forgetting_behind_a_start_leaves_the_file_that_will_be_read(
    acme: Tenant, stopped: UUID
) -> None:
    """L1, S19: it would be missed by its job."""
    assert one_behind_the_other(acme, begin(stopped), forget) == 1, "what Ana came in"
    assert (now(acme, stopped).state, now(acme, stopped).file_id is None) == ("queued", False)


def test_an_erasure_behind_an_upload_takes_its_file_too(acme: Tenant, stopped: UUID) -> None:
    """S19: it was not there yet when the erasure began, and would have stayed."""
    one_behind_the_other(acme, send("carla"), erase_ana)
    with tenant_scope(acme.schema_name):
        assert LinkedInImport.objects.get(profile="carla").file_id is None
        assert not StoredFile.objects.exists()


def test_an_erasure_behind_bytes_that_are_sent_again_takes_them_too(acme: Tenant, stopped: UUID) -> None:
    """S19, L1: its import is there already, without a file."""
    with tenant_scope(acme.schema_name):
        forget()
    one_behind_the_other(acme, send("ana"), erase_ana)
    assert now(acme, stopped).file_id is None


def test_an_upload_behind_an_erasure_comes_in_as_new(acme: Tenant, stopped: UUID) -> None:
    """S19: what comes after an erasure is not reached by it."""
    one_behind_the_other(acme, erase_ana, send("carla"))
    with tenant_scope(acme.schema_name):
        assert StoredFile.objects.get().pk == LinkedInImport.objects.get(profile="carla").file_id
