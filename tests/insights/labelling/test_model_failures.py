"""What stops a labelling, what passes, and what it costs (N11-N13)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insights.labelling import EngineStopped, Stop, Usage, cost_of
from insights.labelling.chat import UnusableAnswer, read_completion
from tests.insights.chat_server import ChatServer, Reply, error
from tests.insights.labelling.asking import a_labeller, comments, labelled, labels_of, until_stopped, usage_of


@pytest.mark.parametrize(
    ("reply", "stop"),
    [
        (error(429, "insufficient_quota", kind="insufficient_quota"), Stop.QUOTA),
        (error(429, "credit_balance_exhausted", kind="insufficient_quota"), Stop.QUOTA),
        (error(429, "organization_spend_limit_exceeded"), Stop.QUOTA),
        (error(429, "project_spend_limit_exceeded"), Stop.QUOTA),
        (error(429, "organization_usage_limit_exceeded"), Stop.QUOTA),
        (error(402, "payment_required"), Stop.QUOTA),
        (error(401, "invalid_api_key"), Stop.BAD_KEY),
        (error(403, "unsupported_country"), Stop.BAD_KEY),
        (error(404, "model_not_found"), Stop.NO_MODEL),
        (error(400, "unsupported_parameter"), Stop.BAD_REQUEST),
        (error(422, "bad_schema"), Stop.BAD_REQUEST),
    ],
)
def test_what_no_repetition_heals_costs_one_call(server: ChatServer, reply: Reply, stop: Stop) -> None:
    """N12: money, key, model and request errors stop at once; the server's words are not kept."""
    server.always = reply
    with pytest.raises(EngineStopped) as found:
        labelled(a_labeller(server, size=5), comments(60))
    assert found.value.stop is stop
    assert len(server.asked) == 1
    assert "sk-secret" not in str(found.value)


@pytest.mark.parametrize(
    "reply",
    [
        error(429, "rate_limit_exceeded", retry_after="1"),
        error(429, "rate_limit_exceeded", retry_after_ms="300"),
        error(429, "slow_down", retry_after="Wed, 21 Oct 2026 07:28:00 GMT"),
        error(500, "server_error"),
        error(503, "server_is_overloaded"),
        Reply(502, "<html>bad gateway</html>"),
        Reply(cut=40),
    ],
)
def test_what_passes_is_tried_three_times(server: ChatServer, reply: Reply) -> None:
    """N12: 429 with a wait, 5xx and cut answers: two more tries, then it is well."""
    server.script.extend([reply, reply])
    assert len(labels_of(labelled(a_labeller(server), comments(3)))) == 3
    assert len(server.asked) == 3


def test_the_servers_wait_is_honoured(server: ChatServer) -> None:
    """N12: the wait asked for is the wait taken."""
    waited: list[float] = []
    server.script.append(error(429, "slow_down", retry_after="7"))
    server.script.append(error(429, "slow_down", retry_after_ms="300"))
    labelled(a_labeller(server, sleep=waited.append), comments(1))
    assert waited == [7.0, 0.3]


def test_a_wait_too_long_is_the_next_runs(server: ChatServer) -> None:
    """N12: a server that asks for more than two minutes is not waited for."""
    server.always = error(429, "rate_limit_exceeded", retry_after="121")
    with pytest.raises(EngineStopped) as found:
        labelled(a_labeller(server), comments(3))
    assert (found.value.stop, len(server.asked)) == (Stop.UNREACHABLE, 1)


def test_slower_than_the_limit_is_a_failed_try(server: ChatServer) -> None:
    """N12: time-outs are transient."""
    server.script.append(Reply(delay_s=1.0))
    assert len(labels_of(labelled(a_labeller(server, timeout_s=0.3), comments(2)))) == 2


def test_a_failing_server_leaves_the_rest_pending_and_keeps_what_came(server: ChatServer) -> None:
    """N12: labels that came are given on; the rest is pending, with the reason."""
    server.script.append(Reply())
    server.always = error(500, "server_error")
    batches, stopped = until_stopped(a_labeller(server, size=5), comments(60))
    assert len(labels_of(batches)) == 5
    assert stopped.stop is Stop.UNREACHABLE
    assert len(server.asked) <= 1 + 3 * (5 + 2)


def test_one_request_that_fails_does_not_stop_the_others(server: ChatServer) -> None:
    """N12: its comments are pending; everybody else is labelled."""
    broken = error(500, "server_error")
    server.script.extend([Reply(), broken, broken, broken])
    batches, _ = until_stopped(a_labeller(server, size=5, at_once=1), comments(20))
    assert len(labels_of(batches)) == 15


def test_answers_of_no_use_are_not_paid_for_ever(server: ChatServer) -> None:
    """N12: twelve answers in a row that say nothing end the labelling."""
    server.always = Reply(content="gracias")
    with pytest.raises(EngineStopped) as found:
        labelled(a_labeller(server), comments(200))
    assert found.value.stop is Stop.UNUSABLE
    assert len(server.asked) <= 12 + 5


def test_the_budget_is_asked_before_each_call(server: ChatServer) -> None:
    """N12: what is in flight counts; a refusal stops before the call."""
    asked: list[Usage] = []

    def may_spend(likely: Usage) -> bool:
        asked.append(likely)
        return len(asked) < 3

    with pytest.raises(EngineStopped) as found:
        labelled(a_labeller(server, size=5), comments(60), may_spend=may_spend)
    assert found.value.stop is Stop.BUDGET
    assert len(server.asked) == 2
    assert asked[0].tokens_in > 1_000
    assert asked[0].tokens_out > 0


def test_a_server_that_counts_nothing_is_estimated_upwards(server: ChatServer) -> None:
    """N11, N12: uncounted tokens are never none, nor fewer than were taken: a budget keeps its meaning."""
    told = usage_of(labelled(a_labeller(server), comments(2)))
    server.script.append(Reply(usage=False))
    usage = usage_of(labelled(a_labeller(server), comments(2)))
    assert (told.estimated, usage.estimated, usage.calls) == (False, True, 1)
    assert usage.tokens_in > told.tokens_in
    assert usage.tokens_out > told.tokens_out
    assert cost_of(usage, model="gpt-5.4-nano") is not None
    assert cost_of(usage, model="modelo-propio") is None


@pytest.mark.parametrize(
    "counted", [None, {}, {"total_tokens": 9}, {"prompt_tokens": 9}, {"prompt_tokens": 0}]
)
def test_half_a_count_is_none(counted: object) -> None:
    """N11: what a server leaves out of its count is not nothing."""
    body = {"usage": counted, "choices": [{"message": {"content": "sí"}}]}
    usage = read_completion(json.dumps(body).encode(), sent=1_000, most_tokens=20).usage
    assert usage == Usage(calls=1, tokens_in=500, tokens_out=20, estimated=True)


def test_an_answer_that_is_none_was_paid_for_all_the_same() -> None:
    """N12: a page instead of an answer counts what could have been written at most."""
    for body in (b"<html>" + b"x" * 100_000, b'{"choi'):
        with pytest.raises(UnusableAnswer) as found:
            read_completion(body, sent=1_000, most_tokens=20)
        assert found.value.usage == Usage(calls=1, tokens_in=500, tokens_out=20, estimated=True)


def test_money_is_counted_by_dated_prices() -> None:
    """N11, N13: fresh, kept and written tokens have prices of their own; an unlisted model has none."""
    usage = Usage(calls=2, tokens_in=1_000_000, tokens_cached=400_000, tokens_out=100_000)
    assert cost_of(usage, model="gpt-5.4-nano-2026-03-17") == cost_of(usage, model="gpt-5.4-nano")
    assert str(cost_of(usage, model="gpt-5.4-nano")) == "0.253"
    assert cost_of(usage, model="gpt-5.4-nanotech") is None


def test_an_installations_prices_stand_over_the_listed_ones(settings: Any) -> None:
    """N11: a setting adds models and replaces prices, dated names included."""
    mine = (Decimal(2), Decimal(1), Decimal(10), date(2026, 9, 1))
    settings.MODEL_PRICES = {"modelo-propio": mine, "gpt-5.4-nano": mine}
    usage = Usage(calls=2, tokens_in=1_000_000, tokens_cached=400_000, tokens_out=100_000)
    for model in ("modelo-propio", "modelo-propio-2026-10-01", "gpt-5.4-nano"):
        assert cost_of(usage, model=model) == Decimal("2.6")
    assert cost_of(usage, model="gpt-5.4-mini") == Decimal("0.93")
