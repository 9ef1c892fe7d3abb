"""A failed or cancelled import may get other columns: read anew, its file makes nobody twice (L1, L2)."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from personas import actions
from personas.models import Contact, LinkedInImport, RejectedRow
from personas.rules import JobKind
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import (
    ANA,
    cancel_after_first_chunk,
    file_of,
    upload,
    work,
)

Api = Callable[[User], ApiClient]
Pages = Callable[[User], Client]
STRANGE = "Quién,Dónde,Qué"
WRONG = {"first_name": "First Name", "company": "Company", "job_title": "Connected On"}
RIGHT = {
    "first_name": "First Name",
    "last_name": "Last Name",
    "profile_url": "URL",
    "email": "Email Address",
    "company": "Company",
    "job_title": "Position",
    "connected_on": "Connected On",
}


def people() -> list[tuple[object, ...]]:
    rows = Contact.objects.order_by("id")
    return list(rows.values_list("first_name", "last_name", "job_title", "linkedin_url"))


def test_a_cancelled_file_with_unknown_headings_gets_its_columns(in_acme: Tenant) -> None:
    """L2: it was never started, and uploading it again is the same import."""
    content = file_of("Ana,Acme,Gerente de Marketing", headings=STRANGE)
    found = actions.upload_linkedin(content=content, filename="C.csv", profile="ana")
    actions.cancel_import(import_id=found.pk)
    with pytest.raises(actions.MappingUnusable):
        actions.start_import(import_id=found.pk)
    chosen = {"first_name": "Quién", "company": "Dónde", "job_title": "Qué"}
    mapped = actions.confirm_mapping(import_id=found.pk, mapping=chosen)
    assert (mapped.state, mapped.finished_at) == ("mapped", None)
    work(in_acme, actions.start_import(import_id=found.pk))
    assert people() == [("Ana", "", "Gerente de Marketing", "")]


def half_read(acme: Tenant, mapping: dict[str, str], *rows: str) -> LinkedInImport:
    """Read a hundred rows by these columns, then cancel."""
    found = upload(*rows)
    actions.confirm_mapping(import_id=found.pk, mapping=mapping)
    cancel_after_first_chunk(acme, actions.start_import(import_id=found.pk))
    found.refresh_from_db()
    assert found.state == "cancelled"
    return found


def go_on(acme: Tenant, found: LinkedInImport, mapping: dict[str, str] | None = None) -> tuple[int, int]:
    """Import the file, by other columns if given; return how many rows created and updated somebody."""
    if mapping:
        actions.confirm_mapping(import_id=found.pk, mapping=mapping)
    work(acme, actions.start_import(import_id=found.pk))
    found.refresh_from_db()
    assert found.state == "completed", found.error
    assert found.result is not None
    return found.result["created"], found.result["updated"]


def test_other_columns_read_the_file_from_its_first_row_and_double_nobody(in_acme: Tenant) -> None:
    """L1, L2, L6: whom a name and a company made is met again, and gets what the columns left out."""
    rows = [f"N{n},,https://linkedin.com/in/n{n},,Acme,Gerente Comercial,05 Jan 2024" for n in range(150)]
    found = half_read(in_acme, WRONG, *rows)
    assert Contact.objects.count() == 100
    assert go_on(in_acme, found, RIGHT) == (50, 100)
    assert people() == [
        (f"N{n}", "", "Gerente Comercial", f"https://linkedin.com/in/n{n}") for n in range(150)
    ]


def test_people_of_one_name_are_met_one_by_one(in_acme: Tenant) -> None:
    """L6: a row meets one of them, a row that was not read before meets none."""
    found = half_read(in_acme, WRONG, *["Ana,,,,Acme,Gerente Comercial,05 Jan 2024"] * 120)
    assert go_on(in_acme, found, RIGHT) == (20, 100)
    assert people() == [("Ana", "", "Gerente Comercial", "")] * 120


def test_who_got_an_address_meanwhile_is_left_alone(in_acme: Tenant) -> None:
    """L6: that is somebody whom the row does not name."""
    found = half_read(in_acme, WRONG, *[f"N{n},,,,Acme,,05 Jan 2024" for n in range(110)])
    Contact.objects.filter(first_name="N7").update(linkedin_url="https://linkedin.com/in/else")
    assert go_on(in_acme, found, RIGHT) == (11, 99)
    assert Contact.objects.filter(first_name="N7").count() == 2


def test_the_same_columns_go_on_where_the_rows_ended(in_acme: Tenant) -> None:
    """L1: looked at and left as they were, they are no reason to begin anew."""
    found = half_read(in_acme, RIGHT, *["Ana,,,,Acme,,"] * 150)
    assert go_on(in_acme, found, RIGHT) == (150, 0)
    assert Contact.objects.count() == 150


def test_a_third_run_meets_those_of_the_first(in_acme: Tenant) -> None:
    """L1, L6: the second began anew and was cancelled before it came as far."""
    rows = [f"N{n},,,,Acme,Gerente Comercial,05 Jan 2024" for n in range(250)]
    found = half_read(in_acme, WRONG, *rows)
    cancel_after_first_chunk(in_acme, actions.start_import(import_id=found.pk))
    assert Contact.objects.count() == 200
    actions.confirm_mapping(import_id=found.pk, mapping=RIGHT)
    job = actions.start_import(import_id=found.pk)
    cancel_after_first_chunk(in_acme, job, writes="UPDATE personas_contact ")
    found.refresh_from_db()
    assert found.result is not None
    assert (found.state, found.result["updated"]) == ("cancelled", 100)
    assert go_on(in_acme, found, RIGHT) == (50, 200)
    assert set(Contact.objects.values_list("job_title", flat=True)) == {"Gerente Comercial"}


def die_in_second_chunk(acme: Tenant, job: Job) -> None:
    """Run the job until its second hundred is written, and no further; then it may be tried again at once."""
    chunks = count(1)

    def die(execute: Any, sql: str, *rest: Any) -> Any:
        if "UPDATE personas_contact " in sql and next(chunks) == 2:
            raise RuntimeError("gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(die):
        assert work(acme, job).cursor["line"] == 101
    Job.objects.filter(pk=job.pk).update(due_at=Now())


def test_a_run_that_died_goes_on_with_those_it_has_not_met(in_acme: Tenant) -> None:
    """L1, L6, J6: of namesakes each is met by one row, though two workers read the file."""
    found = half_read(in_acme, WRONG, *["Ana,,,,Acme,Gerente Comercial,05 Jan 2024"] * 250)
    cancel_after_first_chunk(in_acme, actions.start_import(import_id=found.pk))
    actions.confirm_mapping(import_id=found.pk, mapping=RIGHT)
    job = actions.start_import(import_id=found.pk)
    die_in_second_chunk(in_acme, job)
    assert work(in_acme, job).state == "completed"
    assert people() == [("Ana", "", "Gerente Comercial", "")] * 250


def test_a_run_that_died_leaves_alone_whom_it_gave_an_address(in_acme: Tenant) -> None:
    """L6: who has one is found by it; only the others are met by their names."""
    first = "Ana,,https://linkedin.com/in/ana,,Acme,Gerente Comercial,05 Jan 2024"
    bare = "Ana,,,,Acme,Gerente Comercial,05 Jan 2024"
    found = half_read(in_acme, WRONG, first, *[bare] * 249)
    cancel_after_first_chunk(in_acme, actions.start_import(import_id=found.pk))
    actions.confirm_mapping(import_id=found.pk, mapping=RIGHT)
    job = actions.start_import(import_id=found.pk)
    die_in_second_chunk(in_acme, job)
    assert work(in_acme, job).state == "completed"
    known, *others = people()
    assert known == ("Ana", "", "Gerente Comercial", "https://linkedin.com/in/ana")
    assert others == [("Ana", "", "Gerente Comercial", "")] * 249


def test_a_run_that_never_began_is_no_place_to_go_on_from(in_acme: Tenant) -> None:
    """L1, L3, L6: cancelled while it waited, it leaves those that were read before it to be met again."""
    rows = [f"N{n},,,,Acme,," for n in range(110)]
    found = half_read(in_acme, RIGHT, ",,,x@x.example,,,", *rows)
    actions.start_import(import_id=found.pk)
    actions.cancel_import(import_id=found.pk)
    assert go_on(in_acme, found) == (11, 99)
    assert Contact.objects.count() == 110
    assert RejectedRow.objects.count() == 1


def test_a_place_that_was_forgotten_doubles_nobody(in_acme: Tenant) -> None:
    """L6, S19: an old job has lost its texts, the file was sent again."""
    found = half_read(in_acme, RIGHT, *[f"N{n},,,,Acme,," for n in range(110)])
    Job.objects.filter(kind=JobKind.IMPORT_LINKEDIN).update(params={}, cursor={}, result=None)
    assert go_on(in_acme, found) == (10, 100)
    assert Contact.objects.count() == 110


def test_rejected_rows_are_those_of_the_last_columns(in_acme: Tenant) -> None:
    """L3: read anew, a row is listed once, and only if it is still not taken."""
    taken = [f"N{n},,,,Acme,," for n in range(50)]
    left = [f"M{n},,https://linkedin.com/in/m{n},,,," for n in range(60)]
    found = half_read(in_acme, WRONG, ",,,x@x.example,,,", *taken, *left)
    assert RejectedRow.objects.count() == 50
    assert go_on(in_acme, found, RIGHT) == (60, 50)
    assert list(RejectedRow.objects.values_list("line", flat=True)) == [2]


def cancelled(acme: Tenant) -> LinkedInImport:
    """Return a file that was uploaded, and cancelled before it was started."""
    with tenant_scope(acme.schema_name):
        found = upload(ANA)
        actions.cancel_import(import_id=found.pk)
    return found


def test_the_page_offers_the_columns_of_what_ended_early(page: Pages, alice: User, acme: Tenant) -> None:
    """L2, W1: confirmed and started as at first."""
    client = page(alice)
    found = cancelled(acme)
    here = f"/admin/personas/linkedinimport/{found.pk}"
    assert "press/columns" in client.get(f"{here}/change/").content.decode()
    assert client.post(f"{here}/press/columns/")["Location"] == f"{here}/columns/"
    started = client.post(f"{here}/columns/", found.mapping | {"job_title": "", "start": "1"})
    assert started["Location"] == f"{here}/change/"
    with tenant_scope(acme.schema_name):
        found.refresh_from_db()
        assert (found.state, "job_title" in found.mapping) == ("queued", False)


def said_by(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_a_program_gives_a_cancelled_import_other_columns(api: Api, alice: User, acme: Tenant) -> None:
    """L1, L2"""
    client = api(alice)
    found = cancelled(acme)
    here = f"/api/v1/linkedin-imports/{found.pk}"
    said = said_by(client.send("put", f"{here}/mapping/", {"profile_url": "URL"}))
    assert (said["state"], said["mapping"], said["finished_at"]) == ("mapped", {"profile_url": "URL"}, None)
    said_by(client.post(f"{here}/start/"), 202)
