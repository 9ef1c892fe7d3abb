"""What surrounds the results of every module (N19)."""

import json
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from insights.modules.numbers import rounded
from insights.modules.shapes import STRICT, Count, Share
from insights.modules.view import View
from insights.rules import Engine, ModuleState

R = TypeVar("R")
_WITH_RESULTS = {ModuleState.OK, ModuleState.PARTIAL}


class Module(StrEnum):
    """The questions, by their number."""

    EMOTIONS = "Q1"
    PERSONALITY = "Q2"
    TOPICS = "Q3"
    FRAMES = "Q4"
    VOICES = "Q5"
    OPPORTUNITIES = "Q6"
    SENTIMENT = "Q7"
    TIMELINE = "Q8"
    RECOMMENDATIONS = "Q9"
    SUMMARY = "Q10"
    ENGAGEMENT = "Q11"
    CADENCE = "Q12"
    TIMING = "Q13"
    NET_SENTIMENT = "Q14"
    UNUSUAL_POSTS = "Q15"

    @property
    def key(self) -> str:
        """How states and columns call it: `q1`."""
        return self.value.lower()


class Remark(StrEnum):
    """What a result says about itself in `warnings`."""

    BY_RULES = "by_rules"  # counts and rules, no model (Q6, Q9)
    MIXED_ENGINES = "mixed_engines"  # some labels are a model's, some the word lists'
    NO_AUTHORITY = "requiere_modelo:autoridad"
    NO_SUBJECTIVITY = "requiere_modelo:subjetividad_promedio"
    QUOTE_NOT_IN_SOURCE = "quote_not_in_source"


@dataclass(frozen=True, slots=True, config=STRICT)
class Metadata:
    """Where a result comes from."""

    module: Module
    version: str
    engine: Engine


@dataclass(frozen=True, slots=True, config=STRICT)
class Result(Generic[R]):
    """One module's answer. `results` is None unless there is something to show."""

    metadata: Metadata
    estado: ModuleState
    n: Count
    cobertura: Share | None
    muestra_insuficiente: bool
    results: R | None
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.results is not None) != (self.estado in _WITH_RESULTS):
            raise ValueError(f"results do not fit the state {self.estado}")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values under the keys of the specification."""
        return cast("dict[str, Any]", _writer().dump_python(self, mode="json"))

    def to_text(self) -> str:
        """Return it as JSON text, in which equal results are equal."""
        return json.dumps(self.to_json(), ensure_ascii=False, allow_nan=False)


@cache
def _writer() -> TypeAdapter[Result[Any]]:
    return TypeAdapter(Result)


def finished(view: View, module: Module, results: R | None, warnings: tuple[str, ...] = ()) -> Result[R]:
    """Return an answer over a view's labelled comments; no results: there was nothing to answer from."""
    state = ModuleState.NO_DATA if results is None else ModuleState.OK
    mixed = (Remark.MIXED_ENGINES.value,) if {Engine.MODEL, Engine.OFFLINE} <= view.engines else ()
    return _enclosed(view, module, state, results, (*mixed, *warnings))


def finished_over_posts(view: View, module: Module, results: R | None, measured: int) -> Result[R]:
    """Return an answer over the published posts, of which so many could be measured."""
    state = ModuleState.NO_DATA if results is None else ModuleState.OK
    return _enclosed(view, module, state, results, counted=(measured, len(view.published)))


def needs_model(view: View, module: Module) -> Result[Any]:
    """Return the answer of a module whose labels the offline engine does not offer (N11)."""
    return _enclosed(view, module, ModuleState.NEEDS_MODEL, None)


def partial(view: View, module: Module, results: R, warnings: tuple[str, ...] = ()) -> Result[R]:
    """Return an answer that lacks something, which its results name."""
    return _enclosed(view, module, ModuleState.PARTIAL, results, warnings)


def failed(view: View, module: Module, *errors: str) -> Result[Any]:
    """Return the answer of a module that broke, with codes saying how."""
    return _enclosed(view, module, ModuleState.FAILED, None, errors=errors)


def _enclosed(
    view: View,
    module: Module,
    state: ModuleState,
    results: R | None,
    warnings: tuple[str, ...] = (),
    errors: tuple[str, ...] = (),
    counted: tuple[int, int] | None = None,
) -> Result[R]:
    n, stored = counted or (len(view.labelled), len(view.comments))
    return Result(
        metadata=Metadata(module, view.version, view.engine),
        estado=state,
        n=n,
        cobertura=rounded(n / stored, 3) if stored else None,
        muestra_insuficiente=n < view.minimum,
        results=results,
        warnings=warnings,
        errors=errors,
    )
