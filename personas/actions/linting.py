"""What the tree of personas and keywords flags and offers (P10), by the rules of this moment."""

from collections.abc import Iterator
from dataclasses import dataclass

from personas import queries
from personas.actions.classifying import ruleset
from personas.classifier import KeywordRule, Ruleset, normalise
from personas.classifier.counting import Tally, tally
from personas.classifier.lint import (
    Broad,
    Flag,
    Shadowed,
    Suggestion,
    contradictions,
    idle,
    shadowed,
    suggest,
    too_broad,
)
from personas.queries import RulesUse

SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class KeywordUse:
    """Contacts of one keyword: whose title it matches (P2), whom it wins by the present rules (P3), and
    whom it has won already; the last two differ until contacts are reclassified."""

    matches: int = 0
    wins: int = 0
    holders: int = 0


@dataclass(frozen=True, slots=True)
class Lint:
    """All that the tree says of the rules.

    `keywords` by id, `personas` (their holders) by id; what is missing has no contact. `unused` match
    nobody (P2). `suggestions` are the most frequent titles without a keyword, each with the phrase to make
    one of and how many contacts it would catch.
    """

    keywords: dict[int, KeywordUse]
    personas: dict[int, int]
    shadowed: tuple[Shadowed, ...]
    contradictions: tuple[tuple[KeywordRule, KeywordRule], ...]
    unused: tuple[KeywordRule, ...]
    broad: tuple[Broad, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def flags(self) -> dict[int, tuple[Flag, ...]]:
        """What is wrong with which keyword, by its id; both sides of a contradiction have it."""
        found: dict[int, list[Flag]] = {}
        named = (
            (Flag.SHADOWED, [one.keyword for one in self.shadowed]),
            (Flag.CONTRADICTED, [keyword for pair in self.contradictions for keyword in pair]),
            (Flag.UNUSED, self.unused),
            (Flag.BROAD, [one.keyword for one in self.broad]),
        )
        for flag, keywords in named:
            for keyword in keywords:
                found.setdefault(keyword.id, []).append(flag)
        return {number: tuple(dict.fromkeys(flags)) for number, flags in found.items()}


def lint(*, suggestions: int = SUGGESTIONS) -> Lint:
    """Return what the rules do to the contacts, what is wrong with them, what they lack (P10).

    Raises NoRules. Five queries while rules stand, however many contacts.
    """
    rules, use = ruleset(), queries.rules_use()
    seen = tally(rules, _titles(use))
    standing = {keyword.normalized for keyword in rules.keywords}
    return Lint(
        keywords=_uses(rules, seen, use),
        personas=dict(use.personas),
        shadowed=tuple(shadowed(rules)),
        contradictions=tuple(contradictions(rules)),
        unused=tuple(idle(rules, seen.matches)),
        broad=tuple(too_broad(rules, seen)),
        suggestions=tuple(
            suggest(seen.unclassified - use.held, titles=use.titles, limit=suggestions, standing=standing)
        ),
    )


def _titles(use: RulesUse) -> Iterator[tuple[str, int]]:
    yield from use.titles.items()
    for typed, contacts in use.typed.items():
        yield normalise(typed), contacts


def _uses(rules: Ruleset, seen: Tally, use: RulesUse) -> dict[int, KeywordUse]:
    return {
        keyword.id: KeywordUse(seen.matches[keyword.id], seen.wins[keyword.id], use.keywords[keyword.id])
        for keyword in rules.keywords
    }
