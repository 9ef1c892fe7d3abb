"""Reports of campaigns: a row for each entry, as workbook or CSV, safe to open, flat in memory."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from campaigns import queries
from campaigns.models import Account, CallAttempt, CallRecord, Debt, Entry
from campaigns.rules import Outcome
from tenants.display import exports
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.models import JobRequest, new_id
from tenants.records.models import AuditEntry
from tests.campaigns.called import End, call_everybody
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.uploading import BATCHES, CREATE, a_file, a_payer, cells_of, debtor, send
from tests.personas.writing import answer

NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
HERE = f"{BATCHES}/batch-1/report"
SAID = {
    "sentiment": "Positive",
    "summary": "=HYPERLINK(1)",
    "recording_url": "https://calls.example/1",
}


@pytest.fixture
def campaign(inside):
    with inside():
        account = an_account(a_provider())
        made = a_campaign(account, people=3)
        Entry.objects.update(earliest_at=NOON)
        for call in claimed(account, now=NOON).calls[:1]:
            CallAttempt.objects.filter(pk=call.id).update(
                state="closed", accepted_at=NOON, sent_at=NOON, ended_at=NOON, closed_at=NOON
            )
            attempt = CallAttempt.objects.get(pk=call.id)
            CallRecord.objects.create(attempt=attempt, **SAID)
            Entry.objects.filter(pk=attempt.entry_id).update(
                name="=2+2", promise_on=date(2026, 5, 1), promise_amount=Decimal(600), talk_ms=61_499
            )
            Debt.objects.create(entry_id=attempt.entry_id, creditor="Banco", amount=1000)
            Debt.objects.create(entry_id=attempt.entry_id, creditor="Tienda", amount=10)
        return made


def test_each_entry_is_a_row(api, bob, campaign):
    """Report: ids, debt, promise with its shortfall, last call; viewers take it away."""
    headings, first, *others = cells_of(api(bob).get(HERE, {"format": "csv"}))
    told = dict(zip(headings, first, strict=True))
    assert (
        told.items()
        >= {
            "batch_id": "batch-1",
            "state": "claimed",
            "creditor": "Banco",
            "debt": "1000.0000",
            "promise_on": "2026-05-01",
            "promise_amount": "600.0000",
            "promise_shortfall": "400.0000",
            "seconds": "61",
            "last_call_at": "2026-04-15T16:00:00+00:00",
        }.items()
    )
    assert len(others) == 2


@pytest.mark.parametrize(("who", "hears"), [("alice", True), ("bob", False), ("sam", False)])
def test_what_was_said_is_for_whoever_may_hear(api, request, inside, campaign, who, hears):
    """Screens, S19: neither for viewers nor for support; that it was taken is noted."""
    person = request.getfixturevalue(who)
    headings, first, *_others = cells_of(api(person).get(HERE, {"format": "csv"}))
    told = dict(zip(headings, first, strict=True))
    said = SAID | {"summary": "'=HYPERLINK(1)"}
    assert {name: told[name] for name in said if name in told} == (said if hears else {})
    with inside():
        noted = AuditEntry.objects.filter(verb="hear").values_list("object_type", "object_id", "actor")
        assert list(noted) == ([("campaign", str(campaign.pk), person.pk)] if hears else [])


def test_a_call_that_was_taken_back_hides_no_other(api, alice, inside, campaign):
    """C17: who is paused just before a second call still has the first one's moment and words."""
    with inside():
        unsent = CallRecord.objects.get().attempt
        unsent.pk, unsent.number, unsent.outcome = new_id(), 2, Outcome.UNSENT
        unsent.sent_at = unsent.accepted_at = unsent.ended_at = None
        unsent.save(force_insert=True)
    headings, row, *_others = cells_of(api(alice).get(HERE, {"format": "csv"}))
    told = dict(zip(headings, row, strict=True))
    assert told["sentiment"] == SAID["sentiment"]
    assert told["last_call_at"]
    assert told["last_call_ended_at"]


class TestPhone:
    """The number that was called last; before any call, the next one that serves."""

    @pytest.fixture
    def person(self, inside):
        with inside():
            found = a_campaign(an_account(a_provider()))
            (made,) = add_people(found, 1, phones=2)
            Entry.objects.update(earliest_at=NOON)
            return made

    def told(self, client, page):
        """Return the phone as each door tells it: report, workbook, list, its file."""
        report = cells_of(client.get(HERE, {"format": "csv"}))
        book = load_workbook(io.BytesIO(client.get(HERE).content)).get_sheet_by_index(0).to_python()
        listed = cells_of(page.get("/campaigns/entries/file/", {"format": "csv"}))
        shown = page.get("/campaigns/entries/").content.decode().split('<td class="code">')[2].split("<")[0]
        written = {rows[1][rows[0].index("phone")] for rows in (report, book, listed)}
        return {shown, *(str(phone).lstrip("'") for phone in written)}

    def test_who_was_reached_was_reached_there(self, api, page, bob, inside, person):
        """The mobile answered and met the goal: the landline was never dialled."""
        with inside():
            call_everybody(Account.objects.get(), now=NOON, ends=(End("user_hangup", 60, is_won=True),))
            assert Entry.objects.get().state == "succeeded"
        assert self.told(api(bob), page(bob)) == {person.phones[0]["number"]}

    def test_a_number_that_nobody_calls_any_more_is_not_the_next(self, api, page, bob, inside, person):
        first, second = person.phones
        with inside():
            Entry.objects.update(phones=[{**first, "retired": "bad_number"}, second])
        assert self.told(api(bob), page(bob)) == {second["number"]}


def test_no_cell_is_a_formula(api, alice, campaign):
    """S15: names and summaries come from outside."""
    text = cells_of(api(alice).get(HERE, {"format": "csv"}))[1]
    assert ("'=2+2" in text, "'=HYPERLINK(1)" in text) == (True, True)
    book = api(alice).get(HERE)
    assert book["Content-Disposition"] == 'attachment; filename="batch-1.xlsx"'
    rows = load_workbook(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert rows[1][3] == "=2+2"


def test_it_reads_some_thousand_at_a_time(campaign, inside, monkeypatch):
    """C11: flat memory; two queries a piece, nothing twice."""
    monkeypatch.setattr(import_module("campaigns.queries.entries"), "AT_ONCE", 2)
    with inside(), CaptureQueriesContext(connection) as caught:
        rows = list(queries.report_rows(campaign=campaign))
    assert len({row.pk for row in rows}) == len(rows) == 3
    assert len(caught) == 5


def test_an_unknown_format_is_refused(api, bob, campaign):
    answer(api(bob).get(HERE, {"format": "pdf"}), 400)
    answer(api(bob).get(f"{BATCHES}/nothing/report"), 404)


def test_a_campaign_without_a_file_has_no_rows_to_hand_back(api, bob, campaign):
    assert len(cells_of(api(bob).get(f"{BATCHES}/batch-1/rejected-rows", {"format": "csv"}))) == 1


class TestALargeOne:
    """W13: a workbook that nobody can wait for is a job's; CSV is still taken at once."""

    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 2)

    def asked(self, client, path=HERE):
        """Ask for a workbook; return the job's shape."""
        told = client.get(path)
        assert told.status_code == 202, told.content[:300]
        assert told["Location"] == told.json()["links"]["self"]
        assert told.json()["poll_after_s"]
        return told.json()

    @pytest.mark.parametrize(("who", "hears"), [("alice", True), ("bob", False)])
    def test_a_worker_writes_it(self, api, request, inside, campaign, who, hears):
        """S2, S5, S19: for a viewer too, and for nobody else; what was said is for those who hear."""
        client = api(request.getfixturevalue(who))
        assert client.get(HERE, {"format": "csv"})["Content-Type"].startswith("text/csv")
        job = self.asked(client)
        assert (client.get(job["links"]["status"]).json()["state"], job["state"]) == ("waiting", "waiting")
        assert client.get(job["file"]).status_code == 404
        assert work_once(platform=False)
        ended = client.get(job["links"]["self"]).json()
        assert (ended["state"], ended["result"]["rows"]) == ("completed", 3)
        taken = client.get(job["file"])
        assert taken["Content-Disposition"] == 'attachment; filename="batch-1.xlsx"'
        rows = load_workbook(io.BytesIO(taken.content)).get_sheet_by_index(0).to_python()
        assert (len(rows), set(SAID) <= set(rows[0])) == (4, hears)
        other = api(request.getfixturevalue("bob" if hears else "alice"))
        assert other.get(job["file"]).status_code == 404
        with inside():
            assert AuditEntry.objects.filter(verb="hear").exists() == hears

    def test_asked_for_again_it_is_the_same(self, api, bob, acme, inside, campaign):
        """W13: while a job writes it; a killed worker's job is taken up again."""
        client = api(bob)
        first = self.asked(client)
        asked = JobRequest.objects.get()
        with inside():
            Job.objects.create(id=asked.job, kind=asked.kind, params=asked.params, created_by=bob.pk)
        assert self.asked(client)["id"] == first["id"]

    def test_rows_that_were_not_accepted_are_in_the_language_of_whoever_asked(self, api, alice, inside):
        """C10, W7: heading and reason."""
        with inside():
            a_payer()
        client = api(alice)
        content = a_file(*(debtor(number) for number in range(2)), *["1-1;Mal;;1;;;"] * 3)
        made = answer(send(client, CREATE, content), 201)
        path = f"{BATCHES}/{made['batch_id']}/rejected-rows"
        job = self.asked(client, f"{path}?format=xlsx")
        assert work_once(platform=False)
        rows = load_workbook(io.BytesIO(client.get(job["file"]).content)).get_sheet_by_index(0).to_python()
        asked_now = cells_of(client.get(path, {"format": "csv"}))
        assert [rows[0], rows[1][-1]] == [asked_now[0], asked_now[1][-1]]
        assert len(rows) == len(asked_now) == 4
