"""What viewers take away: the rows of the page and no others, safe to open, flat in memory (W3, S15)."""

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from campaigns.models import Campaign, Entry
from campaigns.queries.call_rows import CallRow
from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import EntryChoice, EntryRow, all_entry_rows
from campaigns.rules import EntryState
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.campaigns.called import a_called_campaign
from tests.campaigns.calling import add_people
from tests.reading import text_of

Pages = Callable[[User], Client]
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def campaign(acme: Tenant) -> Campaign:
    """Ten people called once; one of them is named like a formula."""
    with tenant_scope(acme.schema_name):
        made = a_called_campaign(now=NOON)
        first = Entry.objects.filter(state=EntryState.SUCCEEDED).earliest("pk")
        Entry.objects.filter(pk=first.pk).update(name="=2+2", document="+1")
        return made


def taken(client: Client, page: str, form: str) -> list[list[str]]:
    """Follow a page's link to its file; return the rows, headings first."""
    (href,) = set(re.findall(rf'href="([^"]+format={form})"', text_of(client, page)))
    answer = client.get(href.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    content = answer.getvalue()
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in sheet]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_is_the_list(page: Pages, bob: User, campaign: Campaign, form: str) -> None:
    """W6: narrowed as the page is, its rows in its order; names never calculate (S15)."""
    client = page(bob)
    headings, *rows = taken(client, f"/campaigns/entries/?campaign={campaign.pk}&state=succeeded", form)
    told = [dict(zip(headings, row, strict=True)) for row in rows]
    assert headings == [one.name for one in fields(EntryRow)]
    assert {row["state"] for row in told} == {"succeeded"}
    assert len(told) == campaign.tally.succeeded
    mark = "'" if form == "csv" else ""
    assert (told[0]["name"], told[0]["document"]) == (f"{mark}=2+2", f"{mark}+1")
    assert float(told[0]["promise_shortfall"]) == 40_000
    headings, *calls = taken(client, "/campaigns/calls/?outcome=conversed", form)
    assert headings == [one.name for one in fields(CallRow)]
    assert {row[headings.index("outcome")] for row in calls} == {"conversed"}


def test_a_campaign_offers_all_its_people(page: Pages, bob: User, campaign: Campaign) -> None:
    """Screens: export from the campaign's own page; what was said is in no file."""
    rows = taken(page(bob), f"/campaigns/{campaign.pk}/", "csv")
    assert len(rows) == 1 + campaign.tally.entries
    assert "summary" not in rows[0]
    assert all("secret" not in cell.lower() for row in rows for cell in row)


def test_many_people_take_no_more_memory(campaign: Campaign, acme: Tenant) -> None:
    """Bounded memory: rows are read some thousand at a time, whatever their number."""
    with tenant_scope(acme.schema_name):
        add_people(campaign, 6_000, first=1_000)
        chosen = EntryChoice(Choice(campaign=campaign.pk))
        peaks, rows = [], 0
        for most in (2_500, 6_010):
            tracemalloc.start()
            rows = sum(1 for _row, _at in zip(all_entry_rows(chosen=chosen), range(most), strict=False))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert rows == 6_010
    # Kept whole, 2.4 times the rows would take 2.4 times the memory; a chunk more or less is the collector's.
    assert peaks[1] < 2 * peaks[0]


@pytest.mark.parametrize(
    ("of", "query"),
    [
        ("entries", "state=happy"),
        ("entries", "arm=x"),
        ("entries", "account=nobody"),
        ("entries", "campaign=1"),
        ("entries", "start_date=2026-4-1"),
        ("entries", "end_date=1999-01-01"),
        ("entries", "hour=3"),
        ("entries", "end_date=2026-04-01&start_date=2026-04-02"),
        ("calls", "end_date=2026-04-01&start_date=2026-04-02"),
        ("calls", "outcome=happy"),
        ("calls", "contact=yes"),
        ("calls", "hour=24"),
        ("calls", "use_case=nothing"),
    ],
)
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, campaign: Campaign, of: str, query: str
) -> None:
    """W6, S13: not everybody instead."""
    refused = page(bob).get(f"/campaigns/{of}/file/?{query}")
    name = query.partition("=")[0]
    assert (refused.status_code, f"No filter “{name}”" in refused.content.decode()) == (400, True)


def test_every_filter_of_a_page_is_one_of_its_file(page: Pages, bob: User, campaign: Campaign) -> None:
    """W6: positive control, all of them at once."""
    of = f"campaign={campaign.pk}&account={campaign.account.code}&start_date=2026-04-01&end_date=2026-04-30"
    people = "state=succeeded&outcome=conversed&step=reached&promise=any&arm=1"
    for path in (
        f"entries/file/?{of}&{people}",
        f"calls/file/?{of}&outcome=conversed&contact=1&hour=0&weekday=7",
    ):
        assert page(bob).get(f"/campaigns/{path}").status_code == 200
