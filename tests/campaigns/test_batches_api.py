"""Campaigns by the API: made, listed, changed, forecast; entries and calls, in a pinned number of queries."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import actions, queries
from campaigns.models import Account, CallAttempt, Campaign, Debt, Entry, Tally
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.uploading import BATCHES, CREATE, people, send, standing
from tests.personas.writing import answer

NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("unused_counters")


@pytest.fixture
def account(inside):
    with inside():
        return an_account(a_provider(), code="acc-test-001")


@pytest.fixture
def client(api, alice, account):
    return api(alice)


def codes(said):
    return [one["name"] for one in said["results"]]


class TestCreate:
    def test_its_settings_are_complete_and_its_frame_is_kept(self, client, account):
        """C13: its own, else the account's, else the frame's; the frame's version is stored."""
        sent = {"retry_settings": {"max_attempts": 5}, "ring_timeout": 20}
        body = {"account_id": "acc-test-001", "name": " Cobranza  Marzo ", "call_settings": sent}
        made = answer(client.post(BATCHES, body), 201)
        assert made["success"] is True
        batch = made["batch"]
        assert batch["call_settings"] == {
            "allowed_call_hours": {"start": "08:00", "end": "20:00"},
            "timezone": "America/Santiago",
            "retry_settings": {"max_attempts": 5, "retry_delay_hours": 24},
            "days_of_week": [1, 2, 3, 4, 5, 6, 7],
            "ring_seconds": 20,
            "max_call_seconds": 300,
            "voicemail": "hang_up",
            "legal_frame": "cl_collection",
        }
        assert batch["legal_frame"].startswith("cl_collection/")
        expected = {"name": "Cobranza Marzo", "state": "draft", "is_active": False, "priority": 1}
        assert batch.items() >= expected.items()
        assert answer(client.get(f"{BATCHES}/{batch['batch_id']}")) == made

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"name": "x"}, 422),
            ({"account_id": "nobody", "name": "x"}, 404),
            ({"account_id": "acc-test-001", "name": ""}, 422),
            ({"account_id": "acc-test-001", "name": "x", "priority": 4}, 422),
            ({"account_id": "acc-test-001", "name": "x", "priority": "1"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "use_case": "spam"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "call_settings": {"hours": 1}}, 422),
            ({"account_id": "acc-test-001", "name": "x", "call_settings": []}, 422),
            ({"account_id": "acc-test-001", "name": "x", "spend_cap": "-1"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "starts_at": "soon"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "starts_at": "9999-12-31T12:00:00Z"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "ends_at": "0001-01-01T12:00:00Z"}, 422),
            ({"account_id": "acc-test-001", "name": "x", "odd": 1}, 422),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, client, inside, body, status):
        answer(client.post(BATCHES, body), status)
        with inside():
            assert not Campaign.objects.exists()

    def test_the_law_leaves_no_hour(self, client):
        """C13: frame ∩ campaign empty is 422 at creation, naming the key as sent."""
        hours = {"allowed_hours": {"start": "21:00", "end": "23:00"}}
        body = {"account_id": "acc-test-001", "name": "x", "call_settings": hours}
        said = answer(client.post(BATCHES, body), 422)
        assert [one["pointer"] for one in said["errors"]] == ["#/call_settings/allowed_hours"]


class TestList:
    @pytest.fixture
    def three(self, inside, account):
        with inside():
            other = an_account(account.provider, code="acc-2")
            a_campaign(account, code="batch-1")
            a_campaign(other, code="batch-2")
            Campaign.objects.filter(code="batch-2").update(state="ready")
            a_campaign(account, code="batch-3")
            Campaign.objects.filter(code="batch-3").update(state="archived", completed_at=NOON)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["batch-2", "batch-1"]),
            ("state=archived", ["batch-3"]),
            ("state=running", ["batch-1"]),
            ("is_active=true", ["batch-1"]),
            ("is_active=false", ["batch-2"]),
            ("account_id=acc-2", ["batch-2"]),
            ("name=TCH-1", ["batch-1"]),
            ("use_case=survey", []),
            ("limit=1", ["batch-2"]),
        ],
    )
    def test_it_is_filtered(self, client, three, query, found):
        assert codes(answer(client.get(f"{BATCHES}?{query}"))) == found

    @pytest.mark.parametrize(
        ("query", "status"),
        [("state=odd", 422), ("use_case=odd", 422), ("account_id=nobody", 404), ("odd=1", 400)],
    )
    def test_unknown_values_are_422_and_unknown_accounts_404(self, client, three, query, status):
        """API."""
        answer(client.get(f"{BATCHES}?{query}"), status)

    def test_others_see_nothing(self, api, carol, three):
        assert codes(answer(api(carol).get(BATCHES))) == []
        for path in ("", "/summary", "/entries", "/forecast", "/report", "/rejected-rows"):
            answer(api(carol).get(f"{BATCHES}/batch-1{path}"), 404)


class TestChange:
    def test_what_is_named_changes_and_is_noted(self, client, inside, account):
        with inside():
            a_campaign(account)
        changes = {"name": "Otra", "priority": 3, "spend_cap": "12.5", "description": "x"}
        batch = answer(client.send("patch", f"{BATCHES}/batch-1", changes))["batch"]
        assert batch.items() >= (changes | {"spend_cap": "12.5000"}).items()
        settings = {"call_settings": {"ring_seconds": 20}}
        answer(client.send("patch", f"{BATCHES}/batch-1", settings), 409)
        answer(client.post(f"{BATCHES}/batch-1/pause"))
        batch = answer(client.send("patch", f"{BATCHES}/batch-1", settings))["batch"]
        assert batch["call_settings"]["ring_seconds"] == 20
        answer(client.send("patch", f"{BATCHES}/batch-1", {"state": "ready"}), 422)
        answer(client.post(f"{BATCHES}/batch-1/cancel"))
        answer(client.send("patch", f"{BATCHES}/batch-1", {"name": "Tarde"}), 409)

    def test_a_higher_cap_releases_who_waited_for_it(self, client, inside, account):
        """C23: held by the cap, they are queued again."""
        with inside():
            found = a_campaign(account, people=2, spend_cap=Decimal(1))
            Entry.objects.update(state="on_hold", reason="spend_cap", next_action="cure")
            Tally.objects.filter(pk=found.pk).update(queued=0, on_hold=2)
        answer(client.send("patch", f"{BATCHES}/batch-1", {"spend_cap": None}))
        with inside():
            assert standing("batch-1") == {"queued": 2}


class TestForecast:
    def test_it_tells_people_money_and_time(self, client, inside, account):
        """Forecast: N callable, M held and why, N × R, × max_attempts; nothing is written."""
        with inside():
            made = a_campaign(account, people=10, settings={"retry_settings": {"max_attempts": 3}})
            one, two = Entry.objects.order_by("id")[:2]
            Entry.objects.filter(pk=one.pk).update(state="on_hold", reason="no_funds")
            Entry.objects.filter(pk=two.pk).update(state="needs_review", reason="cut_short")
            Tally.objects.filter(pk=made.pk).update(queued=8, on_hold=1, needs_review=1)
            with CaptureQueriesContext(connection) as caught:
                found = actions.forecast(code="batch-1", now=NOON)
            assert len(caught) == 6
            assert found.obstacles == {}
            assert (found.begin_at, found.calls_at_once) == (NOON, 1000)
            assert found.finish_at is not None
            assert found.finish_at > NOON
        said = answer(client.get(f"{BATCHES}/batch-1/forecast"))
        # Set-up 0.02 and 5 minutes of 0.15: 0.77 a call.
        assert (
            said.items()
            >= {
                "callable_jobs": 8,
                "held_jobs": 2,
                "held_because": {"cut_short": 1, "no_funds": 1},
                "cost_per_attempt": "0.7700",
                "cost_once": "6.1600",
                "cost_at_most": "18.4800",
                "unit": "USD",
            }.items()
        )
        assert said["advice"]


class TestSummary:
    def test_it_sums_up_states_outcomes_hours_and_rates(self, client, inside, account):
        """API: each state, outcome, hour; rates by their one definition, null of nothing."""
        with inside():
            made = a_campaign(account, people=4)
            Entry.objects.update(earliest_at=NOON)
            call = claimed(account, now=NOON).calls[0]
            CallAttempt.objects.filter(pk=call.id).update(
                state="closed", outcome="conversed", accepted_at=NOON, sent_at=NOON, ended_at=NOON,
                closed_at=NOON, is_counted=True,
                is_contact=True,
            )  # fmt: skip
            Tally.objects.filter(pk=made.pk).update(dialled=4, reached=3, promised=1)
            Entry.objects.filter(pk=call.chosen.candidate.id).update(
                promise_on=date(2026, 5, 1), promise_amount=Decimal(500)
            )
            with CaptureQueriesContext(connection) as caught:
                queries.summary(queries.campaign(code="batch-1"))
            assert len(caught) == 5
        said = answer(client.get(f"{BATCHES}/batch-1/summary"))
        assert said["jobs_by_state"]["claimed"] == 4
        assert said["calls_by_outcome"] == {"conversed": 1}
        assert said["calls_by_hour"] == [{"hour": 12, "calls": 1, "contacts": 1}]
        assert said["rates"] == {"success": None, "contact": 75.0, "promise": 33.3}
        assert (said["amount_promised"], said["file"]) == ("500.0000", None)


class TestEntries:
    def test_they_come_in_the_order_of_the_file(self, client, inside, account):
        """API: `jobs` is another name for them."""
        said = answer(send(client, CREATE, people(3)), 201)
        page = answer(client.get(f"{BATCHES}/{said['batch_id']}/entries?limit=2&count=exact"))
        assert ([one["row"] for one in page["results"]], page["count"]) == ([2, 3], 3)
        rest = answer(
            client.get(f"{BATCHES}/{said['batch_id']}/entries?limit=2&cursor={page['next_cursor']}")
        )
        assert [one["row"] for one in rest["results"]] == [4]
        first = page["results"][0]
        assert first["debts"][0]["amount"] == "98500.0000"
        assert (first["state"], first["next_action"], first["reason"]) == ("queued", "dial", "new")
        assert answer(client.get(f"/api/v1/jobs/{first['job_id']}"))["job"] == first
        listed = answer(client.get(f"/api/v1/jobs?batch_id={said['batch_id']}&state=queued"))
        assert len(listed["results"]) == 3
        assert answer(client.get("/api/v1/entries", {"phone": "+56960000001"}))["results"][0]["row"] == 3
        answer(client.get("/api/v1/jobs?state=odd"), 422)
        answer(client.get("/api/v1/jobs?batch_id=odd"), 404)
        answer(client.get("/api/v1/jobs/999999"), 404)

    def test_a_page_costs_as_many_queries_whatever_its_size(self, client, inside, account):
        with inside():
            found = a_campaign(account, people=30)
            Debt.objects.bulk_create(
                Debt(entry=one, creditor="x", amount=1) for one in Entry.objects.order_by("id")
            )
            for most in (3, 30):
                with CaptureQueriesContext(connection) as caught:
                    assert [len(one.debts.all()) for one in queries.entries_of(campaign=found)[:most]]
                assert len(caught) == 2


class TestHistory:
    @pytest.fixture
    def calls(self, inside, account):
        with inside():
            a_campaign(account, people=3)
            Entry.objects.update(earliest_at=NOON)
            made = claimed(account, now=NOON).calls
            # 23:30 of the 14th, and half past midnight, on the account's clock.
            moments = (
                datetime(2026, 4, 15, 3, 30, tzinfo=UTC),
                datetime(2026, 4, 15, 4, 30, tzinfo=UTC),
                NOON,
            )
            for call, moment in zip(made, moments, strict=True):
                CallAttempt.objects.filter(pk=call.id).update(claimed_at=moment)
            return made

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", 3),
            ("start_date=2026-04-15", 2),
            ("end_date=2026-04-14", 1),
            ("start_date=2026-04-15&end_date=2026-04-15&account_id=acc-test-001", 2),
            ("batch_id=batch-1", 3),
            ("outcome=machine", 0),
            ("start_date=0001-01-01&end_date=9999-12-31", 3),
            ("start_date=9999-12-31", 0),
            ("end_date=0001-01-01", 0),
        ],
    )
    def test_days_are_those_of_the_account_s_clock(self, api, bob, calls, query, found):
        """API: both days included. S13: no day comes after the last of all."""
        said = answer(api(bob).get(f"/api/v1/calls/history?{query}"))
        assert len(said["results"]) == found

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("start_date=14/04/2026", 400),
            ("outcome=odd", 422),
            ("account_id=nobody", 404),
            ("batch_id=nobody", 404),
            ("odd=1", 400),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, api, bob, calls, query, status):
        answer(api(bob).get(f"/api/v1/calls/history?{query}"), status)

    @pytest.mark.parametrize(
        "typed", ["+56980000010", "%2B56980000010", "56980000010", "%2B56+9+8000+0010", "9 8000-0010"]
    )
    def test_a_number_is_found_however_it_is_typed(self, api, bob, calls, typed):
        """API: a plus that nobody encoded arrives as a blank; lists of people and of calls read alike."""
        (call,) = answer(api(bob).get(f"/api/v1/calls/history?phone={typed}"))["results"]
        assert call["to_number"] == "+56980000010"
        (entry,) = answer(api(bob).get(f"/api/v1/entries?phone={typed}"))["results"]
        assert entry["job_id"] == call["job_id"]

    @pytest.mark.parametrize("typed", ["+51987654321", "%2B51987654321", "51987654321", "987654321"])
    def test_a_number_is_read_as_those_of_its_accounts(self, api, bob, inside, calls, typed):
        """C5: an account abroad has its people's numbers as they are written there."""
        with inside():
            Account.objects.update(country="PE")
            CallAttempt.objects.filter(pk=calls[0].id).update(to_number="+51987654321")
        (call,) = answer(api(bob).get(f"/api/v1/calls/history?phone={typed}"))["results"]
        assert call["to_number"] == "+51987654321"

    @pytest.mark.parametrize(
        ("index", "query"),
        [
            ("attempt_of_account", "account_id=acc-test-001&start_date=2026-04-15"),
            ("attempt_of_campaign", "batch_id=batch-1"),
            ("attempt_of_number", "phone=980000010"),
        ],
    )
    def test_it_uses_an_index(self, api, bob, calls, inside, index, query):
        """API: history uses indexes, in the very query that it asks."""
        assert index in plan_of(api(bob), inside, f"/api/v1/calls/history?{query}")


class TestDocuments:
    @pytest.fixture
    def entry(self, inside, account):
        with inside():
            a_campaign(account, people=3)
            found = Entry.objects.order_by("id")[1]
            Entry.objects.filter(pk=found.pk).update(document="9876543-3", person_key="D:CL:9876543-3")
            return found

    @pytest.mark.parametrize("typed", ["9876543-3", "9.876.543-3", "98765433", " 09876543-3 "])
    def test_a_document_is_found_however_it_is_typed(self, client, entry, typed):
        """C4: as suppressions read it."""
        (found,) = answer(client.get("/api/v1/entries", {"document": typed}))["results"]
        assert found["job_id"] == str(entry.pk)

    @pytest.mark.parametrize("typed", ["9876543-4", "nobody", "+"])
    def test_what_is_no_document_is_nobody_s(self, client, entry, typed):
        assert answer(client.get("/api/v1/entries", {"document": typed}))["results"] == []
        assert answer(client.get("/api/v1/entries", {"phone": typed}))["results"] == []

    def test_a_document_of_an_account_abroad_is_found(self, client, inside, entry):
        """C4: each account's people have documents of its country."""
        with inside():
            Account.objects.update(country="PE")
            Entry.objects.filter(pk=entry.pk).update(document="10117410", person_key="D:PE:10117410")
        (found,) = answer(client.get("/api/v1/entries", {"document": "10117410"}))["results"]
        assert found["job_id"] == str(entry.pk)

    def test_they_are_looked_up_by_an_index(self, client, inside, entry):
        assert "entry_once" in plan_of(client, inside, "/api/v1/entries?document=9876543-3")


def plan_of(client, inside, address):
    """Return how the database finds the rows of a list, sequential scans aside."""
    with CaptureQueriesContext(connection) as caught:
        answer(client.get(address))
    (asked,) = (one["sql"] for one in caught if "LIMIT 51" in one["sql"])
    with inside(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        return str(cursor.fetchall())
