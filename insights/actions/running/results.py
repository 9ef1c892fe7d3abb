"""What the labels come to: every module over a brand's whole history, each with its own state (N14, N19)."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from insights.actions.running.advice import Adviser
from insights.labelling import Labeller
from insights.models import Run
from insights.modules import Module, Recommendation, Result, View, compute, failed, summarise
from insights.queries.looks import view_of
from insights.rules import ModuleState

log = logging.getLogger(__name__)
# Q1 to Q8; what follows from posts alone (Q11 to Q15) is reckoned when somebody looks.
FROM_LABELS = tuple(Module)[:8]


@dataclass(slots=True)
class Results:
    """The ten results as they are stored, by key, and what each took."""

    view: View
    computed: dict[Module, Result[Any]] = field(default_factory=dict)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    modules: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, module: Module, result: Result[Any], seconds: float) -> None:
        """Keep one result, its state and its seconds."""
        self.computed[module] = result
        self.stored[module.key] = result.to_json()
        self.modules[module.key] = {
            "state": str(result.estado),
            "seconds": round(seconds, 3),
            "errors": list(result.errors),
        }

    @property
    def recommended(self) -> list[Recommendation] | None:
        """Return what Q9 recommends; None when it says nothing, which is no reason to withdraw a task."""
        advice = self.computed[Module.RECOMMENDATIONS].results
        return list(advice.recomendaciones) if advice else None

    @property
    def failed(self) -> list[str]:
        """Return the modules that failed."""
        return [key for key, told in self.modules.items() if told["state"] == ModuleState.FAILED]

    @property
    def is_all_failed(self) -> bool:
        """Say whether nothing came of the labels at all (N14)."""
        return {module.key for module in FROM_LABELS} <= set(self.failed)


def compute_results(*, run: Run, labeller: Labeller, adviser: Adviser, stopped: str) -> Results:
    """Reckon Q1 to Q10 over all that is stored; one that breaks is a failed module, no failed run.

    `stopped`: why the engine must not be asked any more, "" when it may.
    """
    view = view_of(ficha=run.ficha, engine=labeller.engine, version=labeller.version)
    results = Results(view)
    for module in FROM_LABELS:
        _take(results, module, partial(compute, view, module))
    _take(results, Module.RECOMMENDATIONS, partial(adviser.advise, view, results.computed, stopped=stopped))
    _take(results, Module.SUMMARY, partial(summarise, view, results.computed))
    return results


def _take(results: Results, module: Module, reckon: Callable[[], Result[Any]]) -> None:
    began = time.monotonic()
    try:
        result = reckon()
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        log.exception("module %s failed", module)
        result = failed(results.view, module, f"module_failed:{type(error).__name__}")
    results.keep(module, result, time.monotonic() - began)
    log.info("insights: module %s in %.3f s: %s", module, time.monotonic() - began, result.estado)
