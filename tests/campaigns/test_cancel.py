"""The life of a campaign: launch, pause, resume, cancel, archive; each step once, or why not (C22)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from campaigns import actions
from campaigns.actions import CampaignMoveRefused, NotLaunchable, cancelling
from campaigns.models import Account, CallAttempt, Campaign, Entry, Tally
from campaigns.queries import campaign
from campaigns.rules import CAMPAIGN_ENDS, CampaignState, EntryState
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.records.models import AuditEntry
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.uploading import BATCHES, CREATE, drift, people, send, standing
from tests.personas.writing import answer

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
pytestmark = pytest.mark.usefixtures("unused_counters", "in_english")


@pytest.fixture
def account(inside):
    with inside():
        return an_account(a_provider(), code="acc-test-001")


@pytest.fixture
def running(inside, account):
    with inside():
        made = a_campaign(account, people=6)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        return made


def place(number, state, **values):
    """Put one of the entries elsewhere, counters included."""
    entry = Entry.objects.order_by("id")[number]
    if entry.state == state:
        return entry
    Tally.objects.filter(pk=entry.campaign_id).update(
        **{entry.state: getattr(Tally.objects.get(pk=entry.campaign_id), entry.state) - 1, str(state): 1}
    )
    Entry.objects.filter(pk=entry.pk).update(state=state, **values)
    return entry


class TestCancel:
    def test_everybody_who_waits_leaves_and_held_money_comes_back(self, inside, account, running):
        """C22: queued, claimed and unsent, retry_wait, on_hold, needs_review; calls under way stay."""
        with inside():
            calls = claimed(account, now=NOON).calls
            assert len(calls) == 6
            for call in calls[:2]:
                CallAttempt.objects.filter(pk=call.id).update(state="sent", sent_at=NOON)
            add_people(running, 4, first=50)
            late = Entry.objects.order_by("-id")
            for entry, state in zip(late[:3], ("retry_wait", "on_hold", "needs_review"), strict=True):
                Tally.objects.filter(pk=running.pk).update(
                    queued=Tally.objects.get(pk=running.pk).queued - 1, **{state: 1}
                )
                Entry.objects.filter(pk=entry.pk).update(state=state)
            assert drift(running) == {}
            found = actions.cancel(code="batch-1", reason=" Cliente pidió parar ", now=LATER)
            assert (found.state, found.is_active) == (CampaignState.CANCELLED, False)
            assert (found.completed_at, found.cancellation_reason) == (LATER, "Cliente pidió parar")
            assert standing("batch-1") == {"claimed": 2, "cancelled": 8}
            payer = Account.objects.get()
            held = CallAttempt.objects.open().aggregate(n=Sum("reserved"))["n"]
            assert payer.balance == Decimal(1000) - held
            assert payer.balance == payer.ledger.aggregate(n=Sum("amount"))["n"]
            assert Tally.objects.get(pk=running.pk).reserved == held
            assert claimed(account, now=LATER).calls == []

    def test_repeats_keep_the_first_time_and_reason(self, api, alice, running, inside):
        """C22: 200 again, nothing changes; the answer is the first clients'."""
        client, path = api(alice), f"{BATCHES}/batch-1/cancel"
        first = answer(client.post(f"{path}?reason=Cliente%20solicit%C3%B3%20detenci%C3%B3n"))
        assert first == {
            "success": True,
            "message": "Batch cancelled successfully",
            "reason": "Cliente solicitó detención",
        }
        with inside():
            ended = Campaign.objects.get().completed_at
        assert answer(client.post(f"{path}?reason=otra")) == first
        with inside():
            found = Campaign.objects.get()
            assert (found.completed_at, found.cancellation_reason) == (ended, "Cliente solicitó detención")
            noted = AuditEntry.objects.get(verb="cancel", object_type="campaign")
            assert noted.change == {"reason": "Cliente solicitó detención", "was": "running"}
        answer(client.post(f"{BATCHES}/batch-1/resume"), 409)
        answer(client.post(f"{path}?reason={'x' * 501}"), 400)

    def test_a_completed_campaign_is_not_cancelled(self, inside, running):
        """C22: 409."""
        with inside():
            Campaign.objects.update(state="completed", completed_at=NOON)
            with pytest.raises(CampaignMoveRefused, match="The campaign is Completed"):
                actions.cancel(code="batch-1", reason="", now=LATER)

    def test_a_large_one_stops_at_once_and_empties_by_a_job(
        self, inside, acme, account, running, monkeypatch
    ):
        """C22: the state first, then people some thousand at a time; nothing is dialled meanwhile."""
        monkeypatch.setattr(cancelling, "ENTRIES_AT_ONCE", 4)
        monkeypatch.setattr(cancelling, "ENTRIES_A_CHUNK", 4)
        with inside():
            found = actions.cancel(code="batch-1", reason="x", now=NOON)
            assert found.state == CampaignState.CANCELLED
            assert standing("batch-1") == {"queued": 6}
            assert claimed(account, now=NOON).calls == []
            job = Job.objects.get(kind="campaigns.cancel")
        work_on(DueTicket(job.id, acme.schema_name))
        with inside():
            assert standing("batch-1") == {"cancelled": 6}
            assert Job.objects.get(pk=job.pk).counters == {"cancelled": 6}

    def test_an_import_stops_with_its_campaign(self, api, alice, inside, account, acme):
        """C22: a draft whose file is still read; the job ends, what it wrote leaves."""
        said = answer(send(api(alice), CREATE, people(3), query="?async=true"), 202)
        with inside():
            actions.cancel(code=said["batch_id"], reason="", now=LATER)
            job = Job.objects.get(kind="campaigns.import")
            assert job.state == "cancelled"
            assert not Entry.objects.exists()

    def test_an_import_that_runs_writes_nothing_more(self, api, alice, inside, account, acme):
        """C22: the chunk that comes too late finds no draft."""
        answer(send(api(alice), CREATE, people(3), query="?async=true"), 202)
        with inside():
            Campaign.objects.update(state="cancelled", completed_at=LATER)
            job = Job.objects.get(kind="campaigns.import")
        work_on(DueTicket(job.id, acme.schema_name))
        with inside():
            assert (Job.objects.get(pk=job.pk).state, Entry.objects.count()) == ("failed", 0)


class TestLaunch:
    def test_it_runs_from_its_first_launch_on(self, api, alice, inside, account):
        """C22: ready → running; twice is once; the dispatcher is woken."""
        client = api(alice)
        said = answer(send(client, CREATE, people(2), dias_fecha_maxima="60"), 201)
        path = f"{BATCHES}/{said['batch_id']}"
        launched = answer(client.post(f"{path}/launch"))
        assert (launched["success"], launched["batch"]["is_active"]) == (True, True)
        with inside():
            first = Campaign.objects.get().started_at
            assert Job.objects.filter(kind="campaigns.dispatch", subject=str(account.provider_id)).exists()
        assert answer(client.post(f"{path}/launch"))["batch"]["state"] == "running"
        answer(client.post(f"{path}/pause"))
        answer(client.post(f"{path}/launch"), 409)
        resumed = answer(client.post(f"{path}/resume"))["batch"]
        assert (resumed["state"], resumed["paused_at"]) == ("running", None)
        with inside():
            assert Campaign.objects.get().started_at == first

    def test_it_takes_a_schedule(self, api, alice, inside, account):
        client = api(alice)
        said = answer(send(client, CREATE, people(1), dias_fecha_maxima="60"), 201)
        begin = timezone.now().replace(microsecond=0) + timedelta(days=10)
        when = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(days=20)).isoformat()}
        path = f"{BATCHES}/{said['batch_id']}/launch"
        answer(client.post(path, dict(zip(when, reversed(when.values()), strict=True))), 422)
        launched = answer(client.post(path, when))["batch"]
        assert datetime.fromisoformat(launched["starts_at"]) == begin
        assert datetime.fromisoformat(launched["ends_at"]) == begin + timedelta(days=20)

    def test_it_says_everything_that_is_missing(self, inside, account):
        """C22: nobody to call, an account that may not, no provider."""
        with inside():
            Account.objects.update(status="suspended", provider=None)
            made = actions.create_campaign(account=account.code, facts={"name": "Vacía"}, now=NOON)
            with pytest.raises(NotLaunchable) as refused:
                actions.launch(code=made.code, now=NOON)
        assert refused.value.extra["reasons"] == ["no_entries", "account_not_active", "no_provider"]


class TestSteps:
    STEPS = {
        "launch": ({"draft", "ready", "running"}, "running"),
        "pause": ({"running", "paused"}, "paused"),
        "resume": ({"running", "paused"}, "running"),
        "cancel": ({"draft", "ready", "running", "paused", "cancelled"}, "cancelled"),
        "archive": ({"completed", "cancelled", "archived"}, "archived"),
    }

    @pytest.mark.parametrize("state", list(CampaignState))
    @pytest.mark.parametrize("verb", STEPS)
    def test_each_step_leads_where_the_table_says_or_is_409(self, api, alice, inside, running, verb, state):
        """States: an illegal move is 409 and says why."""
        with inside():
            ended = NOON if state in CAMPAIGN_ENDS else None
            Campaign.objects.update(state=state, completed_at=ended)
        allowed, to = self.STEPS[verb]
        response = api(alice).post(f"{BATCHES}/batch-1/{verb}")
        # A draft is launched once its people are there, which makes it ready.
        expected = 200 if str(state) in allowed and (verb, state) != ("launch", "draft") else 409
        assert response.status_code == expected, response.content
        with inside():
            now = Campaign.objects.get().state
        if expected == 200:
            assert now == to
        else:
            assert (now, bool(response.json()["detail"])) == (state, True)

    def test_a_viewer_moves_nothing(self, api, bob, running):
        for verb in self.STEPS:
            answer(api(bob).post(f"{BATCHES}/batch-1/{verb}"), 403)

    def test_a_pause_stops_claims_at_once(self, inside, account, running):
        """C22: no new dial."""
        with inside():
            actions.pause(code="batch-1", now=NOON)
            assert claimed(account, now=NOON).calls == []
            actions.resume(code="batch-1", now=NOON)
            assert len(claimed(account, now=NOON).calls) == 6


class TestDelete:
    def test_only_drafts_are_deleted(self, api, alice, inside, account):
        client = api(alice)
        draft = answer(client.post(BATCHES, {"account_id": account.code, "name": "Borrador"}), 201)["batch"]
        assert client.send("delete", f"{BATCHES}/{draft['batch_id']}").status_code == 204
        ready = answer(send(client, CREATE, people(1)), 201)["batch_id"]
        answer(client.send("delete", f"{BATCHES}/{ready}"), 409)
        with inside():
            Campaign.objects.update(state="draft")
        assert client.send("delete", f"{BATCHES}/{ready}").status_code == 204
        with inside():
            assert not Entry.objects.exists()
        answer(client.send("delete", f"{BATCHES}/{ready}"), 404)
        with inside(), pytest.raises(Exception, match="campaign"):
            campaign(code=ready)


class TestEntries:
    ACTS = {
        "retry": ({"needs_review", "on_hold", "retry_wait"}, "queued"),
        "requeue": ({"needs_review"}, "queued"),
        "succeeded": ({"needs_review"}, "succeeded"),
        "failed": ({"needs_review"}, "failed"),
        "cancel": ({"queued", "retry_wait", "on_hold", "needs_review", "cancelled"}, "cancelled"),
    }

    @pytest.mark.parametrize("state", [state for state in EntryState if state != "claimed"])
    @pytest.mark.parametrize("act", ACTS)
    def test_a_person_decides_where_the_table_lets_one(self, api, alice, inside, running, act, state):
        """States: needs_review waits for a person, on_hold for a cure; each decision is noted."""
        ends = ("succeeded", "exhausted", "failed", "suppressed", "cancelled")
        with inside():
            entry = place(0, state, finished_at=NOON if state in ends else None)
        allowed, to = self.ACTS[act]
        response = api(alice).post(f"/api/v1/jobs/{entry.pk}/{act}") if act in ("retry", "cancel") else None
        response = response or api(alice).post(f"/api/v1/entries/{entry.pk}/{act}/")
        assert response.status_code == (200 if str(state) in allowed else 409), response.content
        with inside():
            now = Entry.objects.get(pk=entry.pk).state
            assert now == (to if str(state) in allowed else state)
            assert drift(running) == {}
            moved = now != state
            assert AuditEntry.objects.filter(verb="decide", object_type="entry").exists() == moved

    def test_a_claimed_one_is_taken_back(self, inside, account, running):
        """C17, C22: the request has not left."""
        with inside():
            call = claimed(account, now=NOON).calls[0]
            entry = actions.cancel_entry(number=call.chosen.candidate.id, now=LATER)
            assert entry.state == EntryState.CANCELLED
            assert CallAttempt.objects.get(pk=call.id).state == "closed"
            assert drift(running) == {}

    def test_the_last_decision_completes_the_campaign(self, inside, account):
        """States: all entries final → completed."""
        with inside():
            made = a_campaign(account, people=1)
            entry = Entry.objects.get()
            actions.cancel_entry(number=entry.pk, now=LATER)
            found = campaign(code=made.code)
            assert (found.state, found.completed_at) == ("completed", LATER)
            with pytest.raises(actions.EntryMoveRefused):
                actions.retry(number=entry.pk, now=LATER)
