"""Analyses run in this very process, and engines that tests script."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from insights.actions import start_analysis
from insights.labelling import Agreement, Asked, Brand, EngineStopped, Labelled, MaySpend, Stop, Usage
from insights.labelling.recommending import Recommended
from insights.models import FichaCliente, Run
from insights.rules import Emotion, Engine, JobKind, Label, Sentiment
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.scope import current_schema
from tests.insights.chat_server import ChatServer, serving

JOY = Label(
    emotions={**dict.fromkeys(Emotion, 0.0), Emotion.JOY: 1.0}, sentiment=Sentiment.POSITIVE, score=0.5
)


def analysed(ficha: FichaCliente, *, is_forced: bool = False) -> Run:
    """Run an analysis of a brand to its end and return its run."""
    run = start_analysis(ficha=ficha.pk, is_forced=is_forced)
    job = Job.objects.get(kind=JobKind.ANALYZE, subject=str(ficha.pk), state="waiting")
    work_on(DueTicket(job.pk, current_schema() or ""))
    run.refresh_from_db()
    job.refresh_from_db()
    assert not run.is_live, (job.state, job.error)
    return run


class Scripted:
    """An engine that says yes to everything, ten texts a call, until it is told to stop."""

    engine = Engine.MODEL
    model = "gpt-5.4-nano"
    version = "scripted-1"
    agreement = Agreement()

    def __init__(self, *, stop: Stop | None = None, after: int = 0, size: int = 10) -> None:
        self.calls: list[list[str]] = []
        self.advising = Advising()
        # 0.325 dollars at the listed price of its model.
        self.usage = Usage(calls=1, tokens_in=1_000_000, tokens_out=100_000)
        self.stop, self.after, self.size = stop, after, size
        self.give_up: Callable[[Asked], bool] = lambda _asked: False

    def label(self, asked: Sequence[Asked], *, brand: Brand, may_spend: MaySpend) -> Iterator[Labelled]:
        """Label ten at a time; ask the purse before each."""
        for start in range(0, len(asked), self.size):
            some = asked[start : start + self.size]
            if self.stop and len(self.calls) >= self.after:
                raise EngineStopped(self.stop)
            if not may_spend(self.usage):
                raise EngineStopped(Stop.BUDGET)
            self.calls.append([one.text for one in some])
            yield Labelled(
                labels={one.key: JOY for one in some if not self.give_up(one)},
                unlabelled={one.key: "refused" for one in some if self.give_up(one)},
                usage=self.usage,
                model=self.model,
            )


def advice(title: str = "Responder antes", *, impact: int = 80, effort: int = 40) -> dict[str, object]:
    """Return one row of a model's recommendations, with evidence that is always there."""
    return {
        "recomendacion": title,
        "descripcion": "Los comentarios lo piden.",
        "area_estrategica": "Atención al Cliente",
        "score_impacto": impact,
        "score_esfuerzo": effort,
        "acciones_concretas": ["Nombrar a una persona"],
        "evidencia": [{"module": "Q1"}],
    }


class Advising:
    """A model that recommends what a test tells it to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = [advice()]
        self.asked = 0
        self.error: Exception | None = None

    def __call__(self, *_asked: object, **_brand: object) -> Recommended:
        """Answer as `recommend` does."""
        self.asked += 1
        if self.error:
            raise self.error
        return Recommended(tuple(self.rows), Usage(calls=1, tokens_in=100, tokens_out=10), "m", 0.1)


@contextmanager
def installed(settings: Any) -> Iterator[ChatServer]:
    """Serve the installation's model, with advice for every analysis, until the end of the block."""
    with serving() as found:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "none", found.url
        found.advice = [advice()]
        yield found
