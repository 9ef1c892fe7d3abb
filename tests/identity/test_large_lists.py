"""Large lists of leads are written by a job as their pages would write them (S2, W6, W13)."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from identity.queries.limbo import LimboChoice
from identity.queries.tables import GAPS, LIMBO, MONEY, kept
from identity.rules import LimboReason, LimboStage, Reason
from tenants.display import exports
from tenants.display.later import table_of
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips
from tests.identity.numbers import ago, today

Pages = Callable[[User], Client]


@pytest.fixture
def earned(acme: Tenant) -> Tenant:
    """Acme with one lead that reached two milestones."""
    with tenant_scope(acme.schema_name):
        person, driver = a_person("Rosa Quispe"), a_driver("d1")
        linked(a_lead("L1", on=ago(20)), person)
        linked(driver, person)
        trips(driver, ago(19), 6)
        a_lead("L2", on=ago(3))
    return acme


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "path", ["limbo/file/?stage=NO_IDENTITY", "limbo/file/", "money/file/", "money/gaps/file/?milestone=M1"]
)
def test_a_job_writes_what_the_page_writes(page: Pages, bob: User, earned: Tenant, path: str) -> None:
    """W6: narrowed alike; a viewer's to ask for and to take."""
    client, address = page(bob), f"/identity/{path}"
    answer = client.post(address)
    assert answer.status_code == 302
    assert work_once(platform=False)
    taken = client.get(f"{answer['Location']}file/")
    assert taken.status_code == 200
    rows = rows_of(taken.content)
    assert rows == rows_of(client.get(address).getvalue())
    assert len(rows) > 1


@pytest.mark.parametrize("path", ["limbo/export", "export"])
def test_a_program_gets_the_job_of_a_large_workbook(
    api: Callable[[User], ApiClient], bob: User, earned: Tenant, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """W13: 202 with the job and where its file will be; CSV is taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 0)
    client, here = api(bob), f"/api/v1/ops/payments/cabinet-financial-14d/{path}"
    assert client.get(here, {"format": "csv"}).status_code == 200
    told: Any = client.get(here, {"format": "xlsx"})
    assert (told.status_code, told["Location"]) == (202, told.json()["links"]["self"])
    assert work_once(platform=False)
    taken = client.get(told.json()["file"])
    assert taken.content[:2] == b"PK"


@pytest.mark.parametrize("of", [LIMBO, MONEY, GAPS])
@pytest.mark.parametrize("reason", [None, next(iter(Reason)), next(iter(LimboReason))])
def test_what_was_asked_is_read_again(earned: Tenant, of: str, reason: Reason | LimboReason | None) -> None:
    """W6: every filter comes back from JSON as it went; a list of nothing has its headings."""
    stages = tuple(LimboStage)
    chosen = LimboChoice(stages=stages, reason=reason, week=today(), date_from=ago(9), date_to=today())
    with tenant_scope(earned.schema_name):
        table = table_of(of, kept(chosen, name="list", milestone="M5"))
        assert "lead_source_pk" in table.headings
        assert all(len(row) == len(table.headings) for row in table.rows)


@pytest.mark.parametrize(
    "path",
    [
        "limbo/file/?stage=NOWHERE",
        "limbo/file/?week=2026-W15",
        "limbo/file/?milestone=M1",
        "money/file/?reason=none",
        "money/gaps/file/?milestone=" + "a" * 201,
        "money/gaps/file/?offset=50",
    ],
)
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, earned: Tenant, path: str
) -> None:
    """W6, S13: not every lead instead."""
    for refused in (page(bob).get(f"/identity/{path}"), page(bob).post(f"/identity/{path}")):
        assert (refused.status_code, "No filter “" in refused.content.decode()) == (400, True)
