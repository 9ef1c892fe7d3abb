"""Files of the fleet in the admin: upload, recognised headings, start, live bar, refused rows (W1)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from identity import queries
from identity.models import FleetImport, Lead, RefusedRow
from tenants.actions.aging import change_retention
from tenants.display import exports
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver
from tests.identity.importing import LEADS, ended, file_of, work

Pages = Callable[[User], Client]
HERE = "/admin/identity/fleetimport"
ANA = "L1,05/03/2026 23:30,lima,Ana,Ruiz,999888777,12345678,Lima"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.content[:300])
    return response.content.decode()


def uploaded(client: Client, content: bytes, kind: str = "leads", name: str = "leads.csv") -> str:
    """Upload a file; return where the wizard leads."""
    response = client.post(f"{HERE}/upload/", {"kind": kind, "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_a_file_is_shown_before_it_is_started_and_watched_afterwards(client: Client, acme: Tenant) -> None:
    columns = uploaded(client, (LEADS + ",odd\n" + ANA + ",x\nrow:1,,,,,,,,\n").encode())
    seen = text_of(client, columns)
    assert "Ana" in seen
    assert "Headings that are not read: odd" in seen
    assert "External ids that begin with" in seen
    with tenant_scope(acme.schema_name):
        found = FleetImport.objects.get()
        assert not Job.objects.exists(), "nothing starts by itself"
        mapping = found.mapping
    answer = client.post(columns, {**mapping, "start": "1"})
    assert answer["Location"] == f"{HERE}/{found.pk}/change/"
    assert "progress" in text_of(client, answer["Location"])
    with tenant_scope(acme.schema_name):
        work(acme, Job.objects.get())
        assert Lead.objects.get().first_name == "Ana"
    shown = text_of(client, answer["Location"])
    assert "Created: 1" in shown
    assert "1 rows were not taken." in shown
    lines = client.get(f"{HERE}/{found.pk}/refused.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("row:1,")
    book = client.get(f"{HERE}/{found.pk}/refused.xlsx").content
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["external_id", "row:1"], "the same rows as a workbook (W3)"
    assert [row[-2] for row in rows] == ["Code", "external_id_reserved"]
    assert "Completed" in text_of(client, f"{HERE}/")


def test_many_refused_rows_are_written_by_a_job(
    client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2, W3: a workbook that nobody can wait for is offered, never 403; CSV is taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    content = (LEADS + "\nrow:1,,,,,,,\nrow:2,,,,,,,\n").encode()
    with tenant_scope(acme.schema_name):
        found = ended(acme, "leads", content)
    here = f"{HERE}/{found.pk}/refused"
    assert client.get(f"{here}.csv").content.decode().count("external_id_reserved") == 2
    assert 'method="post"' in text_of(client, f"{here}.xlsx")
    job = client.post(f"{here}.xlsx")
    assert work_once(platform=False)
    book = BytesIO(client.get(f"{job['Location']}file/").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert [row[-2] for row in rows] == ["Code", "external_id_reserved", "external_id_reserved"]


def test_columns_are_chosen_by_hand_where_headings_say_nothing(client: Client, acme: Tenant) -> None:
    columns = uploaded(client, b"who,when,how many\nd1,2026-03-05,3\n", "trips", "trips.csv")
    assert "Columns that this kind of file needs" in text_of(client, columns)
    refused = client.post(columns, {"start": "1"})
    assert "The file does not have the columns" in refused.content.decode()
    doubled = client.post(columns, {"driver_id": "who", "day": "who", "trips": "how many", "start": "1"})
    assert "The same heading is chosen for two columns." in doubled.content.decode()
    chosen = {"driver_id": "who", "day": "when", "trips": "how many"}
    assert client.post(columns, {**chosen, "look": "1"}).status_code == 200
    assert client.post(columns, {**chosen, "start": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "The file has no rows."),
        (b"x", "a.pdf", "Only .csv and .xlsx files can be imported."),
        (b"\0" * 400, "a.csv", "The file is not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: Client, acme: Tenant, content: bytes, name: str, words: str
) -> None:
    response = client.post(f"{HERE}/upload/", {"kind": "leads", "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert words in response.content.decode()
    with tenant_scope(acme.schema_name):
        assert not FleetImport.objects.exists()


def test_it_says_that_a_file_names_few_of_the_drivers(client: Client, acme: Tenant) -> None:
    with tenant_scope(acme.schema_name):
        for number in range(4):
            a_driver(f"k{number}")
        found = ended(acme, "drivers", file_of("drivers", "k1,,,,,,,,,"))
    assert "Nobody was deleted: 3 stay." in text_of(client, f"{HERE}/{found.pk}/change/")


def test_a_cancelled_import_can_be_started_again(client: Client, acme: Tenant) -> None:
    columns = uploaded(client, file_of("leads", ANA))
    with tenant_scope(acme.schema_name):
        found = FleetImport.objects.get()
    client.post(columns, {**found.mapping, "start": "1"})
    client.post(f"{HERE}/{found.pk}/press/cancel/")
    with tenant_scope(acme.schema_name):
        found.refresh_from_db()
        assert found.state == "cancelled"
    client.post(f"{HERE}/{found.pk}/press/start/")
    with tenant_scope(acme.schema_name):
        work(acme, Job.objects.get(state="waiting"))
        assert Lead.objects.count() == 1


def test_a_viewer_may_not_upload(page: Pages, bob: User) -> None:
    assert page(bob).get(f"{HERE}/upload/").status_code == 403


def test_the_pages_speak_spanish(client: Client, acme: Tenant) -> None:
    columns = uploaded(client, file_of("leads", ANA))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    response = client.get(columns, headers={"Accept-Language": "es"})
    assert "Qué es cada columna" in response.content.decode()


@pytest.mark.parametrize(("kept", "shown"), [(365, 1), (30, 0)])
def test_refused_rows_are_shown_while_the_organisation_keeps_them(
    in_acme: Tenant, kept: int, shown: int
) -> None:
    """S19: what its table of retention says, not what the product usually does."""
    found = ended(in_acme, "leads", file_of("leads", "row:1,,,,,,,"))
    RefusedRow.objects.update(created_at=timezone.now() - timedelta(days=200 if kept > 90 else 60))
    change_retention(days={"refused_rows": kept}, by=None)
    assert queries.refused_rows(import_id=found.pk).count() == shown
