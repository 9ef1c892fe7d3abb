"""An import that ended early always goes on: with its file sent again (L1)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from personas import actions
from personas.actions.aging import forget_files
from personas.models import Contact, LinkedInImport
from tenants.intake.tables import FileGone
from tenants.models import Tenant, User
from tenants.records.models import StoredFile
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.personas.importing import ANA, file_of, import_rows, start, upload, work

Pages = Callable[[User], Client]


def forget_all_files() -> None:
    assert forget_files(timezone.now() + timedelta(days=1))


def test_a_cancelled_file_whose_bytes_were_forgotten_is_sent_again_and_starts(in_acme: Tenant) -> None:
    """L1, S19: "upload it again" is a way on."""
    found = upload(ANA)
    actions.cancel_import(import_id=found.pk)
    forget_all_files()
    with pytest.raises(FileGone):
        actions.start_import(import_id=found.pk)
    again = upload(ANA)
    assert (again.pk, again.state) == (found.pk, "cancelled")
    work(in_acme, start(again))
    again.refresh_from_db()
    assert (again.state, Contact.objects.count()) == ("completed", 1)


def test_bytes_of_a_completed_file_are_not_kept_again(in_acme: Tenant) -> None:
    """S19: nothing reads them any more."""
    import_rows(in_acme, ANA)
    forget_all_files()
    found = upload(ANA)
    assert (found.state, found.file_id) == ("completed", None)
    assert not StoredFile.objects.exists()


def test_a_file_that_nobody_started_is_forgotten_too_and_sent_again(in_acme: Tenant) -> None:
    """S19, L1: waiting for its columns keeps nobody's contacts for ever."""
    found = upload(ANA)
    forget_all_files()
    assert not StoredFile.objects.exists()
    work(in_acme, start(upload(ANA)))
    found.refresh_from_db()
    assert (found.state, Contact.objects.count()) == ("completed", 1)


def test_a_file_that_was_sent_again_is_kept_for_its_own_days(in_acme: Tenant) -> None:
    """S19, L1: its import ended long ago, and may be started again all the same."""
    found = upload(ANA)
    actions.cancel_import(import_id=found.pk)
    forget_all_files()
    LinkedInImport.objects.update(finished_at=timezone.now() - timedelta(days=200))
    upload(ANA)
    assert forget_files(timezone.now() - timedelta(days=90)) == 0


@pytest.mark.usefixtures("in_acme")
def test_bytes_that_are_kept_are_kept_once() -> None:
    """L1"""
    found = upload(ANA)
    actions.cancel_import(import_id=found.pk)
    assert upload(ANA).file_id == found.file_id
    assert StoredFile.objects.count() == 1


@pytest.mark.real_roles
def test_of_two_uploads_at_once_one_leaves_its_bytes(acme: Tenant) -> None:
    """L1, S19: no file is left that no import names."""
    with tenant_scope(acme.schema_name):
        actions.cancel_import(import_id=upload(ANA).pk)
        forget_all_files()

    def send(_number: int) -> None:
        with tenant_scope(acme.schema_name):
            upload(ANA)

    at_once(2, send)
    with tenant_scope(acme.schema_name):
        assert StoredFile.objects.get().pk == LinkedInImport.objects.get().file_id


def test_a_completed_file_sent_again_leads_to_what_became_of_it(
    page: Pages, alice: User, acme: Tenant
) -> None:
    """L1, W1: there are no columns to confirm."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        found = LinkedInImport.objects.get()
    file = SimpleUploadedFile("Connections.csv", file_of(ANA))
    sent = page(alice).post("/admin/personas/linkedinimport/upload/", {"file": file, "profile": "ana"})
    assert sent["Location"] == f"/admin/personas/linkedinimport/{found.pk}/change/"
