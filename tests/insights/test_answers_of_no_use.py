"""A model whose answers are of no use costs no comment its label; each of them is counted (N8, N14, N17)."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from insights.actions import start_analysis
from insights.actions.running import labels as labelling
from insights.models import Comment, FichaCliente, Insight, Run
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.scope import current_schema
from tests.insights.analysing import analysed, installed
from tests.insights.chat_server import ChatServer, Reply, error
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows

PROSE = Reply(content="Claro, con gusto.")
CUT = Reply(finish="length", content='{"r":[{"i":1,')
POISON = "texto que nadie puede leer"


@pytest.fixture
def server(settings: Any, in_acme: Tenant) -> Iterator[ChatServer]:
    """The installation's model."""
    with installed(settings) as found:
        yield found


def comments(count: int, since: int = 0) -> list[list[Any]]:
    return [a_comment(f"comentario {number}") for number in range(since, since + count)]


def poisoned(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer break that has to do with one text."""
    plain = server.answer

    def answer(asked: dict[str, Any]) -> Reply:
        found = plain(asked)
        return PROSE if POISON in asked["messages"][-1]["content"] else found

    monkeypatch.setattr(server, "answer", answer)


def last_analysis(ficha: FichaCliente) -> Any:
    return FichaCliente.objects.get(pk=ficha.pk).last_analysis_timestamp


def reasons() -> list[str]:
    return list(Comment.objects.filter(label=None).values_list("unlabelled_because", flat=True))


@pytest.mark.parametrize("reply", [PROSE, CUT])
@pytest.mark.parametrize("count", [6, 20])
def test_a_day_of_a_broken_model_fails_and_loses_nothing(
    server: ChatServer, reply: Reply, count: int
) -> None:
    """N14, N8: all labelling failed: the insight before stays current, and all are asked again."""
    ficha = a_ficha([a_post()], comments(3))
    analysed(ficha)
    before = last_analysis(ficha)
    give_rows(ficha, [a_post()], comments(3 + count))
    server.always = reply
    run = analysed(ficha)
    assert (run.state, run.error_code, run.labelled, run.given_up) == ("failed", "unusable_answers", 0, 0)
    assert (reasons(), Insight.objects.count(), last_analysis(ficha)) == ([""] * count, 1, before)
    server.always = None
    run = analysed(ficha)
    assert (run.state, run.labelled, Insight.objects.count()) == ("completed", count, 2)


def test_what_was_known_before_proves_no_model(server: ChatServer) -> None:
    """N14: labels that were reused are told in a partial insight; the others wait."""
    analysed(a_ficha([a_post()], comments(1)))
    server.always = PROSE
    run = analysed(a_ficha([a_post()], comments(4), brand_name="Otra"))
    assert (run.state, run.reused, run.pending) == ("partial", 1, 3)
    assert run.warnings == [{"code": "unusable_answers"}]
    assert reasons() == [""] * 3


def test_one_text_beside_others_is_given_up_at_once(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N8: where others are labelled it is the text, and nobody asks about it again."""
    poisoned(server, monkeypatch)
    ficha = a_ficha([a_post()], [*comments(5), a_comment(POISON)])
    run = analysed(ficha)
    assert (run.state, run.labelled, run.given_up) == ("completed", 5, 1)
    assert (reasons(), analysed(ficha).state) == (["malformed"], "skipped")


def test_one_text_alone_does_not_fail_for_ever(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """N8, N14: asked in vain for a week, it is given up for good; no run fails for it any more."""
    poisoned(server, monkeypatch)
    ficha = a_ficha([a_post()], comments(2))
    analysed(ficha)
    give_rows(ficha, [a_post()], [*comments(2), a_comment(POISON)])
    assert [(analysed(ficha).state, *reasons()) for _day in range(2)] == [("failed", "")] * 2
    Run.objects.filter(state="failed").update(created_at=Now() - timedelta(days=8))
    assert (analysed(ficha).state, reasons()) == ("failed", ["malformed"])
    assert (analysed(ficha).state, Insight.objects.count()) == ("completed", 2)
    assert analysed(ficha).state == "skipped"


def test_an_edited_text_begins_anew(server: ChatServer) -> None:
    """N6, N8: what was asked in vain for a week was another text."""
    server.always = PROSE
    ficha = a_ficha([a_post()], [a_comment("antes", comment_id="c1")])
    analysed(ficha)
    Run.objects.update(created_at=Now() - timedelta(days=8))
    give_rows(ficha, [a_post()], [a_comment("después", comment_id="c1")])
    assert (analysed(ficha).state, reasons()) == ("failed", [""])


@pytest.mark.parametrize(
    ("reply", "code"), [(Reply(refusal="no"), "refused"), (Reply(finish="content_filter"), "filtered")]
)
def test_what_a_model_will_not_read_is_no_failure(server: ChatServer, reply: Reply, code: str) -> None:
    """N8: it would be refused every day: given up at once, and the day is told without it."""
    server.always = reply
    ficha = a_ficha([a_post()], comments(2))
    run = analysed(ficha)
    assert (run.state, run.given_up, reasons()) == ("completed", 2, [code] * 2)
    assert (run.calls, run.calls_failed) == (3, 3)


def test_a_run_taken_up_again_remembers_its_doubts(server: ChatServer, monkeypatch: Any) -> None:
    """J6, N14: what was given up before a crash waits like what was given up after it."""
    kept, keep = [], labelling.keep_labels

    def breaks_down(*told: Any) -> None:
        keep(*told)
        kept.append(told[-1])
        if len(kept) == 9:
            raise RuntimeError("out of memory")

    monkeypatch.setattr(labelling, "keep_labels", breaks_down)
    server.always = PROSE
    run = start_analysis(ficha=a_ficha([a_post()], comments(6)).pk)
    job = Job.objects.get()
    work_on(DueTicket(job.pk, current_schema() or ""))
    assert 0 < reasons().count("malformed") < 6
    Job.objects.update(due_at=timezone.now())
    work_on(DueTicket(job.pk, current_schema() or ""))
    run.refresh_from_db()
    assert (run.state, run.error_code, reasons()) == ("failed", "unusable_answers", [""] * 6)


def test_every_answer_of_no_use_is_a_failed_call(server: ChatServer, caplog: Any) -> None:
    """N17, S19: counted, and logged by its code; no word of anybody."""
    server.always = PROSE
    with caplog.at_level(logging.WARNING, logger="insights"):
        run = analysed(a_ficha([a_post()], comments(6)))
    assert run.calls == run.calls_failed == len(server.asked) == 11
    told = [record.getMessage() for record in caplog.records if "was of no use" in record.getMessage()]
    assert told == [f"insights: a labelling call of run {run.pk} was of no use: malformed"] * 11
    assert "comentario" not in caplog.text
    assert "con gusto" not in caplog.text


def test_every_call_that_nobody_answers_is_a_failed_one(server: ChatServer, settings: Any) -> None:
    """N17, N12: one for each request that no try brought through; what brought nothing cost nothing."""
    settings.LABELS_A_CALL, settings.LABEL_CALLS_AT_ONCE = 5, 1
    server.script.append(Reply())
    server.always = error(500, "server_error", retry_after_ms="1")
    run = analysed(a_ficha([a_post()], comments(20)))
    assert (run.state, run.labelled, run.calls, run.calls_failed) == ("partial", 5, 4, 3)
    server.always = error(401, "invalid_api_key")
    run = analysed(a_ficha([a_post()], comments(2, since=50), brand_name="Otra", model="modelo-propio"))
    assert (run.state, run.calls, run.calls_failed, run.cost_usd) == ("failed", 1, 1, Decimal(0))
