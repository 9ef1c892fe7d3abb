"""Q9 of a run: asked of the model once for the same tables, or said by rules without one (N8, Q9)."""

import logging
from typing import Any

from insights.actions.running.labels import Purse, brand_of, spend
from insights.labelling import Brand, EngineStopped, Labeller, Usage, chat_for
from insights.labelling.chat import UnusableAnswer
from insights.labelling.recommending import Recommended, estimate_of, recommend, tables_for, tables_hash
from insights.labelling.stops import Stop, Transient
from insights.models import Insight, Run
from insights.modules import MalformedResult, Module, Result, View, advise, failed, from_model, read_result
from insights.rules import Engine, ModuleState
from tenants.jobs.runner import Run as Work

log = logging.getLogger(__name__)
# Each module's results have a shape of their own.
Answer = Result[Any]


class Adviser:
    """Who recommends in one run; `key` is what was asked, "" when nobody was."""

    def __init__(self, work: Work, run: Run, labeller: Labeller, purse: Purse) -> None:
        self._work, self._run, self._labeller, self._purse = work, run, labeller, purse
        self.key = ""

    def advise(self, view: View, computed: dict[Module, Answer], *, stopped: str) -> Answer:
        """Return Q9; `stopped` is why the engine must not be asked any more, "" when it may."""
        if self._labeller.engine is not Engine.MODEL:
            return advise(view, computed)
        if not view.labelled:
            return from_model(view, computed, [])
        tables = tables_for({module.value: result.to_json() for module, result in computed.items()})
        key = tables_hash(tables, brand=brand_of(self._run.ficha), model=self._labeller.model)
        known = self._known(key)
        if known is not None:
            self.key = key
            return known
        if stopped or not self._purse.may_spend(estimate_of(tables, brand=brand_of(self._run.ficha))):
            return failed(view, Module.RECOMMENDATIONS, stopped or self._purse.refused or Stop.BUDGET)
        return self._asked(view, computed, tables, key)

    def _known(self, key: str) -> Answer | None:
        """Return what the same tables were answered before; a forced run of unchanged rows costs nothing."""
        before = Insight.objects.filter(ficha=self._run.ficha_id, q9_key=key).first()
        try:
            return read_result(Module.RECOMMENDATIONS, before.q9_result) if before else None
        except MalformedResult:
            return None

    def _asked(self, view: View, computed: dict[Module, Answer], tables: dict[str, Any], key: str) -> Answer:
        brand: Brand = brand_of(self._run.ficha)
        try:
            said: Recommended = recommend(chat_for(self._run.ficha.model), tables, brand=brand)
        except (EngineStopped, Transient, UnusableAnswer) as error:
            log.warning("insights: no recommendations in run %s: %s", self._run.pk, error)
            self._pay(getattr(error, "usage", Usage(calls=1)), is_answered=False)
            return failed(view, Module.RECOMMENDATIONS, _code_of(error))
        self._pay(said.usage, is_answered=True)
        result = from_model(view, computed, said.rows)
        if result.estado is not ModuleState.FAILED:
            self.key = key
        return result

    def _pay(self, usage: Usage, *, is_answered: bool) -> None:
        with self._work.undivided(), self._work.chunk():
            spend(self._run, usage, model=self._labeller.model, failed=0 if is_answered else 1)
        self._purse.pay(usage)


def _code_of(error: Exception) -> str:
    if isinstance(error, EngineStopped):
        return str(error.stop)
    return error.code if isinstance(error, UnusableAnswer) else str(Stop.UNREACHABLE)
