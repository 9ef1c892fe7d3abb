"""All fifteen answers of a view, now, without asking a model: Q9 is the newest insight's, Q10 is rebuilt."""

from typing import Any

from insights.models import FichaCliente, Insight
from insights.modules import (
    MalformedResult,
    Module,
    Result,
    View,
    advise,
    compute_all,
    failed,
    finished,
    read_result,
    summarise,
    within,
)
from insights.rules import FIRST_SYSTEM, Engine, ModuleState

Results = dict[Module, Result[Any]]


def results_of(view: View, *, ficha: FichaCliente) -> Results:
    """Return every module's answer. One query."""
    results = compute_all(view)
    results[Module.RECOMMENDATIONS] = _advice(view, results, ficha)
    results[Module.SUMMARY] = summarise(view, results)
    return results


def newest_insight(*, ficha: FichaCliente) -> Insight | None:
    """Return the brand's newest insight."""
    return Insight.objects.filter(ficha=ficha).order_by("-analysis_timestamp", "-id").first()


def _advice(view: View, results: Results, ficha: FichaCliente) -> Result[Any]:
    insight = newest_insight(ficha=ficha)
    stored = insight.q9_result if insight else None
    if stored is None or FIRST_SYSTEM in stored.get("warnings", ()):
        offline = view.engine is Engine.OFFLINE
        return advise(view, results) if offline else finished(view, Module.RECOMMENDATIONS, None)
    try:
        found = read_result(Module.RECOMMENDATIONS, stored)
    except MalformedResult:
        return failed(view, Module.RECOMMENDATIONS, "malformed_result")
    return found if found.estado is ModuleState.FAILED else within(view, results, found)
