"""A draft gets its file: understood, looked at, read, taken out again; by the API in one step (C1, C10)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.utils import timezone

from campaigns import actions, queries
from campaigns.actions import Upload
from campaigns.actions.importing import looking, storing
from campaigns.models import Campaign, ClientFile, Debt, Entry, RowReport
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import LeaseLost
from tenants.jobs.runner import work
from tenants.jobs.runner.work import work_on
from tenants.scope import current_schema
from tests.campaigns.calling import a_campaign
from tests.campaigns.uploading import (
    BATCHES,
    CREATE,
    a_file,
    a_payer,
    cells_of,
    debtor,
    drift,
    people,
    send,
    standing,
)
from tests.lives import fall_silent
from tests.personas.writing import answer

pytestmark = pytest.mark.usefixtures("unused_counters")
NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ODD = "RUT;Nombre;Saldo;Fono contacto"


@pytest.fixture
def payer(inside):
    with inside():
        return a_payer()


@pytest.fixture
def draft(inside, payer) -> Campaign:
    with inside():
        return actions.create_campaign(account=payer.code, facts={"name": "Marzo"}, now=NOW)


@pytest.fixture
def client(api, alice, payer):
    return api(alice)


def upload_of(content: bytes, **said: Any) -> Upload:
    return Upload("acc-test-001", content, "lista.csv", **said)


def attach(draft: Campaign, content: bytes, **said: Any) -> ClientFile:
    return actions.attach_file(code=draft.code, upload=upload_of(content, **said), now=NOW)


class TestLookingAtIt:
    def test_it_stores_nobody_until_it_is_read(self, inside, draft):
        """C1, C10: the counts of the look are those of the reading; a campaign with people is ready."""
        content = a_file(*(debtor(number) for number in range(3)), "1-1;Mal;;1;;;", debtor(0))
        with inside():
            attach(draft, content)
            seen = actions.preview_draft(code=draft.code)
            assert Entry.objects.count() == RowReport.objects.count() == 0
            assert (seen.rows, seen.is_whole) == (5, True)
            made = actions.read_draft(code=draft.code)
            assert seen.read is not None
            assert made.file.report == seen.read.stats()
            assert standing(draft.code) == {"queued": 3}
            assert queries.campaign(code=draft.code).state == "ready"

    def test_reading_twice_is_reading_once(self, inside, draft):
        """C10"""
        with inside():
            attach(draft, people(2))
            assert actions.read_draft(code=draft.code).is_new
            with pytest.raises(actions.CampaignMoveRefused):
                actions.read_draft(code=draft.code)
            assert standing(draft.code) == {"queued": 2}

    def test_missing_columns_are_chosen_and_remembered_for_the_account(self, inside, draft):
        """C1"""
        content = a_file("10000000-8;Ana;1000;960000000", headings=ODD)
        with inside():
            attach(draft, content)
            seen = actions.preview_draft(code=draft.code)
            assert (seen.read, [str(one.column) for one in seen.opened.missing]) == (None, ["phone"])
            assert seen.opened.missing[0].look_alikes == ("Fono contacto",)
            with pytest.raises(actions.ColumnsUnusable):
                actions.read_draft(code=draft.code)
            mapping = seen.opened.mapping | {"phone": "Fono contacto"}
            actions.change_reading(code=draft.code, reading={"mapping": mapping})
            actions.read_draft(code=draft.code)
            assert Entry.objects.get().phones[0]["number"] == "+56960000000"
            other = actions.create_campaign(account=draft.account.code, facts={"name": "Abril"}, now=NOW)
            assert attach(other, content).mapping["phone"] == "Fono contacto"

    def test_a_mapping_that_contradicts_itself_is_refused(self, inside, draft):
        """C1"""
        with inside():
            file = attach(draft, people(1))
            twice = file.mapping | {"landline": file.mapping["mobile"]}
            with pytest.raises(actions.ColumnsUnusable):
                actions.change_reading(code=draft.code, reading={"mapping": twice})

    def test_dates_count_from_the_day_of_the_upload_on_the_campaigns_clock(self, inside, draft):
        """C8: the clock may change between the upload and the reading."""
        with inside():
            attach(draft, people(1))
            late = datetime(2026, 4, 15, 23, 30, tzinfo=UTC)
            ClientFile.objects.filter(campaign=draft).update(created_at=late)
            settings = draft.call_settings | {"timezone": "Pacific/Auckland"}
            actions.change_campaign(code=draft.code, changes={"call_settings": settings}, now=NOW)
            actions.change_reading(code=draft.code, reading={"dias_fecha_limite": 1, "dias_fecha_maxima": 2})
            actions.read_draft(code=draft.code)
            entry = Entry.objects.get()
            assert [str(entry.fecha_limite), str(entry.fecha_maxima)] == ["2026-04-17", "2026-04-18"]

    def test_a_large_file_is_looked_at_in_part_and_read_by_a_job(self, inside, draft, monkeypatch):
        """W2, C11"""
        monkeypatch.setattr(storing, "ROWS_AT_ONCE", 3)
        monkeypatch.setattr(looking, "ROWS_LOOKED_AT", 2)
        with inside():
            attach(draft, people(4))
            seen = actions.preview_draft(code=draft.code)
            assert seen.read is not None
            assert (len(seen.read.rows), seen.rows, seen.is_whole) == (2, 4, False)
            job = actions.read_draft(code=draft.code).job
            assert job is not None
            assert actions.read_draft(code=draft.code).job == job
            for refused in (
                lambda: attach(draft, people(1)),
                lambda: actions.change_reading(code=draft.code, reading={}),
                lambda: actions.take_people_out(code=draft.code),
            ):
                with pytest.raises(actions.FileBeingRead):
                    refused()
            assert work_on(DueTicket(job.id, current_schema() or ""))
            assert standing(draft.code) == {"queued": 4}

    def test_a_worker_that_dies_after_the_last_commit_has_read_it(self, inside, draft, monkeypatch):
        """J6, S11: the next one finds the file read, whatever became of its campaign, and says the same."""
        monkeypatch.setattr(storing, "ROWS_AT_ONCE", 3)
        with inside():
            attach(draft, people(4))
            job = actions.read_draft(code=draft.code).job
            assert job is not None
            ticket = DueTicket(job.id, current_schema() or "")
            with monkeypatch.context() as dying:
                dying.setattr(work, "_finish", Mock(side_effect=LeaseLost))
                assert work_on(ticket)
            fall_silent(job, ticket.schema)
            assert queries.campaign(code=draft.code).state == "ready"
            assert work_on(ticket)
            job.refresh_from_db()
            assert (job.state, job.error, job.attempt) == ("completed", "", 2)
            assert job.result == ClientFile.objects.get().report
            assert standing(draft.code) == {"queued": 4}

    def test_another_file_takes_the_place_of_the_first(self, inside, draft):
        """C1: of a file that brought nobody nothing stays."""
        with inside():
            attach(draft, a_file("1-1;Mal;;1;;;"))
            actions.read_draft(code=draft.code)
            assert queries.campaign(code=draft.code).state == "draft"
            attach(draft, people(2))
            actions.read_draft(code=draft.code)
            assert (standing(draft.code), RowReport.objects.count()) == ({"queued": 2}, 0)


class TestTakingOut:
    def test_everybody_leaves_and_the_file_can_be_read_otherwise(self, inside, draft):
        """W4: what was applied is undone while nobody was called."""
        with inside():
            attach(draft, people(3))
            actions.read_draft(code=draft.code)
            actions.take_people_out(code=draft.code)
            assert (Entry.objects.count(), Debt.objects.count(), standing(draft.code)) == (0, 0, {})
            actions.change_reading(code=draft.code, reading={"allow_duplicates": True})
            actions.read_draft(code=draft.code)
            assert standing(draft.code) == {"queued": 3}

    def test_nobody_leaves_a_campaign_that_has_begun(self, inside, payer):
        """C22"""
        with inside():
            running = a_campaign(payer, people=2)
            with pytest.raises(actions.CampaignMoveRefused):
                actions.take_people_out(code=running.code)
            assert drift(running) == {}


class TestByTheApi:
    def test_an_empty_draft_gets_a_file(self, client, inside, draft):
        """API: the batch is the one that was made, with the file's people; the same again is that (C10)."""
        said = answer(send(client, CREATE, people(3), batch_id=draft.code), 201)
        assert (said["batch_id"], said["stats"]["persons"]) == (draft.code, 3)
        again = answer(send(client, CREATE, people(3), batch_id=draft.code), 200)
        assert again == said
        with inside():
            assert standing(draft.code) == {"queued": 3}

    def test_settings_that_come_with_it_are_the_drafts(self, client, inside, draft):
        """C1"""
        settings = '{"max_attempts": 2}'
        answer(send(client, CREATE, people(1), batch_id=draft.code, call_settings_json=settings), 201)
        with inside():
            stored = queries.campaign(code=draft.code).call_settings
            assert stored["retry_settings"]["max_attempts"] == 2

    def test_what_is_no_draft_of_the_account_is_refused(self, client, inside, draft):
        """W11"""
        answer(send(client, CREATE, people(1), batch_id="batch-none"), 404)
        with inside():
            a_payer("acc-other")
        answer(send(client, CREATE, people(1), batch_id=draft.code, account_id="acc-other"), 422)
        answer(send(client, CREATE, people(1), batch_id=draft.code), 201)
        refused = answer(send(client, CREATE, people(2), batch_id=draft.code), 409)
        assert refused["code"] == "campaign_state" if "code" in refused else refused["status"] == 409

    def test_a_cancelled_campaign_takes_its_file_no_second_time(self, client, draft):
        """C10, C22: the campaign that was named is over, and the answer says so."""
        answer(send(client, CREATE, people(2), batch_id=draft.code), 201)
        answer(client.post(f"{BATCHES}/{draft.code}/cancel?reason=x"))
        answer(send(client, CREATE, people(2), batch_id=draft.code), 409)

    def test_its_refused_rows_can_be_taken_away(self, client, inside, draft):
        """C10, W3"""
        answer(send(client, CREATE, a_file(debtor(1), "1-1;Mal;;1;;;"), batch_id=draft.code), 201)
        rows = cells_of(client.client.get(f"{BATCHES}/{draft.code}/rejected-rows?format=csv"))
        assert [row[0] for row in rows[1:]] == ["1-1"]


def test_a_draft_begun_twice_is_one(inside, payer):
    """W12: a second press within a day finds the first draft."""
    with inside():
        one, two = (
            actions.begin_draft(upload=upload_of(people(1), name="Marzo"), now=timezone.now(), key="once")
            for _time in range(2)
        )
        other = actions.begin_draft(
            upload=upload_of(people(1)), now=timezone.now() + timedelta(days=2), key="once"
        )
        assert (one, Campaign.objects.count()) == (two, 2)
        assert other != one
