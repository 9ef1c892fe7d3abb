"""Workers die in the middle of calls; nobody is called twice and every cent is there (C15–C23)."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from campaigns.models import Account, AccountDay, CallAttempt, Entry, Provider, ProviderEvent, Tally
from campaigns.rules import CALLABLE, AttemptState, EntryReason, EntryState
from campaigns.simulator import Simulator, simulator
from config.chaos.counting import Operations, operations
from config.chaos.hours import pass_a_week
from config.chaos.judging import breaches, explained, over_limits
from config.chaos.plan import Plan
from config.chaos.running import run_chaos
from tenants.models import Tenant
from tests.browser.served import free_port
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account
from tests.campaigns.test_dispatch import NOON, Shift
from tests.workers import purge

SEED = 5
# `make drills` asks for the long form.
PLAN = (
    Plan(seed=SEED)
    if os.environ.get("MINGA_DRILLS")
    else Plan(seed=SEED, kills=8, people=40, workers=2, patience=240)
)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A provider on a chaotic day."""
    with simulator("chaos", seed=SEED) as server:
        yield server


@pytest.fixture
def own_queues(real_roles: None) -> Iterator[None]:
    """Begin and end with nothing in the queues."""
    purge()
    yield
    purge()


@pytest.mark.real_roles
@pytest.mark.services
@pytest.mark.kill
def test_it_calls_everybody_once_whoever_dies(own_queues: None, acme: Tenant, sim: Simulator) -> None:
    """C15, C17, C18, C23: lost answers, lost and repeated webhooks, killed workers; all adds up."""
    report = run_chaos(PLAN, acme, sim, port=free_port(), environment=os.environ)
    assert report.ok, report.told()
    assert sum(report.deaths.values()) >= PLAN.kills
    counted = report.operations
    assert (counted.lost, counted.duplicated) == (0, 0)
    assert counted.acknowledged + counted.in_doubt == len(sim.calls())
    assert report.told()["operations"]["acknowledged"] == counted.acknowledged > 0
    assert {"lost_response", "webhook_duplicated", "webhook_lost"} & set(report.simulator["faults"]) or (
        report.simulator["webhooks"].get("duplicated")
    )


@pytest.fixture
def settled(in_acme: Tenant) -> list[dict[str, Any]]:
    """Call a dozen people on a calm day; return what the provider knows of it."""
    with a_line("calm", seed=3) as calm:
        account = an_account(a_provider(base_url=calm.url))
        a_campaign(account, people=12)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        Shift(account.provider).until_quiet()
        pass_a_week(now=NOON + timedelta(days=1))
        Entry.objects.filter(state__in=CALLABLE).update(
            state=EntryState.NEEDS_REVIEW, reason=EntryReason.DECIDED
        )
        tally = Tally.objects.get()
        waiting, tally.queued, tally.retry_wait = tally.queued + tally.retry_wait, 0, 0
        tally.needs_review += waiting
        tally.save()
        return calm.calls()


def closed() -> CallAttempt:
    """Return one call that was settled."""
    return CallAttempt.objects.filter(state=AttemptState.CLOSED).exclude(charge=0)[0]


DEFECTS: dict[str, Callable[[], object]] = {
    "a cent too much": lambda: Account.objects.update(balance=F("balance") + Decimal("0.01")),
    "a call charged otherwise": lambda: CallAttempt.objects.filter(pk=closed().pk).update(
        charge=F("charge") + Decimal("0.01")
    ),
    "money held back for ever": lambda: Tally.objects.update(reserved=Decimal("0.77")),
    "a day that forgot a call": lambda: AccountDay.objects.update(calls=F("calls") - 1),
    "a tally that counts one twice": lambda: Tally.objects.update(succeeded=F("succeeded") + 1),
    "talk that nobody had": lambda: Tally.objects.update(talk_ms=F("talk_ms") + 1),
    "an entry left without a word": lambda: Entry.objects.filter(pk=closed().entry_id).update(
        state=EntryState.DIALING, finished_at=None
    ),
    "an attempt counted twice": lambda: Entry.objects.filter(pk=closed().entry_id).update(
        attempts=F("attempts") + 1
    ),
    "a call left open": lambda: CallAttempt.objects.filter(pk=closed().pk).update(
        state=AttemptState.ACCEPTED, closed_at=None
    ),
    "a call that is not known": lambda: CallAttempt.objects.filter(pk=closed().pk).update(call_id="call_x"),
    "a longer call": lambda: CallAttempt.objects.filter(pk=closed().pk).update(
        duration_ms=F("duration_ms") + 1000
    ),
    "an event nobody looked at": lambda: ProviderEvent.objects.create(
        provider=Provider.objects.get(name="line"), call_id="call_x", event="call_ended", body={}
    ),
}


def test_it_finds_nothing_where_all_adds_up(settled: list[dict[str, Any]]) -> None:
    """C15, C23: a calm day has no breach."""
    assert breaches(settled) == []
    assert explained()


def seen(plant: Callable[[], object], calls: list[dict[str, Any]]) -> bool:
    """Return whether a defect is named; it is undone at once."""
    with transaction.atomic():
        plant()
        found = breaches(calls)
        transaction.set_rollback(True)
    return bool(found)


def test_it_turns_red_for_a_planted_defect(settled: list[dict[str, Any]]) -> None:
    """C15, C23: what does not add up is named, each defect by itself."""
    assert [defect for defect, plant in DEFECTS.items() if not seen(plant, settled)] == []
    assert breaches(settled) == [], "all is undone"


def test_it_turns_red_for_a_call_that_somebody_else_made(settled: list[dict[str, Any]]) -> None:
    """C15: the provider knows of a call that we do not, or lacks one."""
    assert breaches([*settled, {"call_id": "call_x"}]) == ["call call_x was made and is not known"]
    assert len(breaches(settled[1:])) == 1


def test_it_counts_in_jepsens_words(settled: list[dict[str, Any]]) -> None:
    """S11: acknowledged, in doubt, lost, duplicated."""
    assert operations(settled) == Operations(acknowledged=12)
    (one, *others), again = settled, settled[0] | {"call_id": "call_again"}
    assert operations(others) == Operations(acknowledged=12, lost=1)
    assert operations([*settled, again]) == Operations(acknowledged=12, duplicated=1)
    assert operations([*settled, {"call_id": "call_x"}]) == Operations(acknowledged=12, lost=1)
    attempt = CallAttempt.objects.filter(call_id=one["call_id"])
    attempt.update(outcome="unsent", is_counted=False, is_contact=False)
    assert operations(settled) == Operations(acknowledged=11, in_doubt=1)
    assert operations(others) == Operations(acknowledged=11)
    attempt.update(state=AttemptState.UNKNOWN, closed_at=None, outcome="")
    assert operations(others) == Operations(acknowledged=11, in_doubt=1)


def test_a_late_end_that_was_told_and_not_settled_is_a_lost_call(settled: list[dict[str, Any]]) -> None:
    """S11, C17: a defect of settling late, and nothing else, loses what was told after it was given up."""
    attempt = CallAttempt.objects.filter(call_id=settled[0]["call_id"])
    attempt.update(outcome="unsent", is_counted=False, is_contact=False)
    facts = {"provider": Provider.objects.get(name="line"), "call_id": settled[0]["call_id"], "body": {}}
    ProviderEvent.objects.create(event="call_started", applied_at=NOON, **facts)
    assert operations(settled) == Operations(acknowledged=11, in_doubt=1), "its end is not told"
    event = ProviderEvent.objects.create(event="call_ended", **facts)
    assert operations(settled) == Operations(acknowledged=11, in_doubt=1), "it is not applied"
    ProviderEvent.objects.filter(pk=event.pk).update(applied_at=NOON)
    attempt.update(ask_at=NOON)
    assert operations(settled) == Operations(acknowledged=11, in_doubt=1), "its analysis is awaited"
    attempt.update(ask_at=None)
    assert operations(settled) == Operations(acknowledged=11, lost=1)


def test_a_lost_or_a_doubled_call_is_a_breach() -> None:
    """S11: what is in doubt waits for a person, and is none."""
    assert list(Operations(acknowledged=3, in_doubt=2).breaches()) == []
    assert list(Operations(lost=1, duplicated=2).breaches()) == [
        "1 calls are lost",
        "2 calls are duplicated",
    ]


def test_it_sees_a_line_too_many(settled: list[dict[str, Any]]) -> None:
    """C18: at any instant it looks at."""
    provider = Provider.objects.get(name="line")
    assert over_limits(provider) == []
    CallAttempt.objects.update(state=AttemptState.ACCEPTED, closed_at=None)
    Provider.objects.update(max_concurrent_calls=11)
    provider.refresh_from_db()
    assert over_limits(provider) == [f"provider {provider.pk} holds 12 lines of 11"]
