"""Answers of a look, kept under the brand's stamp: whoever changes what is looked at makes another one.

A correction or the next chunk of a run is seen at once; nothing has to be thrown away.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import cache as cache_once
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.cache import cache

from insights.models import FichaCliente
from insights.modules import Module, Result, View, json_schema, read_text
from insights.modules.frames import frame_counts
from insights.modules.revising import RevisedWeek
from insights.modules.sentiment import class_counts
from insights.modules.weeks import year_week
from insights.queries.looks import cuts, view_of
from insights.queries.results import results_of
from insights.queries.revisions import Revision, revision_of
from insights.rules import Engine, Frame, Platform, Sentiment
from tenants.scope import current_schema

# What nobody asks for leaves the cache; nothing in it is ever wrong.
KEPT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Counts:
    """How many comments of a look have each class and frame; a share of three decimals does not tell it.

    weeks: each frame's by ISO week (2026-W07).
    """

    classes: Mapping[Sentiment, int]
    frames: Mapping[Frame, int]
    weeks: Mapping[str, Mapping[Frame, int]]


def counts_of(view: View) -> Counts:
    """Count a view's labelled comments."""
    weeks = {year_week(monday): frame_counts(said) for monday, said in view.by_week.items()}
    return Counts(class_counts(view.labelled), frame_counts(view.labelled), weeks)


class KeptResults(Mapping[Module, Result[Any]]):
    """Answers as JSON texts, each read when it is asked for: a tab shows one of fifteen."""

    def __init__(self, texts: Mapping[str, str], counts: Counts) -> None:
        self._texts = texts
        self.counts = counts
        self._read: dict[Module, Result[Any]] = {}

    def __getitem__(self, module: Module) -> Result[Any]:
        if module not in self._read:
            self._read[module] = read_text(module, self._texts[module])
        return self._read[module]

    def __iter__(self) -> Iterator[Module]:
        return map(Module, self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def results_for(
    *,
    ficha: FichaCliente,
    engine: Engine,
    version: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    platforms: Collection[Platform] = (),
    run: int | None = None,
    language: str = "",
) -> KeptResults:
    """Return every module's answer of a look, as `results_of` its view. One query if kept, else five or six.

    language: of the few sentences in it; the brand's unless told.
    """
    language = language or ficha.language
    asked = {"start": start, "end": end, "platforms": platforms, "run": run, "language": language}
    key = _key(ficha, engine, version, **asked)
    known: tuple[dict[str, str], Counts] | None = cache.get(_of_tenant(key))
    if known is None:
        view = view_of(
            ficha=ficha, engine=engine, version=version, start=start, end=end, platforms=platforms, run=run
        )
        results = results_of(replace(view, language=language), ficha=ficha)
        texts = {str(module): result.to_text() for module, result in results.items()}
        known = texts, counts_of(view)
        cache.set(_of_tenant(key), known, KEPT_SECONDS)
    return KeptResults(*known)


def revision_for(*, ficha: FichaCliente) -> Revision | None:
    """Return what the newest analysis changed of the past. One query if kept, else four."""
    key = f"insights.revision.{ficha.pk}.{_stamp(ficha)}.{ficha.timezone}"
    missing = object()
    known: Any = cache.get(_of_tenant(key), missing)
    if known is not missing:
        return None if known is None else Revision(known[0], tuple(RevisedWeek(*week) for week in known[1]))
    found = revision_of(ficha=ficha)
    cache.set(_of_tenant(key), found and (found.since, [astuple(week) for week in found.weeks]), KEPT_SECONDS)
    return found


def _key(ficha: FichaCliente, engine: Engine, version: str, **asked: Any) -> str:
    """Name a look by all that its answers depend on; the stamp is read before what it stands for."""
    stamp = _stamp(ficha)
    platforms = sorted(map(str, asked.pop("platforms")))
    profile = sorted(ficha.target_profile.items())
    brand = (ficha.pk, str(stamp), ficha.timezone, ficha.minimum_sample, profile)
    moments = [str(value) for value in asked.values()]
    told = repr((_shapes(), brand, cuts(), str(engine), version, platforms, moments))
    return f"insights.look.counted.{sha256(told.encode()).hexdigest()}"


def _of_tenant(key: str) -> str:
    return f"{current_schema()}.{key}"


@cache_once
def _shapes() -> str:
    """Name the shapes of all answers: what an older release kept may not be readable any more."""
    schemas = [json_schema(module) for module in Module]
    return sha256(json.dumps(schemas, sort_keys=True).encode()).hexdigest()


def _stamp(ficha: FichaCliente) -> UUID:
    return FichaCliente.objects.values_list("stamp", flat=True).get(pk=ficha.pk)
