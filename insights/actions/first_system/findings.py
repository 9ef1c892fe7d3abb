"""Past insights of the first social system: only added, marked as its own (F11, N15)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.actions.first_system.past import FINDINGS, History, PastReason, id_of
from insights.actions.first_system.values import Unreadable, first_of, json_of, moment_of, whole_of
from insights.models import FichaCliente, Insight
from insights.modules import MalformedResult, Module, read_result
from insights.rules import FIRST_SYSTEM, MODULES, Engine, ModuleState, RunState
from personas.actions.first_system.documents import Read
from tenants.records.rules import Fate, Taken

# `q3_result`, `q3_topicos`, `q3`: each module by its number.
_MODULE = re.compile(r"(q(?:[1-9]|10))(?:_\w+)?", re.IGNORECASE)
FICHA = ("ficha_cliente_id", "ficha_id", "client_id")
MOMENT = ("analysis_timestamp", "analysis_date", "created_at")
POSTS = ("total_posts_analyzed", "total_posts")
COMMENTS = ("total_comments_analyzed", "total_comments")
_NUMBERS = dict(zip(MODULES, Module, strict=False))


@dataclass(frozen=True, slots=True)
class Found:
    """An insight as it was understood; results by key, None where one cannot be read."""

    ficha: str
    at: datetime | None
    posts: int
    comments: int
    results: dict[str, Any] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


class Findings(History[Found]):
    """What was found over there, beside what is found here."""

    name = FINDINGS
    found_as = ("social_media_insights", "insights", "social_insights")
    fields: Mapping[str, str] = {
        "id": "source id",
        **dict.fromkeys(FICHA, "brand"),
        **dict.fromkeys(MOMENT, "moment of the analysis"),
        **dict.fromkeys(POSTS, "posts"),
        **dict.fromkeys(COMMENTS, "comments"),
        **{f"{key}_result": f"result of {key.upper()} (any field beginning with {key})" for key in MODULES},
    }

    def read(self, fields: Mapping[str, Any]) -> Found:
        """Return the insight of a row."""
        issues: list[str] = []
        results = _results(fields, issues)
        try:
            at: datetime | None = moment_of(first_of(fields, *MOMENT))
        except Unreadable:
            at = None
        posts, comments = _count(fields, POSTS, issues), _count(fields, COMMENTS, issues)
        ficha = id_of(first_of(fields, *FICHA))
        return Found(ficha, at, posts, comments, results, tuple(dict.fromkeys(issues)))

    def decide(self, read: Sequence[Read[Found]]) -> list[Taken]:
        """Append each to its brand."""
        fichas = self.fichas_of(one.record.ficha for one in read)
        return [self._take(one, fichas.get(one.record.ficha)) for one in read]

    def _take(self, one: Read[Found], ficha: FichaCliente | None) -> Taken:
        if one.target is not None:
            return one.settled(Fate.SKIPPED, reason=str(PastReason.KEPT_HERE))
        fault = _fault(one.record, ficha)
        if fault or ficha is None or one.record.at is None:
            return one.settled(Fate.ERROR, reason=str(fault))
        target = "" if self.session.dry_run else str(self._append(one.record, ficha, one.record.at).pk)
        return one.settled(Fate.CREATED, target=target, notes=one.record.issues)

    def _append(self, found: Found, ficha: FichaCliente, at: datetime) -> Insight:
        whole = all(found.results.get(key) is not None for key in MODULES)
        made = Insight.objects.create(
            ficha=ficha,
            analysis_timestamp=at,
            analysis_status=RunState.COMPLETED if whole else RunState.PARTIAL,
            total_posts_analyzed=found.posts,
            total_comments_analyzed=found.comments,
            engine=Engine.MODEL,
            created_by=self.session.by,
            **{f"{key}_result": _enclosed(key, found) for key in MODULES},
        )
        older = Q(last_analysis_timestamp=None) | Q(last_analysis_timestamp__lt=at)
        FichaCliente.objects.filter(older, pk=ficha.pk).update(
            last_analysis_timestamp=at, last_checked_at=Coalesce("last_checked_at", at)
        )
        return made


def _fault(found: Found, ficha: FichaCliente | None) -> PastReason | None:
    if ficha is None:
        return PastReason.FICHA_UNKNOWN
    if found.at is None or found.at > timezone.now():
        return PastReason.MOMENT_UNREADABLE
    return None if any(found.results.values()) else PastReason.RESULTS_MISSING


def _results(fields: Mapping[str, Any], issues: list[str]) -> dict[str, Any]:
    """Return the results by key; the first field of a module that says something counts."""
    results: dict[str, Any] = {}
    for name, value in fields.items():
        key = _MODULE.fullmatch(name)
        if key is None or value in (None, "", {}, []) or results.get(key[1].lower()) is not None:
            continue
        try:
            results[key[1].lower()] = json_of(value)
        except Unreadable:
            issues.append(str(PastReason.RESULT_UNREADABLE))
    return results


def _count(fields: Mapping[str, Any], names: Sequence[str], issues: list[str]) -> int:
    try:
        return whole_of(first_of(fields, *names))
    except Unreadable:
        issues.append(str(PastReason.VALUE_DROPPED))
        return 0


def _enclosed(key: str, found: Found) -> dict[str, Any] | None:
    """Return a result in the envelope of N19, its own words inside; one in our own form stays as it is."""
    said, module = found.results.get(key), _NUMBERS[key]
    if said is None:
        return None
    try:
        return read_result(module, said).to_json()
    except MalformedResult:
        return {
            "metadata": {"module": str(module), "version": FIRST_SYSTEM, "engine": str(Engine.MODEL)},
            "estado": str(ModuleState.OK),
            "n": found.comments,
            "cobertura": None,
            "muestra_insuficiente": False,
            "results": said if isinstance(said, dict) else {"valor": said},
            "warnings": [FIRST_SYSTEM],
            "errors": [],
        }
