"""What one engine gave up is offered to another one, once (N8, N11)."""

from typing import Any

import pytest
from django.utils import timezone

from insights.actions import start_analysis
from insights.actions.running import labels as labelling
from insights.models import Comment, FichaCliente
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.scope import current_schema
from tests.insights.analysing import Scripted, analysed, installed
from tests.insights.reading import a_comment, a_ficha, a_post

HARD = "ni yo sé qué digo"
FOREIGN = "eu não gostei, a entrega é muito ruim e não chegou"


class Engines:
    """Who is the brand's engine now; each gives up one text."""

    def __init__(self) -> None:
        self.now = self.other("a")

    def other(self, model: str, **values: str) -> Scripted:
        """Let another one label from the next run on."""
        self.now = Scripted()
        self.now.model = model
        self.now.give_up = lambda one: one.text == HARD
        for name, value in values.items():
            setattr(self.now, name, value)
        return self.now


@pytest.fixture
def engines(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Engines:
    """The engines of all runs; whoever it is, the advice is the same."""
    found = Engines()
    monkeypatch.setattr("insights.actions.running.advice.recommend", found.now.advising)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: found.now)
    return found


def a_hard_brand() -> FichaCliente:
    return a_ficha([a_post()], [a_comment("fácil"), a_comment(HARD)])


def reason() -> str:
    return Comment.objects.get(label=None).unlabelled_because


def test_a_model_reads_what_the_word_lists_could_not(in_acme: Tenant, settings: Any) -> None:
    """N11: the first weeks were without a key; Portuguese is read from the first run that has one."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("me encanta"), a_comment(FOREIGN)])
    assert (analysed(ficha).given_up, reason(), analysed(ficha).state) == (1, "language", "skipped")
    with installed(settings) as server:
        run = analysed(ficha)
        assert (run.state, run.labelled, analysed(ficha).state) == ("completed", 1, "skipped")
        said = [asked["messages"][-1]["content"] for asked in server.asked]
    assert sum(FOREIGN in one for one in said) == 1
    assert not any("me encanta" in one for one in said)


@pytest.mark.parametrize("other", [{"model": "b"}, {"model": "a", "version": "scripted-2"}])
def test_another_model_is_asked_once_for_what_was_given_up(engines: Engines, other: dict[str, str]) -> None:
    """N8: once, and for nothing else; what it gives up as well is given up."""
    ficha = a_hard_brand()
    assert (analysed(ficha).given_up, analysed(ficha).state) == (1, "skipped")
    engine = engines.other(**other)
    assert (analysed(ficha).given_up, reason()) == (1, "refused")
    assert (analysed(ficha).state, engine.calls) == ("skipped", [[HARD]])


def test_each_change_of_mind_asks_once_more(engines: Engines) -> None:
    """N8: which engine gave a text up is not kept; there and back asks the first again, then never."""
    ficha = a_hard_brand()
    analysed(ficha)
    for model in ("b", "a"):
        engine = engines.other(model)
        analysed(ficha)
        analysed(ficha)
        assert engine.calls == [[HARD]]


def test_a_run_taken_up_again_asks_nothing_twice(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """J6: what this very run gave up before a crash stays given up."""
    ficha, keep = a_hard_brand(), labelling.keep_labels
    analysed(ficha)
    engine = engines.other("b")

    def breaks_down(*told: Any) -> None:
        keep(*told)
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(labelling, "keep_labels", breaks_down)
        run = start_analysis(ficha=ficha.pk)
        job = Job.objects.get(state="waiting", subject=str(ficha.pk))
        work_on(DueTicket(job.pk, current_schema() or ""))
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    work_on(DueTicket(job.pk, current_schema() or ""))
    run.refresh_from_db()
    assert (run.is_live, run.given_up, engine.calls) == (False, 1, [[HARD]])


def test_who_was_erased_is_offered_to_nobody(engines: Engines) -> None:
    """S19: there is nothing left to read."""
    ficha = a_hard_brand()
    analysed(ficha)
    Comment.objects.filter(label=None).update(unlabelled_because="erased", text="—")
    engine = engines.other("b")
    assert (analysed(ficha).state, engine.calls, reason()) == ("skipped", [], "erased")
