"""What a run asks of a model, counted by a server that speaks its protocol (N6-N8, N13)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insights.models import Comment, FichaCliente, Insight, Run
from tenants.models import Tenant
from tests.insights.analysing import analysed, installed
from tests.insights.chat_server import ChatServer, Reply
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows


@pytest.fixture
def server(settings: Any, in_acme: Tenant) -> Iterator[ChatServer]:
    """The installation's model."""
    with installed(settings) as found:
        yield found


def comments(count: int) -> list[list[Any]]:
    return [a_comment(f"comentario {number}") for number in range(count)]


def asked_by(server: ChatServer, ficha: Any, **how: Any) -> tuple[Run, int, int]:
    """Return the run, how often it asked for labels, and how often it asked at all."""
    labellings, asked = len(server.labellings), len(server.asked)
    run = analysed(ficha, **how)
    return run, len(server.labellings) - labellings, len(server.asked) - asked


def test_a_day_of_120_comments_takes_three_labelling_calls(server: ChatServer) -> None:
    """N13: and one for the recommendations; the run says so, with its tokens."""
    ficha = a_ficha([a_post()], comments(10))
    analysed(ficha)
    give_rows(ficha, [a_post()], comments(130))
    run, labellings, asked = asked_by(server, ficha)
    assert (run.state, run.labelled, labellings, asked) == ("completed", 120, 3, 4)
    assert run.calls == 4
    assert min(run.tokens_in, run.tokens_out) > 0
    assert {"read", "store", "label"} <= run.seconds.keys()


def test_a_server_that_counts_nothing_leaves_the_budget_its_meaning(server: ChatServer) -> None:
    """N11, N12: what it takes is estimated upwards and said to be; the month goes on until it is spent."""
    server.always = Reply(usage=False)
    ficha = a_ficha([a_post()], comments(10), budget_usd=Decimal(5), model="gpt-5.4-nano")
    run, _labellings, _asked = asked_by(server, ficha)
    assert (run.state, run.warnings) == ("completed", [{"code": "usage_estimated"}])
    assert run.cost_usd
    give_rows(ficha, [a_post()], comments(20))
    run, _labellings, _asked = asked_by(server, ficha)
    assert (run.state, run.labelled) == ("completed", 10)
    FichaCliente.objects.update(budget_usd=run.cost_usd)
    give_rows(ficha, [a_post()], comments(30))
    run, _labellings, asked = asked_by(server, ficha)
    assert (run.state, asked) == ("partial", 0)
    assert {"code": "budget_reached"} in run.warnings


def test_a_price_of_ones_own_keeps_a_budget_in_money(server: ChatServer, settings: Any) -> None:
    """N11, N12: what a run costs and what a budget allows follow the installation's prices."""
    settings.MODEL_PRICES = {"modelo-propio": (Decimal(1000), Decimal(0), Decimal(0), date(2026, 9, 1))}
    ficha = a_ficha([a_post()], comments(10), budget_usd=Decimal(100), model="modelo-propio")
    run, _labellings, _asked = asked_by(server, ficha)
    assert (run.state, run.labelled) == ("completed", 10)
    assert {"code": "price_unknown"} not in run.warnings
    assert run.cost_usd == Decimal(run.tokens_in - run.tokens_cached) / 1000 > 0
    FichaCliente.objects.update(budget_usd=run.cost_usd)
    give_rows(ficha, [a_post()], comments(20))
    run, _labellings, asked = asked_by(server, ficha)
    assert (run.state, asked, run.warnings) == ("partial", 0, [{"code": "budget_reached"}])


def test_without_news_nobody_is_asked_and_nothing_is_written(server: ChatServer) -> None:
    """N7: not even once, however often it looks."""
    ficha = a_ficha([a_post()], comments(10))
    analysed(ficha)
    for _again in range(2):
        run, _labellings, asked = asked_by(server, ficha)
        assert (run.state, asked, Insight.objects.count()) == ("skipped", 0, 1)


def test_a_forced_run_of_unchanged_rows_costs_nothing(server: ChatServer) -> None:
    """N8, N16: labels by text, recommendations by the hash of their tables."""
    ficha = a_ficha([a_post()], comments(10))
    analysed(ficha)
    run, _labellings, asked = asked_by(server, ficha, is_forced=True)
    assert (run.state, asked, run.calls, Insight.objects.count()) == ("completed", 0, 0, 2)
    assert not run.cost_usd


def test_a_late_comment_on_an_old_post_costs_one_labelling_call(server: ChatServer) -> None:
    """N6, N8: with nothing else in it but canaries; the tables changed, so Q9 is asked once more."""
    ficha = a_ficha([a_post()], comments(10))
    analysed(ficha)
    give_rows(ficha, [a_post()], [*comments(10), a_comment("tarde", created_at="2025-01-17T00:00:00Z")])
    run, labellings, asked = asked_by(server, ficha)
    assert (run.labelled, labellings, asked) == (1, 1, 2)
    before, after = (insight.q8_result["results"]["serie"] for insight in Insight.objects.order_by("pk"))
    assert [week["n"] for week in (*before, *after)] == [10, 11]
    assert Comment.objects.filter(label=None).count() == 0
