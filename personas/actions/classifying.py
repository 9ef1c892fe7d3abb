"""The one service that says which persona a title has (P5), on rules compiled once per revision (P6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.classifier import (
    Classification,
    KeywordRule,
    NotOneDefault,
    PersonaRule,
    Ruleset,
    compile_ruleset,
    normalise,
)
from personas.models import Keyword, Persona
from personas.queries import Revision
from personas.rules import Effect, Match
from tenants.rules import Refused
from tenants.scope import NoTenantScope, current_schema

# Rules of so many tenants are kept in one process, 2 MiB each at most.
KEPT_TENANTS = 32


class NoRules(Refused):
    """The tenant has no default persona yet, so nothing can be classified."""

    code = "persona_rules_missing"
    message = _("There is no default persona. Make one before classifying.")


@dataclass(frozen=True, slots=True)
class CacheStatus:
    """What this process keeps of the tenant's rules."""

    is_valid: bool
    keywords_count: int
    last_loaded: datetime | None


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: UUID | None
    ruleset: Ruleset
    loaded_at: datetime


# Compiled rules by schema, never by anything that two tenants share.
_kept_by_schema: dict[str, _Kept] = {}


def classify_job_title(job_title: object, *, use_cache: bool = True) -> Classification:
    """Return the persona of a title and every keyword that had a part in it. One query while rules stand.

    Raises NoRules.
    """
    return ruleset(use_cache=use_cache).classify(job_title)


def classify_job_title_simple(job_title: object, *, use_cache: bool = True) -> str:
    """Return the code of a title's persona. One query while rules stand. Raises NoRules."""
    rules = ruleset(use_cache=use_cache)
    return rules.persona_of(rules.winner(normalise(job_title))).code


def classify_job_titles(job_titles: Iterable[object], *, use_cache: bool = True) -> list[Classification]:
    """Return the classification of each title, all by one revision. One query while rules stand."""
    rules = ruleset(use_cache=use_cache)
    return [rules.classify(title) for title in job_titles]


def normalize_job_title(job_title: object) -> str:
    """Return the normal form of a title (P1)."""
    return normalise(job_title)


def ruleset(*, use_cache: bool = True) -> Ruleset:
    """Return the tenant's compiled rules; a change made anywhere is seen at once (P6). Raises NoRules."""
    schema, present = _schema(), queries.revision()
    kept = _kept_by_schema.get(schema)
    if use_cache and kept is not None and kept.stamp == present.stamp:
        return kept.ruleset
    stamp, rules = _load(present)
    if use_cache:
        _keep(schema, _Kept(stamp, rules, timezone.now()))
    return rules


def invalidate_classifier_cache() -> None:
    """Drop what this process keeps of the tenant's rules; the next use loads them."""
    _kept_by_schema.pop(_schema(), None)


def cache_status() -> CacheStatus:
    """Say whether the kept rules are the present ones. One query."""
    kept = _kept_by_schema.get(_schema())
    if kept is None:
        return CacheStatus(False, 0, None)
    is_valid = kept.stamp == queries.revision().stamp
    return CacheStatus(is_valid, len(kept.ruleset.keywords), kept.loaded_at)


def _schema() -> str:
    schema = current_schema()
    if schema is None:
        raise NoTenantScope("titles are classified by a tenant's rules")
    return schema


def _keep(schema: str, kept: _Kept) -> None:
    # Taken out first, so that the oldest entry is the one unused for longest.
    _kept_by_schema.pop(schema, None)
    while len(_kept_by_schema) >= KEPT_TENANTS:
        _kept_by_schema.pop(next(iter(_kept_by_schema)), None)
    _kept_by_schema[schema] = kept


def _load(before: Revision) -> tuple[UUID | None, Ruleset]:
    # Rules and their number are read by several statements: read again until nothing moved between them.
    while True:
        personas, keywords = _persona_rules(), _keyword_rules()
        after = queries.revision()
        if after.stamp == before.stamp:
            return after.stamp, _compile(personas, keywords, after.number)
        before = after


def _compile(personas: list[PersonaRule], keywords: list[KeywordRule], number: int) -> Ruleset:
    try:
        return compile_ruleset(personas, keywords, number)
    except NotOneDefault as error:
        raise NoRules from error


def _persona_rules() -> list[PersonaRule]:
    rows = Persona.objects.values_list("id", "code", "name", "priority", "is_default")
    return [PersonaRule(*row) for row in rows]


def _keyword_rules() -> list[KeywordRule]:
    rows = Keyword.objects.values_list("id", "text", "normalized", "match", "effect", "persona_id")
    return [
        KeywordRule(number, text, normalized, Match(match), Effect(effect), persona)
        for number, text, normalized, match, effect, persona in rows.order_by()
    ]
