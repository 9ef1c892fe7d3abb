"""What is owed after an insight that a service brought: what came later, nothing of before (N7, N15)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from insights.actions import bring_insight
from insights.actions.bringing import Brought
from insights.labelling import Stop
from insights.models import Comment, FichaCliente, Insight
from insights.modules import Module
from insights.queries.looks import view_of
from insights.queries.results import results_of
from insights.rules import Engine
from tenants.models import Tenant
from tests.insights.analysing import Scripted, analysed
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows


@pytest.fixture
def engine(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """A text a call, so that a run may stop after any of them."""
    scripted = Scripted(size=1)
    monkeypatch.setattr("insights.actions.running.advice.recommend", scripted.advising)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: scripted)
    return scripted


def comments(count: int) -> list[list[object]]:
    return [a_comment(f"comentario {number}") for number in range(count)]


def breaks_down(engine: Scripted, ficha: FichaCliente) -> None:
    """Let a run fail that has labelled one text and left nothing pending."""
    engine.stop, engine.after = Stop.QUOTA, len(engine.calls) + 1
    assert analysed(ficha).state == "failed"
    Comment.objects.filter(label=None).update(unlabelled_because="refused")
    engine.stop = None


def bring(ficha: FichaCliente, *, age: timedelta = timedelta(0)) -> None:
    view = view_of(ficha=ficha, engine=Engine.OFFLINE)
    results = {Module.EMOTIONS: results_of(view, ficha=ficha)[Module.EMOTIONS]}
    bring_insight(ficha=ficha, brought=Brought(results=results, at=timezone.now() - age), by=None)


def test_what_failed_before_it_is_told_by_it(engine: Scripted) -> None:
    """N7, N15: it says what the whole history comes to at its moment; unchanged rows are skipped, always."""
    ficha = a_ficha([a_post()], comments(2))
    breaks_down(engine, ficha)
    give_rows(ficha, [a_post()], comments(3))
    assert analysed(ficha).state == "completed"
    for _day in range(2):
        bring(ficha)
        assert analysed(ficha).state == "skipped"
    assert Insight.objects.count() == 3


def test_what_failed_after_it_is_owed_once(engine: Scripted) -> None:
    """N14: what came later is told by the next run, and by no further one."""
    ficha = a_ficha([a_post()], comments(2))
    bring(ficha)
    breaks_down(engine, ficha)
    assert [analysed(ficha).state for _day in range(2)] == ["completed", "skipped"]


def test_an_older_one_that_is_brought_later_pays_for_nothing(engine: Scripted) -> None:
    """N14, F11: the past of another system does not know what a run has labelled since."""
    ficha = a_ficha([a_post()], comments(2))
    breaks_down(engine, ficha)
    bring(ficha, age=timedelta(days=30))
    assert [analysed(ficha).state for _day in range(2)] == ["completed", "skipped"]
