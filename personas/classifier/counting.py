"""How much each keyword does: whom it matches, whom it wins, and what is left without one (P2, P3, P10)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from personas.classifier.classification import KeywordRule
from personas.classifier.ruleset import Ruleset
from personas.rules import Effect


@dataclass(slots=True)
class Tally:
    """Contacts by keyword id, over every title counted so far.

    `matches` are contacts whose title the keyword matches (P2), `wins` those it decides by the present
    rules (P3), `contested` the part of `wins` that keywords of other personas match too; `rivals` are these
    personas. `unclassified` counts contacts by title where no keyword decides.
    """

    matches: Counter[int] = field(default_factory=Counter)
    wins: Counter[int] = field(default_factory=Counter)
    contested: Counter[int] = field(default_factory=Counter)
    rivals: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    unclassified: Counter[str] = field(default_factory=Counter)
    titled: int = 0


def tally(ruleset: Ruleset, titles: Iterable[tuple[str, int]]) -> Tally:
    """Return what the rules do to (normalised title, contacts) pairs; a title may come more than once."""
    seen = Tally()
    for title, contacts in titles:
        if not title:
            continue
        seen.titled += contacts
        hits = ruleset.matching(title)
        for keyword in hits:
            seen.matches[keyword.id] += contacts
        standing = _standing(hits)
        if standing:
            _win(seen, standing, contacts)
        else:
            seen.unclassified[title] += contacts
    return seen


def count_matches(ruleset: Ruleset, titles: Iterable[tuple[str, int]]) -> Counter[int]:
    """Return by keyword id the contacts whose title it matches (P2)."""
    found: Counter[int] = Counter()
    for title, contacts in titles:
        for keyword in ruleset.matching(title):
            found[keyword.id] += contacts
    return found


def _standing(hits: list[KeywordRule]) -> list[KeywordRule]:
    """Return the includes that no exclude silences, in P3's order (P4)."""
    if not hits or hits[0].effect is Effect.INCLUDE:
        return hits
    out = {keyword.persona_id for keyword in hits if keyword.effect is Effect.EXCLUDE}
    return [one for one in hits if one.effect is Effect.INCLUDE and one.persona_id not in out]


def _win(seen: Tally, standing: list[KeywordRule], contacts: int) -> None:
    winner = standing[0]
    seen.wins[winner.id] += contacts
    others = {keyword.persona_id for keyword in standing} - {winner.persona_id}
    if others:
        seen.contested[winner.id] += contacts
        seen.rivals[winner.id] |= others
