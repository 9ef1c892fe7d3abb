"""Rows of a LinkedIn file that wrote nothing are taken away with code and reason, also by a job (L3, W3)."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from personas.models import LinkedInImport
from tenants.display import exports
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, import_rows

Pages = Callable[[User], Client]
NOBODY = ",,,,,,"


@pytest.fixture
def here(acme: Tenant) -> str:
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, "X" + NOBODY, "Y" + NOBODY)
        return f"/admin/personas/linkedinimport/{LinkedInImport.objects.get().pk}/refused"


def test_each_row_has_its_code_and_words(page: Pages, alice: User, here: str) -> None:
    """W3: the code for a program that mends it, the words for a person."""
    content = page(alice).get(f"{here}.csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(content))
    assert head[-3:] == ["Row", "Code", "Reason"]
    assert [row[-3] for row in rows] == ["3", "4"]
    assert all(row[-2] and row[-1] and row[-2] != row[-1] for row in rows)


def test_many_are_written_by_a_job(
    page: Pages, alice: User, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2, W3: offered, never 403; the same cells as CSV, which is taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    client = page(alice)
    offer = client.get(f"{here}.xlsx")
    assert (offer.status_code, b'method="post"' in offer.content) == (200, True)
    job = client.post(f"{here}.xlsx")["Location"]
    assert work_once(platform=False)
    book = io.BytesIO(client.get(f"{job}file/").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    plain = csv.reader(io.StringIO(client.get(f"{here}.csv").content.decode("utf-8-sig")))
    assert [row[-2:] for row in rows] == [row[-2:] for row in plain]
