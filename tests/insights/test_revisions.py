"""What comes late, is edited, labelled later or corrected changes past figures, with a mark (N6)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from insights.actions import correct_label
from insights.labelling import Stop
from insights.models import Comment, FichaCliente, Insight
from insights.modules import Module, compute
from insights.modules.revising import RevisedWeek, revised
from insights.queries.revisions import revision_of
from insights.rules import Sentiment
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.insights.analysing import Scripted, analysed
from tests.insights.modules.invented import NOON, comment, of_class, view
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows
from tests.reading import tables, text_of

GOOD, BAD = of_class(Sentiment.POSITIVE), of_class(Sentiment.NEGATIVE)
WEEK = timedelta(weeks=1)
THEN = [comment(GOOD, 1), comment(GOOD, 2, created_at=NOON + WEEK)]


def timeline(comments: Any) -> Any:
    return compute(view(comments), Module.TIMELINE).results


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (THEN, []),
        ([*THEN, comment(BAD, 3)], [("2025-W11", 1, 2)]),
        ([comment(BAD, 1), THEN[1]], [("2025-W11", 1, 1)]),
        ([*THEN, comment(BAD, 3, created_at=NOON - 3 * WEEK)], [("2025-W08", 0, 1)]),
        (THEN[1:], [("2025-W11", 1, 0)]),
        ([*THEN, comment(BAD, 3, created_at=NOON + WEEK), comment(BAD, 4, created_at=NOON + 2 * WEEK)], []),
    ],
    ids=["nothing", "late", "edited", "before the first", "gone", "the week was not over"],
)
def test_weeks_that_were_over_are_marked_when_they_change(now: Any, changed: Any) -> None:
    """N6: what was still open when it was told is no change of the past."""
    found = revised(timeline(now), timeline(THEN), told_on=date(2025, 3, 19))
    assert found == tuple(RevisedWeek(*each) for each in changed)


@pytest.fixture
def told(in_acme: Tenant, settings: Any) -> FichaCliente:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("me encanta")])
    analysed(ficha)
    return ficha


def late(ficha: FichaCliente, *texts: str) -> None:
    give_rows(ficha, [a_post()], [a_comment("me encanta"), *map(a_comment, texts)])
    analysed(ficha)


def test_a_late_comment_leaves_a_mark(told: FichaCliente) -> None:
    """N6: the week of an old post, as it was told first and as it is now."""
    assert revision_of(ficha=told) is None
    late(told, "qué asco")
    found = revision_of(ficha=told)
    assert found
    assert (list(found.weeks), set(found.marked)) == ([RevisedWeek("2025-W03", 1, 2)], {"2025-W03"})
    assert found.since == Insight.objects.earliest("analysis_timestamp").analysis_timestamp


def test_a_mark_stays_for_a_week(told: FichaCliente) -> None:
    """N6: a second analysis of the same day hides nothing; one that is a week later knows it as told."""
    late(told, "qué asco")
    analysed(told, is_forced=True)
    assert revision_of(ficha=told)
    move(timedelta(days=8))
    analysed(told, is_forced=True)
    assert revision_of(ficha=told) is None


def move(by: timedelta) -> None:
    """Let all insights be so much older."""
    for insight in Insight.objects.all():
        moment: datetime = insight.analysis_timestamp - by
        Insight.objects.filter(pk=insight.pk).update(analysis_timestamp=moment)
    assert timezone.now() - Insight.objects.latest("analysis_timestamp").analysis_timestamp >= by


def test_a_page_shows_the_mark(page: Any, bob: User, acme: Tenant, settings: Any) -> None:
    """N6, Screens: the week bears a mark in chart and table, and the panel says since when and how many."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with tenant_scope(acme.schema_name):
        ficha = a_ficha([a_post()], [a_comment("me encanta")])
        analysed(ficha)
    address = "/insights/?range=all&tab=q8"
    first = text_of(page(bob), address)
    with tenant_scope(acme.schema_name):
        late(ficha, "qué asco")
    shown = text_of(page(bob), address)
    assert [[row[0] for row in tables(text)["volume"]] for text in (first, shown)] == [
        ["Jan 13"],
        ["Jan 13 *"],
    ]
    assert [text.count(">*</text>") for text in (first, shown)] == [0, 1]
    assert "Changed since the analysis of" not in first
    assert "weeks of Jan 13 (1 → 2)" in shown
    # Once more, from what is kept.
    assert "weeks of Jan 13 (1 → 2)" in text_of(page(bob), address)


def backfilled(ficha: FichaCliente, monkeypatch: pytest.MonkeyPatch) -> None:
    """Analyse a brand for the first time in two runs, as its budget allows: a comment each."""
    engine = Scripted(stop=Stop.BUDGET, after=1, size=1)
    monkeypatch.setattr("insights.actions.running.advice.recommend", engine.advising)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: engine)
    analysed(ficha)
    engine.stop = None
    analysed(ficha)


def corrected(ficha: FichaCliente, by: User) -> None:
    """Let a person say otherwise of a comment between two analyses."""
    analysed(ficha)
    correct_label(comment=Comment.objects.earliest("pk"), meaning=BAD, by=by.pk)
    analysed(ficha, is_forced=True)


@pytest.mark.parametrize(("cause", "told"), [("budget", "(1 → 2)"), ("person", "(2 → 2)")])
def test_a_mark_blames_nobody_for_what_others_did(
    cause: str,
    told: str,
    page: Any,
    alice: User,
    acme: Tenant,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N6, N9, N12: a backfill by budget and a person's correction change weeks too, and the panel says so."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with tenant_scope(acme.schema_name):
        ficha = a_ficha([a_post()], [a_comment("me encanta"), a_comment("me gusta")])
        backfilled(ficha, monkeypatch) if cause == "budget" else corrected(ficha, alice)
    client = page(alice)
    for language, words in (
        ("en", "late, edited, dated anew, labelled later or corrected"),
        ("es", "tardíos, editados, con otra fecha, etiquetados después o corregidos"),
    ):
        answer = client.get("/insights/?range=all&tab=q8", headers={"accept-language": language})
        shown = answer.content.decode()
        assert told in shown
        assert words in shown
