"""The judge sees what it must: every count has a run in which it is not zero."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from campaigns.providers import Accepted, Refusal
from campaigns.simulator import simulator
from tests.campaigns.asking import CALLER, PATIENCE, call_request, fresh_number, provided, until

SLOW = {"time_scale": 1, "people": {"ring_seconds": [60, 60]}}


def test_it_sees_an_attempt_that_was_dialled_twice():
    """C15: positive control; a key repeated beyond its hour makes a second call."""
    with provided({"key_seconds": 0}) as served:
        request = call_request()
        first, second = served.accepted(request), served.accepted(request)
        assert first.call_id != second.call_id
        verdict = served.simulator.verdict()
        assert [dial["calls"] for dial in verdict.double_dials] == [[first.call_id, second.call_id]]
        assert not verdict.ok


def test_it_keeps_a_key_for_an_hour_of_its_own_time():
    """C17: inside the hour one call, afterwards two."""
    with provided({"time_scale": 3600, "key_seconds": 1800}) as served:
        request = call_request()
        first = served.accepted(request)
        assert served.accepted(request).call_id == first.call_id
        time.sleep(0.55)  # a bit more than half an hour
        assert served.accepted(request).call_id != first.call_id


def test_it_sees_two_open_calls_to_one_number():
    """C15: positive control; two attempts of one person."""
    with provided(SLOW) as served:
        number = fresh_number()
        for _time in range(2):
            served.provider.create(call_request(to_number=number))
        verdict = served.simulator.verdict()
        assert [overlap["to_number"] for overlap in verdict.overlaps] == [number]
        assert verdict.double_dials == ()
        assert not verdict.ok


def test_it_lets_a_number_be_called_again_when_the_first_call_is_over():
    """C21: a retry is no double dial."""
    with provided() as served:
        number = fresh_number()
        for _time in range(2):
            served.provider.create(call_request(to_number=number))
            assert served.simulator.wait_until_quiet(PATIENCE)
        assert served.simulator.verdict().ok
        assert served.simulator.report()["numbers_by_calls"] == {2: 1}


@pytest.mark.parametrize("when_full", ["refuse", "end"])
def test_it_sees_a_request_beyond_the_limit(when_full):
    """C18: positive control; both ways in which a provider says that it is full."""
    with provided(SLOW | {"concurrency_limit": 2, "reserved_inbound": 1, "when_full": when_full}) as served:
        answers = [served.provider.create(call_request()) for _time in range(2)]
        verdict = served.simulator.verdict()
        assert [breach["lines"] for breach in verdict.over_limit] == [1]
        assert not verdict.ok
        assert isinstance(answers[1], Accepted if when_full == "end" else Refusal)
        assert served.simulator.report()["max_simultaneous"] == 1


def test_it_ends_a_call_beyond_the_limit_with_the_reason():
    """C21: capacity, not the person's doing."""
    with provided({"concurrency_limit": 0, "when_full": "end"}) as served:
        call = served.accepted()
        assert served.ended(call.call_id).disconnection_reason == "concurrency_limit_reached"


def test_it_blames_nobody_for_a_limit_that_was_not_told():
    """C18: a limit that falls is known once it was asked for, and what is on its way may arrive."""
    with provided(SLOW | {"concurrency_limit": 3, "grace_seconds": 0.1}) as served:
        served.provider.create(call_request())
        served.simulator.change(concurrency_limit=1)
        served.provider.create(call_request())
        assert served.provider.concurrency().limit == 1
        served.provider.create(call_request())
        assert served.simulator.verdict().ok
        assert served.simulator.report()["over_limit_uninformed"] == 2
        time.sleep(0.15)
        served.provider.create(call_request())
        assert len(served.simulator.verdict().over_limit) == 1


def test_it_refuses_more_than_so_many_calls_a_second_of_one_caller():
    """C19: of one number, not of the pool; and it counts the highest speed."""
    with provided({"calls_per_second": 2}) as served:
        other = "+56225550199"
        answers = [served.provider.create(call_request()) for _time in range(4)]
        answers.append(served.provider.create(call_request(from_number=other)))
        assert [isinstance(answer, Accepted) for answer in answers] == [True, True, False, False, True]
        told = served.simulator.report()
        assert told["max_calls_per_second_by_caller"] == {CALLER: 2, other: 1}
        assert told["max_calls_per_second"] == 3


def test_it_counts_the_most_at_once():
    """C18: in all, and of each tenant."""
    with provided(SLOW) as served:
        for tenant in ("acme", "acme", "birch"):
            served.provider.create(call_request(tenant=tenant))
        told = served.simulator.report()
        assert told["max_simultaneous"] == told["lines"] == told["calls_open"] == 3
        assert told["max_simultaneous_by_tenant"] == {"acme": 2, "birch": 1}


def test_it_does_not_count_a_line_for_a_call_that_is_stuck():
    """C18: it rang itself out, though it stands as registered for ever."""
    with provided({"faults": {"stuck_registered": 1}}) as served:
        served.provider.create(call_request())
        assert served.simulator.wait_until_quiet(PATIENCE)
        told = served.simulator.report()
        assert (told["lines"], told["calls_open"]) == (0, 1)


def test_it_refuses_a_key_that_comes_with_another_request():
    """C17: one key, one request; what differs is a mistake of ours that must show."""
    with provided() as served:
        request = call_request()
        served.provider.create(request)
        other = call_request(attempt=request.attempt)
        assert isinstance(served.provider.create(other), Refusal)
        assert served.simulator.report()["key_conflicts"] == 1


def test_it_decides_by_seed_number_and_turn_alone():
    """Issue 5: the same run whoever calls first; another run for another seed."""
    numbers = [fresh_number() for _each in range(40)]
    scenario = {"faults": {"never_analyzed": 0.2, "cost_late": 0.2}}

    def ends(order: list[str], seed: int) -> dict[str, tuple[object, ...]]:
        with provided(scenario | {"concurrency_limit": 100}, seed=seed) as served:
            requests = [call_request(to_number=number) for number in order]
            with ThreadPoolExecutor(8) as crew:
                list(crew.map(served.provider.create, requests))
            assert served.simulator.wait_until_quiet(PATIENCE)
            return {
                call["to_number"]: (
                    call["disconnection_reason"],
                    call["duration_ms"],
                    "call_analysis" in call,
                )
                for call in served.simulator.calls()
            }

    first = ends(numbers, 7)
    assert ends(numbers[::-1], 7) == first
    assert ends(numbers, 8) != first


def test_it_plays_a_number_as_planned():
    """Issue 5: a scenario may say what happens to one number, call by call."""
    number = fresh_number()
    plan = {"reasons": ["dial_busy", "user_hangup"], "talk_seconds": 90, "successful": True}
    plan |= {"promise_days": 3, "promise_amount": 50_000}
    with provided({"numbers": {number: plan}}) as served:
        ends = []
        for _time in range(3):
            call = served.accepted(call_request(to_number=number))
            ends.append(served.ended(call.call_id))
        assert [end.disconnection_reason for end in ends] == ["dial_busy", "user_hangup", "user_hangup"]
        assert [end.duration_ms for end in ends] == [0, 90_000, 90_000]
        assert ends[1].analysis is not None
        assert ends[1].analysis.custom["monto_pago_cliente"] == 50_000


def test_it_cuts_a_call_at_the_length_that_was_asked_for():
    """C21: max_duration_reached, at the second."""
    with provided({"people": {"answer_rate": 1, "talk_seconds": [100, 100]}}) as served:
        call = served.accepted(call_request(max_call_seconds=60))
        ended = served.ended(call.call_id)
        assert (ended.disconnection_reason, ended.duration_ms) == ("max_duration_reached", 60_000)


def test_it_costs_what_its_seconds_cost():
    """C23: cents by the minute; a call that nobody answers costs nothing."""
    people = {"answer_rate": 1, "talk_seconds": [90, 90]}
    with provided({"people": people, "cents_per_minute": 7.5}) as served:
        call = served.accepted()
        assert served.ended(call.call_id).cost_micros == 112_500
        assert served.simulator.report()["cost_cents"] == 11.25
        assert served.simulator.report()["duration_ms"] == 90_000


def test_it_changes_after_so_many_calls():
    """Issue 5: money that runs out in the middle of a campaign."""
    with provided({"changes": [{"after_calls": 2, "refuse_with": 402}]}) as served:
        answers = [served.provider.create(call_request()) for _time in range(3)]
        assert [isinstance(answer, Accepted) for answer in answers] == [True, True, False]


def test_it_changes_after_so_many_seconds():
    """Issue 5: a burst of 429 that passes."""
    changes = [{"after_seconds": 0.1, "refuse_with": 429}, {"after_seconds": 0.6, "refuse_with": 0}]
    with provided({"changes": changes, "concurrency_limit": 1000}) as served:
        refused = until(lambda: isinstance(served.provider.create(call_request()), Refusal))
        assert refused
        assert until(lambda: isinstance(served.provider.create(call_request()), Accepted))


def test_it_bears_two_hundred_callers_and_a_thousand_calls():
    """Issue 5: one judge for a whole campaign; every answer comes, every call ends, nothing breaks."""
    with provided({"concurrency_limit": 5000}) as served:
        requests = [call_request() for _each in range(1000)]
        with ThreadPoolExecutor(200) as crew:
            answers = list(crew.map(served.provider.create, requests))
        assert [answer for answer in answers if not isinstance(answer, Accepted)] == []
        assert served.simulator.wait_until_quiet(PATIENCE)
        told = served.simulator.report()
        assert (told["calls"], told["calls_open"], told["lines"]) == (1000, 0, 0)
        assert served.simulator.verdict().ok


def test_it_says_when_it_broke_itself():
    """Issue 5: positive control; a judge with an error inside is no judge."""
    with simulator() as broken:
        broken._timetable.after(0, partial(divmod, 1, 0))
        assert broken.wait_until_quiet(PATIENCE)
        assert not broken.verdict().ok
        assert "ZeroDivisionError" in broken.verdict().broken[0]
