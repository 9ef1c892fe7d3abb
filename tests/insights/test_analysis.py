"""An analysis from the read to the insight: what is new, what it costs, how it ends (N5-N7, N12-N15)."""

from decimal import Decimal

import pytest

from insights.actions import AlreadyRunning, annotate_task, move_task, start_analysis
from insights.labelling import Stop, Usage
from insights.labelling.chat import UnusableAnswer
from insights.models import (
    Comment,
    CommentVersion,
    CounterSnapshot,
    Insight,
    Label,
    Post,
    RowReport,
    Run,
    Task,
)
from insights.rules import RunState, TaskState
from tenants.jobs.models import Job
from tests.insights.analysing import Scripted, advice, analysed
from tests.insights.reading import URL, a_comment, a_ficha, a_post, give_rows


@pytest.fixture
def engine(monkeypatch):
    """Let runs ask a scripted engine instead of the installation's."""
    scripted = Scripted()
    monkeypatch.setattr("insights.actions.running.advice.recommend", scripted.advising)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: scripted)
    return scripted


def comments(count, **values):
    return [a_comment(f"comentario {number}", **values) for number in range(count)]


def counts(run):
    names = (
        "posts_new",
        "posts_changed",
        "comments_new",
        "comments_edited",
        "rows_vanished",
        "labelled",
        "reused",
    )
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def test_it_analyses_by_word_lists_without_a_key(in_acme, settings):
    """N11, N15: the embedded default labels, reckons and appends an insight over the whole history."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("me encanta, buenísimo"), a_comment("qué asco, pésimo servicio")])
    run = analysed(ficha)
    assert (run.state, run.engine, run.calls, str(run.cost_usd)) == ("completed", "offline", 0, "0.000000")
    assert counts(run) == {"posts_new": 1, "comments_new": 2, "labelled": 2}
    insight = Insight.objects.get()
    assert (insight.run_id, insight.total_posts_analyzed, insight.total_comments_analyzed) == (run.pk, 1, 2)
    assert insight.q1_result["n"] == 2
    assert insight.q2_result["estado"] == "requiere_modelo"
    ficha.refresh_from_db()
    assert ficha.last_analysis_timestamp == insight.analysis_timestamp
    assert ficha.last_checked_at is not None


def test_it_skips_without_news(in_acme, engine):
    """N1, N7: an unchanged source costs nothing, adds no insight, and moves only the check."""
    ficha = a_ficha([a_post()], comments(3))
    analysed(ficha)
    ficha.refresh_from_db()
    before = ficha.last_analysis_timestamp, ficha.last_checked_at
    run = analysed(ficha)
    ficha.refresh_from_db()
    assert (run.state, run.calls, run.labelled) == ("skipped", 0, 0)
    assert (run.comments_read, run.same_as_id is not None) == (3, True)
    assert Insight.objects.count() == len(engine.calls) == 1
    assert ficha.last_analysis_timestamp == before[0]
    assert (ficha.last_checked_at or before[1]) != before[1]


def test_it_labels_only_what_is_new(in_acme, engine):
    """N6, N8: late comments on old posts count by being unlabelled, not by their date."""
    ficha = a_ficha([a_post()], comments(3))
    analysed(ficha)
    give_rows(ficha, [a_post()], [*comments(3), a_comment("tarde", created_at="2020-01-01T00:00:00Z")])
    run = analysed(ficha)
    assert engine.calls[1:] == [["tarde"]]
    assert counts(run) == {"comments_new": 1, "labelled": 1}
    assert Insight.objects.latest("pk").total_comments_analyzed == 4


def test_it_labels_equal_texts_once_and_counts_each(in_acme, engine):
    """N8: one label for one text, also for another brand of the tenant."""
    rows = [a_comment("❤️", ownerUsername=name) for name in ("ana", "eva", "paz")]
    analysed(a_ficha([a_post()], rows))
    other = analysed(a_ficha([a_post()], rows[:2], brand_name="Otra"))
    assert engine.calls == [["❤️"]]
    assert Label.objects.count() == 1
    assert Comment.objects.filter(label=Label.objects.get()).count() == 5
    assert counts(other) == {"posts_new": 1, "comments_new": 2, "reused": 2}


def test_it_costs_nothing_to_force_unchanged_rows(in_acme, engine):
    """N8, N16: a forced run of the same rows reckons again and asks nobody."""
    ficha = a_ficha([a_post()], comments(3))
    analysed(ficha)
    run = analysed(ficha, is_forced=True)
    assert (run.state, run.calls) == ("completed", 0)
    assert Insight.objects.count() == 2


def test_it_takes_a_snapshot_when_only_counters_change(in_acme, engine):
    """N6: counters or a post's text are a snapshot, no news and no call."""
    ficha = a_ficha([a_post(likes=10)], comments(1))
    analysed(ficha)
    give_rows(ficha, [a_post(likes=15, content="Otro texto")], comments(1))
    run = analysed(ficha)
    assert (run.state, counts(run)) == ("skipped", {"posts_changed": 1})
    newest, first = CounterSnapshot.objects.all()
    assert (first.likes, first.content) == (10, None)
    assert (newest.likes, newest.content, newest.run_id) == (15, "Otro texto", run.pk)
    assert Post.objects.get().likes == 15


@pytest.mark.parametrize("comment_id", ["", "c1"])
def test_it_labels_an_edited_text_once_more(in_acme, engine, comment_id):
    """N6: an edited text is labelled again, once; the old one stays as a version with its label."""
    ficha = a_ficha([a_post()], [a_comment("me gusta", comment_id=comment_id)])
    analysed(ficha)
    old = Comment.objects.get()
    give_rows(ficha, [a_post()], [a_comment("ya no me gusta", comment_id=comment_id)])
    run = analysed(ficha)
    comment = Comment.objects.get()
    assert (comment.pk, comment.text, counts(run)) == (
        old.pk, "ya no me gusta", {"comments_edited": 1, "labelled": 1},
    )  # fmt: skip
    version = CommentVersion.objects.get()
    assert (version.text, version.label_id) == ("me gusta", old.label_id)
    assert analysed(ficha).state == "skipped"


def test_it_takes_no_edit_for_granted_where_two_texts_changed(in_acme, engine):
    """N6: two gone and two come at one post, author and moment are four comments, not two edits."""
    ficha = a_ficha([a_post()], [a_comment("uno"), a_comment("dos")])
    analysed(ficha)
    give_rows(ficha, [a_post()], [a_comment("tres"), a_comment("cuatro")])
    run = analysed(ficha)
    assert counts(run) == {"comments_new": 2, "rows_vanished": 2, "labelled": 2}
    assert Comment.objects.filter(missing_in_source=True).count() == 2


def test_it_knows_comments_again_when_the_source_begins_to_give_ids(in_acme, engine):
    """N4: a column of ids makes no second comment of a known one."""
    ficha = a_ficha([a_post()], comments(2))
    analysed(ficha)
    give_rows(ficha, [a_post()], [a_comment(f"comentario {n}", comment_id=f"c{n}") for n in range(2)])
    run = analysed(ficha)
    assert (run.state, counts(run)) == ("skipped", {})
    assert set(Comment.objects.values_list("comment_id", flat=True)) == {"c0", "c1"}


def test_it_flags_what_vanished_and_counts_it_still(in_acme, engine):
    """N6: nothing is deleted; a fifth of the rows gone is an alarm; what comes back is no news."""
    ficha = a_ficha([a_post(), a_post("https://x.pe/2")], comments(8))
    analysed(ficha)
    give_rows(ficha, [a_post(), a_post("https://x.pe/2")], comments(6))
    assert analysed(ficha).warnings == []
    give_rows(ficha, [a_post()], comments(4))
    run = analysed(ficha)
    assert (run.state, counts(run)) == ("skipped", {"rows_vanished": 3})
    assert run.warnings == [{"code": "rows_lost", "lost": 3, "known": 8}]
    assert Comment.objects.filter(missing_in_source=True).count() == 4
    give_rows(ficha, [a_post(), a_post("https://x.pe/2")], comments(8))
    assert (analysed(ficha).state, Comment.objects.filter(missing_in_source=True).count()) == ("skipped", 0)


def test_it_counts_a_post_without_comments_as_news(in_acme, engine):
    """N6: a post never seen is new, even uncommented."""
    ficha = a_ficha([a_post()], comments(1))
    analysed(ficha)
    give_rows(ficha, [a_post(), a_post("https://x.pe/2")], comments(1))
    run = analysed(ficha)
    assert (run.state, run.calls, Insight.objects.count()) == ("completed", 0, 2)


def test_it_stores_posts_where_comments_are_missing(in_acme, engine):
    """N2: without a Comments tab posts are stored, nothing is labelled, the run is partial, no insight."""
    ficha = a_ficha([a_post()], None)
    run = analysed(ficha)
    assert (run.state, counts(run), run.warnings) == (
        "partial", {"posts_new": 1}, [{"code": "sheet_missing", "tab": "Comments"}],
    )  # fmt: skip
    assert not Insight.objects.exists()
    give_rows(ficha, [a_post()], comments(2))
    assert analysed(ficha).state == "completed"


def test_it_fails_before_any_cost_when_a_column_is_missing(in_acme, engine):
    """N2: missing_columns ends the run by name."""
    ficha = a_ficha()
    ficha.posts_tab = "Comments"
    ficha.save()
    run = analysed(ficha)
    assert (run.state, run.error_code, engine.calls) == ("failed", "missing_columns", [])
    assert "Posts.platform" in run.error
    assert Job.objects.get(subject=str(ficha.pk)).state == "failed"


def test_it_lists_rejected_rows_on_every_run_alike(in_acme, engine):
    """N3, N5: rejected rows stand in each run's report, with their number and code."""
    ficha = a_ficha([a_post(), a_post("https://x.pe/2", created_at="01/15/2025")], comments(1))
    first = analysed(ficha)
    give_rows(ficha, [a_post(), a_post("https://x.pe/2", created_at="01/15/2025")], comments(2))
    second = analysed(ficha)
    for run in (first, second):
        told = RowReport.objects.filter(run=run).values_list("tab", "row", "code", "value")
        assert list(told) == [("posts", 3, "invalid_timestamp", "01/15/2025")]
        assert run.rows_rejected == 1


@pytest.mark.parametrize("stop", [Stop.QUOTA, Stop.BAD_KEY, Stop.NO_MODEL])
def test_it_fails_at_once_when_the_engine_cannot_go_on(in_acme, engine, stop):
    """N12, N14: run failed, labels kept, no insight; the next run goes on with the rest."""
    engine.stop, engine.after = stop, 1
    ficha = a_ficha([a_post()], comments(25))
    run = analysed(ficha)
    assert (run.state, run.error_code, run.labelled, Insight.objects.exists()) == ("failed", stop, 10, False)
    ficha.refresh_from_db()
    assert ficha.last_analysis_timestamp is None
    engine.stop = None
    again = analysed(ficha)
    assert (again.state, again.labelled, len(engine.calls)) == ("completed", 15, 3)


def test_it_makes_up_for_an_insight_that_was_never_stored(in_acme, engine):
    """N14: what a failed run labelled is told by the next one, although nothing is new or pending."""
    ficha = a_ficha([a_post()], comments(2))
    analysed(ficha)
    give_rows(ficha, [a_post()], comments(4))
    engine.stop, engine.after, engine.size = Stop.QUOTA, 2, 1
    assert analysed(ficha).state == "failed"
    Comment.objects.filter(label=None).update(unlabelled_because="refused")
    assert (analysed(ficha).state, Insight.objects.count()) == ("completed", 2)
    assert analysed(ficha).state == "skipped"


def test_it_fails_when_nothing_could_be_labelled(in_acme, engine):
    """N14: all labelling failed is no insight under today's date."""
    engine.stop = Stop.UNREACHABLE
    run = analysed(a_ficha([a_post()], comments(2)))
    assert (run.state, run.error_code, Insight.objects.exists()) == ("failed", "unreachable", False)


@pytest.mark.parametrize(
    ("budget", "code"),
    [({"budget_tokens": 2_200_000}, "budget_reached"), ({"budget_usd": Decimal("0.70")}, "budget_reached")],
)
def test_it_stops_at_the_budget_and_goes_on_next_month(in_acme, engine, budget, code):
    """N12: asked before each call; what is left is pending, the run partial, with an insight."""
    ficha = a_ficha([a_post()], comments(25))
    type(ficha).objects.filter(pk=ficha.pk).update(**budget)
    run = analysed(ficha)
    assert (run.state, run.labelled, run.pending, run.warnings) == ("partial", 20, 5, [{"code": code}])
    assert run.cost_usd == Decimal("0.65")
    assert Insight.objects.get().q1_result["cobertura"] == 0.8
    assert analysed(ficha).labelled == 0
    type(ficha).objects.filter(pk=ficha.pk).update(budget_tokens=None, budget_usd=None)
    assert (analysed(ficha).state, Insight.objects.latest("pk").total_comments_analyzed) == ("completed", 25)


def test_it_keeps_no_budget_in_money_at_an_unknown_price(in_acme, engine):
    """N11, N12: unknown is never nothing: without a price a budget in money buys nothing, and says so."""
    engine.model = "modelo-propio"
    ficha = a_ficha([a_post()], comments(2), budget_usd=Decimal(5))
    run = analysed(ficha)
    assert (run.calls, run.warnings) == (0, [{"code": "price_unknown"}])
    type(ficha).objects.filter(pk=ficha.pk).update(budget_usd=None)
    assert analysed(ficha).cost_usd is None


def test_it_does_not_ask_again_for_what_was_given_up(in_acme, engine):
    """N7, N8: given up with a reason is not pending."""
    engine.give_up = lambda one: one.text == "comentario 1"
    ficha = a_ficha([a_post()], comments(2))
    run = analysed(ficha)
    assert (run.state, run.labelled, run.given_up) == ("completed", 1, 1)
    assert Comment.objects.get(text="comentario 1").unlabelled_because == "refused"
    assert analysed(ficha).state == "skipped"


def test_it_retries_a_failed_module(in_acme, engine, monkeypatch):
    """N14: one failed module makes the run partial; the next run has work, though nothing is new."""
    from insights.modules import COMPUTED, Module

    def broken(_view):
        raise ZeroDivisionError

    ficha = a_ficha([a_post()], comments(2))
    with monkeypatch.context() as patch:
        patch.setitem(COMPUTED, Module.EMOTIONS, broken)
        run = analysed(ficha)
    assert (run.state, run.modules["q1"]["state"]) == ("partial", "failed")
    assert run.modules["q3"]["state"] != "failed"
    assert Insight.objects.get().analysis_status == "partial"
    assert analysed(ficha).state == "completed"
    assert Insight.objects.count() == 2


def test_it_fails_when_every_module_fails(in_acme, engine, monkeypatch):
    """N14: nothing reckoned is no insight."""
    from insights.modules import COMPUTED

    def broken(_view):
        raise ZeroDivisionError

    for module in COMPUTED:
        monkeypatch.setitem(COMPUTED, module, broken)
    run = analysed(a_ficha([a_post()], comments(1)))
    assert (run.state, run.error_code, Insight.objects.exists()) == ("failed", "modules_failed", False)


def test_it_runs_once_at_a_time(in_acme, engine):
    """N15: a second start of a live run is refused; another brand's is not."""
    one, other = a_ficha([a_post()], comments(1)), a_ficha([a_post()], comments(1), brand_name="Otra")
    start_analysis(ficha=one.pk)
    with pytest.raises(AlreadyRunning):
        start_analysis(ficha=one.pk)
    assert analysed(other).state == "completed"
    assert Run.objects.filter(state=RunState.QUEUED).count() == 1


def test_it_reads_the_same_post_under_every_spelling(in_acme, engine):
    """N4: another spelling of an address is the same post, on the next run as well."""
    ficha = a_ficha([a_post()], comments(1))
    analysed(ficha)
    spelled = "http://www.Instagram.com/p/uno/?utm_source=ig"
    give_rows(ficha, [a_post(spelled)], [*comments(1), a_comment("nuevo", spelled)])
    assert counts(analysed(ficha)) == {"comments_new": 1, "labelled": 1}
    assert Post.objects.get().url == URL


def test_it_asks_for_advice_once_for_the_same_tables(in_acme, engine):
    """N8, Q9: unchanged tables are recommended upon once; what changed is asked again."""
    ficha = a_ficha([a_post()], comments(2))
    first = analysed(ficha)
    analysed(ficha, is_forced=True)
    assert (engine.advising.asked, first.calls) == (1, 2)
    give_rows(ficha, [a_post()], comments(3))
    assert (analysed(ficha).calls, engine.advising.asked) == (2, 2)
    newest, *_others = Insight.objects.all()
    assert newest.q9_result["results"]["recomendaciones"][0]["recomendacion"] == "Responder antes"


def test_it_leaves_tasks_alone_when_advice_is_cut(in_acme, engine):
    """Q9, N14, N18: a cut answer is a failed module: tasks untouched, asked again by the next run."""
    ficha = a_ficha([a_post()], comments(1))
    analysed(ficha)
    give_rows(ficha, [a_post()], comments(2))
    engine.advising.error = UnusableAnswer("cut", Usage(calls=1, tokens_in=100, tokens_out=6000))
    run = analysed(ficha)
    told = run.modules["q9"]
    assert (run.state, told["state"], told["errors"], run.calls_failed) == ("partial", "failed", ["cut"], 1)
    assert Insight.objects.latest("pk").q10_result["results"]["faltantes"] == ["Q9"]
    assert Task.objects.get().withdrawn_at is None
    engine.advising.error = None
    assert analysed(ficha).state == "completed"


def test_it_merges_recommendations_into_tasks(alice, in_acme, engine):
    """N18: begun and annotated tasks stay, nothing is added twice, what nobody wants any more goes."""
    titles = ["Bajar el precio", "Responder antes", "Más tallas", "Publicar de noche"]
    engine.advising.rows = [advice(title, impact=100 - 10 * n) for n, title in enumerate(titles)]
    ficha = a_ficha([a_post()], comments(1))
    analysed(ficha)
    tasks = {task.title: task for task in Task.objects.all()}
    assert [tasks[title].week for title in titles] == [1, 2, 3, 4]
    move_task(task=tasks["Responder antes"], state=TaskState.IN_PROGRESS, by=alice.pk)
    annotate_task(task=tasks["Más tallas"], text="preguntar a la fábrica", by=alice.pk)
    engine.advising.rows = [advice("bajar el PRECIO ", impact=10), advice("Otra cosa", impact=90)]
    give_rows(ficha, [a_post()], comments(2))
    analysed(ficha)
    found = {task.title: (task.week, task.state, task.withdrawn_at is None) for task in Task.objects.all()}
    assert found == {
        "Bajar el precio": (3, "PENDIENTE", True),
        "Responder antes": (2, "EN_CURSO", True),
        "Más tallas": (3, "PENDIENTE", True),
        "Publicar de noche": (4, "PENDIENTE", False),
        "Otra cosa": (1, "PENDIENTE", True),
    }
