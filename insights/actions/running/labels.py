"""Label what waits, some hundred texts at a time; each answer is committed as it comes (N8, N12)."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from insights.actions.running.doubts import doubted, settle_doubts
from insights.actions.running.warning import warn
from insights.labelling import (
    Agreement,
    Asked,
    Brand,
    EngineStopped,
    Labelled,
    Labeller,
    Stop,
    Usage,
    cost_of,
)
from insights.models import Comment, FichaCliente, Label, Run
from insights.models.labels import columns_of
from insights.queries.spending import Spent, spent_this_month
from insights.rules import CALLS_AT_ONCE, COMMENTS_A_CALL, Engine, RunWarning
from insights.rules import Label as Meaning
from tenants.jobs.runner import Run as Work

log = logging.getLogger(__name__)
# As many as are in flight twice: what was paid for is stored before the job gives way or obeys.
TEXTS_AT_ONCE = 2 * COMMENTS_A_CALL * CALLS_AT_ONCE
CAPTION = 160  # characters of the post's text that go along

# A text that is known under this engine, model and prompt costs nothing again.
REUSE = """
    UPDATE insights_comment c SET label_id = l.id
      FROM insights_label l
     WHERE c.ficha_id = %(ficha)s AND c.label_id IS NULL AND c.unlabelled_because = ''
       AND l.text_hash = c.text_hash AND l.engine = %(engine)s AND l.model = %(model)s
       AND l.prompt_version = %(version)s
"""
# Of one answer: the index of what is pending finds its few texts among any number.
ATTACH = f"{REUSE} AND c.text_hash = ANY(%(keys)s)"
GIVE_UP = """
    UPDATE insights_comment c SET unlabelled_because = v.why
      FROM unnest(%(keys)s::text[], %(reasons)s::text[]) AS v(key, why)
     WHERE c.ficha_id = %(ficha)s AND c.label_id IS NULL AND c.unlabelled_because = '' AND c.text_hash = v.key
"""
PENDING = """
    SELECT DISTINCT ON (c.text_hash) c.text_hash, c.text, left(p.content, %(caption)s)
      FROM insights_comment c JOIN insights_post p ON p.id = c.post_id
     WHERE c.ficha_id = %(ficha)s AND c.label_id IS NULL AND c.unlabelled_because = ''
     ORDER BY c.text_hash, c.id
     LIMIT %(limit)s
"""


@dataclass(slots=True)
class Labelling:
    """What came of a run's labelling; `stop` is why texts were left for another run."""

    stop: EngineStopped | None = None
    cause: str = ""

    @property
    def code(self) -> str:
        """Name what stopped it, "" when nothing did."""
        return self.cause or (str(self.stop.stop) if self.stop else "")


def brand_of(ficha: FichaCliente) -> Brand:
    """Return what an engine is told of a brand (N10)."""
    return Brand(
        name=ficha.brand_name,
        industry=ficha.industry,
        country=ficha.country,
        archetype=ficha.archetype,
        tone=ficha.tone_of_voice,
        audience=ficha.target_audience,
        goal=ficha.business_goal,
        language=ficha.language,
    )


def pending_comments(ficha: int) -> int:
    """Return how many comments wait for a label. One query."""
    return Comment.objects.filter(ficha=ficha, label__isnull=True, unlabelled_because="").count()


def label_pending(work: Work, *, run: Run, labeller: Labeller, purse: "Purse") -> Labelling:
    """Label every pending comment of a brand, as far as money and engine go."""
    done = Labelling()
    with work.chunk() as chunk:
        reused = _execute(REUSE, _key(run, labeller))
        Run.objects.filter(pk=run.pk).update(reused=F("reused") + reused)
        FichaCliente.objects.filter(pk=run.ficha_id).restamp()
        chunk.advance(total=work.done + pending_comments(run.ficha_id), reused=reused)
    before = pending_comments(run.ficha_id)
    while asked := _pending(run.ficha_id):
        with work.undivided():
            done.stop = _label_some(work, run, labeller, asked, purse)
        left = pending_comments(run.ficha_id)
        # An engine that says nothing at all would be asked for ever.
        done.stop = done.stop or (EngineStopped(Stop.UNUSABLE) if left == before else None)
        if done.stop:
            break
        before = left
    done.stop = settle_doubts(work, run=run, labeller=labeller, stop=done.stop)
    done.cause = purse.refused
    return done


def _label_some(
    work: Work, run: Run, labeller: Labeller, asked: Sequence[Asked], purse: "Purse"
) -> EngineStopped | None:
    stop = None
    try:
        for labelled in labeller.label(asked, brand=brand_of(run.ficha), may_spend=purse.may_spend):
            keep_labels(work, run, labeller, labelled)
            purse.pay(labelled.usage)
    except EngineStopped as stopped:
        log.warning("insights: labelling of run %s stopped: %s", run.pk, stopped)
        stop = stopped
    agreement: Agreement = labeller.agreement
    Run.objects.filter(pk=run.pk).update(
        asked_twice=F("asked_twice") + agreement.compared, agreed=F("agreed") + agreement.agreed
    )
    return stop


def keep_labels(work: Work, run: Run, labeller: Labeller, labelled: Labelled) -> None:
    """Commit what one request brought: labels, what was given up, tokens and money, and whether it failed."""
    if labelled.fault:
        log.warning("insights: a labelling call of run %s was of no use: %s", run.pk, labelled.fault)
    with work.chunk() as chunk:
        rows = _rows_of(_still_asked(run, labelled), labeller)
        Label.objects.bulk_create(rows, ignore_conflicts=True)
        count = _execute(ATTACH, _key(run, labeller) | {"keys": list(labelled.labels)})
        given_up = _give_up(run, dict(labelled.unlabelled))
        is_paid, failed = labeller.engine is Engine.MODEL, 1 if labelled.fault else 0
        spend(run, labelled.usage, model=labeller.model, is_paid=is_paid, failed=failed)
        Run.objects.filter(pk=run.pk).update(
            labelled=F("labelled") + count, given_up=F("given_up") + given_up
        )
        # Last of all: whoever holds comments waits for the brand, nobody the other way about.
        FichaCliente.objects.filter(pk=run.ficha_id).restamp()
        chunk.advance(
            _within(chunk, count + given_up),
            cursor=doubted(work, labelled),
            labelled=count,
            given_up=given_up,
        )


def _still_asked(run: Run, labelled: Labelled) -> dict[str, Meaning]:
    """Return the labels for which a comment waits, and hold these comments until the end.

    Who was erased while the model thought left a text behind that nobody bears: its label would stay (S19).
    """
    waiting = Comment.objects.filter(ficha=run.ficha_id, label__isnull=True, unlabelled_because="")
    waiting = waiting.filter(text_hash__in=list(labelled.labels)).order_by("pk")
    held = set(waiting.select_for_update(no_key=True).values_list("text_hash", flat=True))
    return {key: meaning for key, meaning in labelled.labels.items() if key in held}


def _rows_of(labels: Mapping[str, Meaning], labeller: Labeller) -> list[Label]:
    return [
        Label(
            text_hash=key,
            engine=labeller.engine,
            model=labeller.model,
            prompt_version=labeller.version,
            **columns_of(meaning),
        )
        for key, meaning in labels.items()
    ]


def _give_up(run: Run, reasons: dict[str, str]) -> int:
    """Write why texts stay without a label; return of how many comments."""
    asked = {"ficha": run.ficha_id, "keys": list(reasons), "reasons": list(reasons.values())}
    return _execute(GIVE_UP, asked)


def spend(run: Run, usage: Usage, *, model: str, is_paid: bool = True, failed: int = 0) -> None:
    """Add what requests took to their run, in the caller's transaction; an unknown price stays unknown.

    A call that nobody answered took nothing, whatever a token would have cost.
    """
    took = usage.tokens_in or usage.tokens_out
    cost = cost_of(usage, model=model) if is_paid and took else Decimal(0)
    Run.objects.filter(pk=run.pk).update(
        calls=F("calls") + usage.calls,
        calls_failed=F("calls_failed") + failed,
        tokens_in=F("tokens_in") + usage.tokens_in,
        tokens_cached=F("tokens_cached") + usage.tokens_cached,
        tokens_out=F("tokens_out") + usage.tokens_out,
        cost_usd=None if cost is None else F("cost_usd") + cost,
    )
    if usage.estimated:
        warn(run, [{"code": RunWarning.USAGE_ESTIMATED}])


class Purse:
    """A brand's budget of the month, asked before each call (N12)."""

    def __init__(self, ficha: FichaCliente, labeller: Labeller, now: datetime) -> None:
        self._usd, self._tokens = ficha.budget_usd, ficha.budget_tokens
        self._model, self._is_paid = labeller.model, labeller.engine is Engine.MODEL
        self._spent: Spent = spent_this_month(ficha=ficha, now=now)
        self._since = Usage()
        self.refused = ""

    def pay(self, usage: Usage) -> None:
        """Remember what was spent since the purse was opened."""
        self._since += usage

    def may_spend(self, likely: Usage) -> bool:
        """Say whether requests of this estimate fit; without a budget everything does."""
        if not self._is_paid:
            return True
        whole = self._since + likely
        if (
            self._tokens is not None
            and self._spent.tokens + whole.tokens_in + whole.tokens_out > self._tokens
        ):
            return False
        return self._usd is None or self._fits(whole, self._usd)

    def _fits(self, whole: Usage, budget: Decimal) -> bool:
        cost = cost_of(whole, model=self._model)
        if cost is None or self._spent.cost_usd is None:
            # A budget in money cannot be kept at a price that nobody knows.
            self.refused = RunWarning.PRICE_UNKNOWN
            return False
        return self._spent.cost_usd + cost <= budget


def _pending(ficha: int) -> list[Asked]:
    with connection.cursor() as cursor:
        cursor.execute(PENDING, {"ficha": ficha, "caption": CAPTION, "limit": TEXTS_AT_ONCE})
        return [Asked(*row) for row in cursor.fetchall()]


def _key(run: Run, labeller: Labeller) -> dict[str, Any]:
    return {
        "ficha": run.ficha_id,
        "engine": str(labeller.engine),
        "model": labeller.model,
        "version": labeller.version,
    }


@transaction.atomic
def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _within(chunk: Any, count: int) -> int:
    # A bar never runs past its end (W2).
    return min(count, (chunk.total or 0) - chunk.done) if chunk.total is not None else 0
