"""A script held against the rules of its country and use case: what is wrong, how much, and where."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.utils.functional import Promise

from campaigns.scripting.lint_rules import RULES, Check, Confidence, Law, LintRule, Severity

BEGINNING_WORDS = 60  # about half a minute of speech
MOST_PLACES = 20  # of one rule
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a text. `start` and `end` are where its cause stands, None where nothing stands."""

    code: str
    severity: Severity
    words: Promise
    source: str
    confidence: Confidence
    start: int | None = None
    end: int | None = None
    excerpt: str = ""


def lint(text: str, *, country: str, use_case: str) -> tuple[Finding, ...]:
    """Return what the rules say of a text, the gravest first, then in the order of the text."""
    folded = fold(text)
    found = (
        _finding(rule, rule.grounds(country.upper()), text, span)
        for rule in RULES
        if rule.applies_to(country.upper(), use_case)
        for span in _spans(rule, folded)
    )
    return tuple(sorted(found, key=lambda one: (one.severity, -1 if one.start is None else one.start)))


def fold(text: str) -> str:
    """Return a text in small letters without accents, every character at its old place."""
    return "".join(map(_bare, text))


def _finding(rule: LintRule, law: Law, text: str, span: _Span | None) -> Finding:
    start, end = span or (None, None)
    excerpt = text[start:end] if span else ""
    return Finding(rule.code, rule.severity, rule.words, *law, start, end, excerpt)


def _spans(rule: LintRule, folded: str) -> list[_Span | None]:
    """Return where a rule is broken; None for a rule that is broken nowhere in particular."""
    if rule.check is Check.ALWAYS:
        return [None]
    pattern = _pattern(rule.terms)
    if rule.check is Check.FORBIDDEN:
        return [found.span() for found in islice(pattern.finditer(folded), MOST_PLACES)]
    if rule.check is Check.AFTER:
        found = pattern.search(folded)
        is_early = found and not _pattern(rule.before).search(folded, 0, found.start())
        return [found.span()] if found and is_early else []
    end = _beginning(folded) if rule.check is Check.AT_THE_BEGINNING else len(folded)
    return [] if pattern.search(folded, 0, end) else [None]


def _beginning(folded: str) -> int:
    """Return where the first sixty words end."""
    words = list(islice(re.finditer(r"\S+", folded), BEGINNING_WORDS))
    return words[-1].end() if words else 0


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    # Line ends, tabs and a few blanks part words, too; a bound keeps a megabyte of blanks cheap.
    written = "|".join(terms).replace(" ", r"\s{1,5}")
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)")


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0].lower()[0]
