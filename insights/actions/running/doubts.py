"""Is it the text, or the model? What an unproven model gave up waits for the next run, or another (N8, N14).

A model whose answers are of no use gives up every text of a small day: were that believed, nobody would ever
ask about them again. A text that does so by itself is told by the others: beside one that was labelled it is
given up for good; alone, once it was asked in vain for a week.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from insights.labelling import EngineStopped, Labelled, Labeller, Stop
from insights.labelling.stops import BY_ITS_WORDS
from insights.models import Comment, FichaCliente, Run
from insights.rules import ERASED
from tenants.jobs.runner import Run as Work

# In the job's cursor: a run that gave way or was killed remembers them.
DOUBTED = "given_up_since_a_label"
IN_VAIN_FOR = timedelta(days=7)

# A run asked in vain for the text as it stands: after it came, and after its last edit.
REOPEN = """
    UPDATE insights_comment c SET unlabelled_because = ''
     WHERE c.ficha_id = %(ficha)s AND c.label_id IS NULL AND c.text_hash = ANY(%(keys)s)
       AND c.unlabelled_because <> '' AND c.unlabelled_because <> ALL(%(by_its_words)s)
       AND NOT EXISTS (
           SELECT FROM insights_run r
            WHERE r.ficha_id = c.ficha_id AND r.id >= c.first_run_id AND r.id < %(run)s
              AND r.engine = %(engine)s AND r.model = %(model)s AND r.prompt_version = %(version)s
              AND (r.error_code = %(code)s OR r.warnings @> %(warning)s::jsonb)
              AND r.created_at < statement_timestamp() - %(in_vain_for)s
              AND NOT EXISTS (
                  SELECT FROM insights_commentversion v WHERE v.comment_id = c.id AND v.run_id > r.id))
"""


def ask_another(work: Work, run: Run, labeller: Labeller) -> None:
    """Let all that an engine before gave up wait again when another one labels: it may read it (N8, N11).

    Another is another engine, model or prompt. What this very run gave up, before it was killed, stays so.
    """
    runs = Run.objects.filter(ficha=run.ficha_id).exclude(engine="")
    last = runs.values_list("engine", "model", "prompt_version").first()
    if last is None or last == (str(labeller.engine), labeller.model, labeller.version):
        return
    unlabelled = Comment.objects.filter(ficha=run.ficha_id, label__isnull=True)
    given_up = unlabelled.exclude(unlabelled_because__in=["", ERASED])
    with work.chunk():
        if given_up.update(unlabelled_because=""):
            FichaCliente.objects.filter(pk=run.ficha_id).restamp()


def doubted(work: Work, labelled: Labelled) -> dict[str, Any]:
    """Return the job's cursor after an answer: the texts given up since one was last labelled."""
    before = [] if labelled.labels else work.cursor.get(DOUBTED, [])
    return {DOUBTED: [*before, *_by_the_model(labelled.unlabelled)]}


def _by_the_model(unlabelled: Mapping[str, str]) -> list[str]:
    return [key for key, why in unlabelled.items() if why not in BY_ITS_WORDS]


def settle_doubts(
    work: Work, *, run: Run, labeller: Labeller, stop: EngineStopped | None
) -> EngineStopped | None:
    """Let texts wait that an unproven model gave up; return what stops the run, None when nothing does."""
    run.refresh_from_db(fields=["labelled"])
    is_proven = run.labelled and not (stop and stop.stop is Stop.UNUSABLE)
    if is_proven or not work.cursor.get(DOUBTED):
        return stop
    with work.undivided(), work.chunk() as chunk:
        # An older comment of the same text waits again as well, and was not this run's.
        count = min(_reopen(run, labeller, work.cursor[DOUBTED]), chunk.counters.get("given_up", 0))
        Run.objects.filter(pk=run.pk).update(given_up=F("given_up") - count)
        FichaCliente.objects.filter(pk=run.ficha_id).restamp()
        chunk.advance(cursor={DOUBTED: []}, given_up=-count)
    return stop or EngineStopped(Stop.UNUSABLE)


def _reopen(run: Run, labeller: Labeller, keys: list[str]) -> int:
    values: dict[str, Any] = {
        "ficha": run.ficha_id,
        "run": run.pk,
        "keys": keys,
        "engine": str(labeller.engine),
        "model": labeller.model,
        "version": labeller.version,
        "by_its_words": list(BY_ITS_WORDS),
        "code": str(Stop.UNUSABLE),
        "warning": json.dumps([{"code": str(Stop.UNUSABLE)}]),
        "in_vain_for": IN_VAIN_FOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, values)
        return int(cursor.rowcount)
