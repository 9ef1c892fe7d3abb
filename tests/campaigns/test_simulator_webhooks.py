"""The simulator tells of calls as Retell does, and lies, forgets and stammers when it is told to (S17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from campaigns.providers import CallStatus
from tests.campaigns.asking import PATIENCE, Provided, call_request, fresh_number, provided, until
from tests.campaigns.listening import Listener, listening

KEY = "key_of_the_webhooks"
ANSWERED = {"answer_rate": 1, "goal_rate": 1}
EVENTS = ["call_started", "call_ended", "call_analyzed"]


@contextmanager
def told(scenario: dict[str, object] | None = None, **settings: Any) -> Iterator[tuple[Provided, Listener]]:
    with (
        listening(KEY) as listener,
        provided(scenario, webhook_url=listener.url, webhook_key=KEY, **settings) as served,
    ):
        yield served, listener


def one_call(served: Provided, **changes: object) -> str:
    """Make a call and wait until everything about it was said."""
    call = served.accepted(call_request(**changes))
    assert served.simulator.wait_until_quiet(PATIENCE)
    return call.call_id


def test_it_tells_of_a_call_in_three_signed_events():
    """S17: started, ended without analysis, analyzed with it; all verified."""
    with told({"people": ANSWERED}) as (served, listener):
        call = one_call(served)
        started, ended, analyzed = listener.events
        assert listener.names(call) == EVENTS
        assert (started.call.status, ended.call.status) == (CallStatus.ONGOING, CallStatus.ENDED)
        assert started.call.cost_micros is None
        assert ended.call.cost_micros
        assert ended.call.cost_micros == analyzed.call.cost_micros
        assert ended.call.analysis is None
        assert analyzed.call.analysis is not None
        assert {event.call.tenant for event in listener.events} == {"acme"}


def test_it_sends_no_start_of_a_call_that_never_connected():
    """S17: but an end and an analysis."""
    with told({"people": {"answer_rate": 0}}) as (served, listener):
        call = one_call(served)
        assert listener.names(call) == EVENTS[1:]
        ended = listener.events[0].call
        assert (ended.status, ended.duration_ms, ended.started_at) == (CallStatus.NOT_CONNECTED, 0, None)


@pytest.mark.parametrize(
    ("reason", "status"),
    [("error_retell", "error"), ("registered_call_timeout", "error"), ("voicemail_reached", "ended"),
     ("invalid_destination", "not_connected"), ("marked_as_spam", "not_connected")],
)  # fmt: skip
def test_it_ends_a_call_in_the_status_of_its_reason(reason, status):
    """C21: as the vendor's table has it."""
    number = fresh_number()
    with told({"numbers": {number: {"reasons": [reason]}}}) as (served, listener):
        one_call(served, to_number=number)
        assert listener.events[-1].call.status == status
        assert listener.events[-1].call.disconnection_reason == reason


def test_it_leaves_out_what_was_not_asked_for():
    """S17: metadata is omitted when it is not set."""
    with told({"people": {"answer_rate": 0}}) as (served, listener):
        served.simulator.exchange.create({"from_number": "+56225550100", "to_number": fresh_number()})
        assert served.simulator.wait_until_quiet(PATIENCE)
        assert all("metadata" not in event.call.raw for event in listener.events)
        assert {event.call.attempt for event in listener.events} == {None}


def test_it_tries_three_times_more():
    """S17: any 2xx is enough; the end does not wait for the start."""
    with told({"people": ANSWERED}) as (served, listener):
        listener.answers = [500, 500, 500, 500, 500, 500]
        call = one_call(served)
        counts = served.simulator.report()["webhooks"]
        assert counts["sent"] == len(listener.names(call))
        assert counts["retried"] >= 4
        assert counts["delivered"] + counts.get("given_up", 0) == 3


def test_it_gives_up_after_the_fourth_time():
    """S17: then only asking helps."""
    with told({"people": {"answer_rate": 0}}) as (served, listener):
        listener.answers = [503] * 20
        call = one_call(served)
        assert sorted(listener.names(call)) == sorted(EVENTS[1:] * 4)
        assert served.simulator.report()["webhooks"]["given_up"] == 2


def test_it_survives_a_listener_that_is_not_there():
    """Issue 5: our own restart is one of the faults."""
    with provided(webhook_url="http://127.0.0.1:9/nobody") as served:
        one_call(served)
        assert served.simulator.report()["webhooks"]["given_up"] >= 2
        assert served.simulator.verdict().ok


def test_it_loses_all_webhooks_of_a_call():
    """S17: 201, then never a word; the answer to a question knows all."""
    with told({"faults": {"webhooks_lost": 1}}) as (served, listener):
        call = one_call(served)
        assert listener.events == []
        assert served.seen(call).is_final


def test_it_loses_single_webhooks():
    """S17: a tenth of them, each on its own."""
    with told({"faults": {"webhook_lost": 0.5}, "concurrency_limit": 100}) as (served, listener):
        for _each in range(30):
            served.provider.create(call_request())
        assert served.simulator.wait_until_quiet(PATIENCE)
        lost = served.simulator.report()["webhooks"]["lost"]
        assert lost > 0
        assert len(listener.events) > 0
        assert served.simulator.report()["webhooks"]["delivered"] == len(listener.events)


def test_it_sends_webhooks_twice():
    """S17: the same body, signed anew."""
    with told({"people": ANSWERED, "faults": {"webhook_duplicated": 1}}) as (served, listener):
        call = one_call(served)
        assert sorted(listener.names(call)) == sorted(EVENTS * 2)


def test_it_sends_the_analysis_before_the_end():
    """S17: any order gives the same end."""
    faults = {"webhooks_reordered": 1}
    delays = {"analysis": 100, "webhook_retry": 0.02}
    with told({"people": ANSWERED, "faults": faults, "delays": delays}) as (served, listener):
        call = one_call(served)
        assert listener.names(call) == ["call_started", "call_analyzed", "call_ended"]
        assert listener.events[-1].call.analysis is None


def test_it_sends_webhooks_hours_late_with_a_fresh_signature():
    """S17: what is signed is the sending; an old event is no stale one."""
    with told({"faults": {"webhook_late": 1}, "delays": {"webhook_late": 300}}) as (served, listener):
        call = served.accepted().call_id
        assert until(lambda: served.seen(call).is_final)
        assert listener.names(call) == []
        assert served.simulator.wait_until_quiet(PATIENCE)
        assert "call_analyzed" in listener.names(call)


def test_it_forges_webhooks_that_nobody_should_believe():
    """S17: a wrong key, no signature, an old one, another body; all refused, the true ones taken."""
    with told({"faults": {"webhook_forged": 1}, "concurrency_limit": 100}) as (served, listener):
        for _each in range(15):
            served.provider.create(call_request())
        assert served.simulator.wait_until_quiet(PATIENCE)
        counts = served.simulator.report()["webhooks"]
        assert counts["forged_refused"] == counts["forged_sent"] == len(listener.refused) > 0
        assert counts["delivered"] == counts["forged_sent"]
        assert served.simulator.verdict().ok


def test_it_sees_who_believes_a_forged_webhook():
    """S17: positive control; a door that does not verify fails the run."""
    with told({"faults": {"webhook_forged": 1}}) as (served, listener):
        listener.trusting = True
        one_call(served)
        assert served.simulator.verdict().forged_accepted > 0
        assert not served.simulator.verdict().ok


def test_it_signs_with_a_new_key_when_it_is_told():
    """S17: rotation; the old key does no more."""
    with told() as (served, listener):
        served.simulator.sign_with("key_of_tomorrow")
        one_call(served)
        assert listener.events == []
        assert listener.refused
        listener.keys.append("key_of_tomorrow")
        one_call(served)
        assert listener.events


def test_it_disagrees_with_its_own_webhooks():
    """C21: the answer to a question is older than the event; later both say the same."""
    faults, delays = {"get_lags": 1}, {"get_lag": 600, "webhook_retry": 0.02}
    with told({"people": ANSWERED, "faults": faults, "delays": delays}) as (served, listener):
        call = one_call(served)
        assert listener.names(call) == EVENTS
        assert served.seen(call).status is CallStatus.REGISTERED
        assert until(lambda: served.seen(call).is_final)
        assert listener.events[1].call.duration_ms == served.seen(call).duration_ms


def test_it_knows_the_cost_only_with_the_analysis():
    """C23: money may come late, and once."""
    with told({"people": ANSWERED, "faults": {"cost_late": 1}}) as (served, listener):
        one_call(served)
        _started, ended, analyzed = listener.events
        assert ended.call.cost_micros is None
        assert analyzed.call.cost_micros


def test_it_never_analyses_a_call():
    """C21: no analysis ten minutes after the end is for a person."""
    with told({"people": ANSWERED, "faults": {"never_analyzed": 1}}) as (served, listener):
        call = one_call(served)
        assert listener.names(call) == EVENTS[:2]
        assert served.seen(call).analysis is None


def test_it_leaves_a_call_in_registered():
    """C21: for as long as the scenario says, then it times out."""
    with told({"faults": {"stuck_registered": 1}}) as (served, listener):
        call = one_call(served)
        assert served.seen(call).status is CallStatus.REGISTERED
        assert listener.events == []
    with told({"faults": {"stuck_registered": 1}, "delays": {"stuck": 50}}) as (served, listener):
        call = one_call(served)
        assert served.seen(call).disconnection_reason == "registered_call_timeout"


def test_it_tells_each_agent_s_listener():
    """S17: an endpoint per provider account."""
    with listening(KEY) as other, told() as (served, listener):
        served.simulator.listen(other.url, agent="agent_survey")
        call = one_call(served, agent_id="agent_survey")
        assert other.names(call)
        assert listener.events == []
