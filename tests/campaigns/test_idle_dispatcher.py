"""A dispatcher with nothing to do frees its worker until the next look is worth while (J8, C18, C19)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.dispatch import rounds
from campaigns.dispatch.requests import NotAskable
from campaigns.dispatch.rooms import FULL_LOOK
from campaigns.dispatch.waking import LATEST, SOONEST, look_again
from campaigns.models import Account, CallAttempt, Campaign, Entry, Provider
from campaigns.rules import JobKind
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.run import DryRun
from tests.campaigns.calling import a_campaign, a_line, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SUNDAY = datetime(2026, 4, 19, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_acme")


class Hand:
    """A clock that only naps move."""

    def __init__(self, at: datetime) -> None:
        self.now = at
        self.news: list[tuple[datetime, Callable[[], object]]] = []

    def __call__(self) -> datetime:
        return self.now

    def nap(self, seconds: float) -> None:
        """Let time pass, and what was to happen meanwhile."""
        self.now += timedelta(seconds=seconds)
        for one in [one for one in self.news if one[0] <= self.now]:
            self.news.remove(one)
            one[1]()


@pytest.fixture
def dispatch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a dispatcher from a moment on, with news at some; return the run and when it ended."""

    def run(at: datetime, *news: tuple[datetime, Callable[[], object]]) -> tuple[DryRun, datetime]:
        hand = Hand(at)
        hand.news = list(news)
        monkeypatch.setattr(rounds, "sleep", hand.nap)
        job = DryRun({"provider": Provider.objects.get(name="line").pk})
        rounds.dispatch(job, clock=hand)
        return job, hand.now

    return run


@pytest.fixture
def account() -> Any:
    """An account with one person to call, at a provider that answers."""
    with a_line({"time_scale": 0.001}) as sim:
        made = an_account(a_provider(base_url=sim.url))
        a_campaign(made, people=1)
        Entry.objects.update(earliest_at=NOON - HOUR)
        yield made


def change(**values: object) -> None:
    Provider.objects.filter(name="line").update(**values)


def test_it_ends_soon_while_nothing_is_to_come(account, dispatch):
    """J8: on a Sunday nobody may be called before Monday; another tenant's job gets the worker."""
    job, ended_at = dispatch(SUNDAY)
    assert timedelta() <= ended_at - SUNDAY < 3 * SECOND
    assert not CallAttempt.objects.exists()
    assert datetime.fromisoformat(job.cursor["look_at"]) > SUNDAY + 12 * HOUR


@pytest.mark.parametrize(
    "change_it",
    [
        lambda: change(rests_until=NOON + 6 * SECOND),
        lambda: change(next_call_at=NOON + 7 * SECOND),
        lambda: Entry.objects.update(earliest_at=NOON + 6 * SECOND),
    ],
    ids=["a rest after a 429", "the rate", "who is due"],
)
def test_it_stays_for_a_moment_that_is_near(account, dispatch, change_it):
    """C17, C19: a job for each would begin late."""
    change_it()
    dispatch(NOON)
    claimed_at = CallAttempt.objects.get().claimed_at
    assert NOON + 6 * SECOND <= claimed_at < NOON + 7 * SECOND


def test_what_comes_while_it_stays_is_called_at_once(account, dispatch):
    """J1: the hint meets a running job and is no new one."""
    Entry.objects.update(earliest_at=NOON + HOUR)
    dispatch(NOON, (NOON + SECOND, lambda: Entry.objects.update(earliest_at=NOON)))
    assert CallAttempt.objects.get().claimed_at < NOON + 2 * SECOND


def test_another_key_is_the_next_jobs(account, dispatch):
    """C17: a run that speaks by the refused key must not stop the provider that was just started."""
    change(rests_until=NOON + 6 * SECOND)
    _job, ended_at = dispatch(NOON, (NOON + SECOND, lambda: change(key_name="another")))
    assert ended_at < NOON + 2 * SECOND
    assert not CallAttempt.objects.exists()


def test_claims_of_which_none_can_leave_are_no_idleness(account, dispatch, monkeypatch):
    """J8: whoever comes behind them is looked at now, not in a minute."""

    def refuse(*_asked: object) -> None:
        raise NotAskable("no")

    monkeypatch.setattr("campaigns.dispatch.requests.Prepared.request", refuse)
    change(calls_per_second=1)
    add_people(Campaign.objects.get(), 5, first=1)
    Entry.objects.update(earliest_at=NOON - HOUR)
    dispatch(NOON)
    assert set(Entry.objects.values_list("state", flat=True)) == {"needs_review"}


def test_a_full_provider_is_looked_at_again_by_another_job(account, dispatch):
    """C18: the end of a call is told; the look is for a lost one."""
    change(max_concurrent_calls=1)
    (call,) = claimed(account, now=NOON).calls
    CallAttempt.objects.update(state="accepted", sent_at=NOON, ask_at=NOON + HOUR)
    job, ended_at = dispatch(NOON)
    assert ended_at - NOON < 3 * SECOND
    look_at = datetime.fromisoformat(job.cursor["look_at"])
    assert ended_at - SECOND + FULL_LOOK < look_at <= ended_at + FULL_LOOK
    assert CallAttempt.objects.get().pk == call.id


def test_who_waits_for_a_line_of_the_account_is_looked_at_as_soon(account):
    """C18: though the provider has lines."""
    Account.objects.update(max_concurrent_calls=1)
    add_people(a_campaign(account, code="batch-2"), 1, first=1)
    Entry.objects.update(earliest_at=NOON - HOUR)
    assert len(claimed(account, now=NOON).calls) == 1
    second = claimed(account, now=NOON)
    assert (second.calls, second.look_at) == ([], NOON + FULL_LOOK)


def an_ended_job(account: Account, *, look_at: datetime) -> None:
    Job.objects.all().delete()
    subject = str(account.provider_id)
    cursor = {"look_at": look_at.isoformat()}
    ended: dict[str, Any] = {"state": State.COMPLETED, "finished_at": NOON}
    Job.objects.create(kind=JobKind.DISPATCH, subject=subject, cursor=cursor, **ended)


@pytest.mark.parametrize(
    ("look_at", "due_at"),
    [
        (NOON - SECOND, NOON + SOONEST),
        (NOON + 20 * SECOND, NOON + 20 * SECOND),
        (NOON + HOUR, NOON + LATEST),
    ],
)
def test_the_next_job_begins_when_the_last_one_said(account, look_at, due_at):
    """J8: whoever is due but not allowed makes no job every two seconds; a minute is the longest."""
    an_ended_job(account, look_at=look_at)
    look_again(account.provider_id, now=NOON)
    assert Job.objects.get(state=State.WAITING).due_at == due_at


def test_a_question_does_not_wait_for_the_next_call(account):
    """C17: who is to be asked about is due by itself."""
    an_ended_job(account, look_at=NOON + HOUR)
    claimed(account, now=NOON)
    CallAttempt.objects.update(state="sent", sent_at=NOON, ask_at=NOON + 5 * SECOND)
    look_again(account.provider_id, now=NOON)
    assert Job.objects.get(state=State.WAITING).due_at == NOON + 5 * SECOND
