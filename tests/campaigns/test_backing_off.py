"""A provider that is asked too often is left alone, twice as long each time (C17)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from campaigns.dispatch.answering import accept, record
from campaigns.dispatch.sending import mark
from campaigns.models import Account, Provider
from campaigns.providers import Accepted, Answer, CallReport, CallStatus, Refusal, RefusalGroup
from tests.campaigns.calling import a_due_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
REFUSED = Refusal(RefusalGroup.RATE_LIMITED, 429, "")

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account() -> Account:
    """An account with ten people who are due."""
    return a_due_account(10, now=NOON)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def accepted(call: UUID) -> Accepted:
    return Accepted(f"call_{call}", CallReport(f"call_{call}", CallStatus.REGISTERED))


def sent(account: Account, *, now: datetime, most: int) -> list[UUID]:
    """Let calls leave."""
    Provider.objects.filter(accounts=account).update(max_concurrent_calls=most)
    calls = [one.id for one in claimed(account, now=now).calls]
    assert all(mark(call, now=now) for call in calls)
    return calls


def rest(account: Account) -> float | None:
    """Return for how many seconds after noon the provider is left alone."""
    until = Provider.objects.get(accounts=account).rests_until
    return (until - NOON).total_seconds() if until else None


def tell(calls: list[UUID], *answers: Answer, now: datetime) -> None:
    for call, answer in zip(calls, answers, strict=True):
        record(call, answer, now=now)


def test_requests_that_left_together_rest_once(account):
    """C17: five refusals of one bunch are one; the next bunch that is refused doubles."""
    tell(sent(account, now=NOON, most=5), *[REFUSED] * 5, now=at(1))
    assert rest(account) == 2
    tell(sent(account, now=at(2), most=5), *[REFUSED] * 5, now=at(3))
    assert rest(account) == 5


def test_a_call_that_left_before_ends_no_rest(account):
    """C17: it was taken before the provider had enough."""
    first, second = sent(account, now=NOON, most=2)
    tell([first], Refusal(RefusalGroup.RATE_LIMITED, 429, "", 60), now=at(1))
    tell([second], accepted(second), now=at(2))
    assert rest(account) == 61


def test_an_answer_about_an_old_call_ends_no_rest(account):
    """C17: to be asked what became of a call is not to take another one."""
    first, second = sent(account, now=NOON, most=2)
    tell([first], accepted(first), now=at(1))
    tell([second], Refusal(RefusalGroup.RATE_LIMITED, 429, "", 200), now=at(100))
    accept(first, f"call_{first}", now=at(130))
    assert rest(account) == 300


def test_a_call_that_leaves_after_it_and_is_taken_ends_it(account):
    """C17: the next back-off is the shortest again."""
    tell(sent(account, now=NOON, most=1), REFUSED, now=at(1))
    calls = sent(account, now=at(2), most=1)
    tell(calls, accepted(calls[0]), now=at(3))
    assert rest(account) is None
    tell(sent(account, now=at(10), most=2), REFUSED, now=at(11))
    assert rest(account) == 12
