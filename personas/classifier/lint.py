"""P10: keywords that do nothing or contradict one another, and titles that deserve a keyword."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from personas.classifier.classification import KeywordRule
from personas.classifier.ruleset import Ruleset
from personas.rules import Effect

LONGEST_SUGGESTION = 4  # words
# A phrase that begins or ends with one of these is a cut sentence, not a role.
_CONNECTORS = frozenset(
    {"a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "los", "para", "por", "y"}
)
_CONNECTORS |= {"and", "at", "for", "in", "of", "on", "the", "to"}


@dataclass(frozen=True, slots=True)
class Shadowed:
    """An include that loses on its own text, so can never win; `by` is None when an exclude silences it."""

    keyword: KeywordRule
    by: KeywordRule | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A frequent title without persona and the phrase that would catch it and its like."""

    title: str
    contacts: int
    phrase: str
    phrase_contacts: int


def shadowed(ruleset: Ruleset) -> list[Shadowed]:
    """Return the includes that can never win, in P3's order (P10)."""
    judged = (
        Shadowed(keyword, ruleset.winner(keyword.normalized))
        for keyword in ruleset.keywords
        if keyword.effect is Effect.INCLUDE
    )
    return [verdict for verdict in judged if verdict.by is not verdict.keyword]


def contradictions(ruleset: Ruleset) -> list[tuple[KeywordRule, KeywordRule]]:
    """Return each (include, exclude) of one persona with the same normalised text (P10)."""
    excludes = defaultdict(list)
    for keyword in ruleset.keywords:
        if keyword.effect is Effect.EXCLUDE:
            excludes[keyword.persona_id, keyword.normalized].append(keyword)
    return [
        (keyword, exclude)
        for keyword in ruleset.keywords
        if keyword.effect is Effect.INCLUDE
        for exclude in excludes[keyword.persona_id, keyword.normalized]
    ]


def idle(ruleset: Ruleset, contacts: Mapping[int, int]) -> list[KeywordRule]:
    """Return the includes that won no contact; `contacts` counts them by keyword id (P10)."""
    includes = (keyword for keyword in ruleset.keywords if keyword.effect is Effect.INCLUDE)
    return [keyword for keyword in includes if not contacts.get(keyword.id)]


def suggest(unclassified: Mapping[str, int], *, limit: int = 20) -> list[Suggestion]:
    """Return the most frequent titles without persona, each with a phrase to make a keyword of (P10).

    `unclassified` counts contacts by normalised title. The phrase is the one whose words times contacts
    weigh most, so that a rare long title is offered by what it shares with others.
    """
    support: Counter[str] = Counter()
    for title, contacts in unclassified.items():
        support.update(dict.fromkeys(_phrases(title), contacts))
    frequent = sorted(unclassified.items(), key=lambda item: (-item[1], item[0]))
    named = (
        (title, contacts, max(_phrases(title), key=lambda phrase: _weight(phrase, support), default=""))
        for title, contacts in frequent
    )
    offered = [
        Suggestion(title, contacts, phrase, support[phrase]) for title, contacts, phrase in named if phrase
    ]
    return offered[:limit]


def _weight(phrase: str, support: Mapping[str, int]) -> tuple[int, int, str]:
    words = len(phrase.split())
    return support[phrase] * words, words, phrase


def _phrases(title: str) -> Iterator[str]:
    words = title.split()
    for start, first in enumerate(words):
        for end in range(start + 1, min(start + LONGEST_SUGGESTION, len(words)) + 1):
            if first not in _CONNECTORS and words[end - 1] not in _CONNECTORS:
                yield " ".join(words[start:end])


def duplicates(keywords: Iterable[KeywordRule]) -> list[list[KeywordRule]]:
    """Return groups of includes with one normalised text, of which only the first can win (P9, P10)."""
    groups = defaultdict(list)
    for keyword in keywords:
        if keyword.effect is Effect.INCLUDE:
            groups[keyword.normalized].append(keyword)
    return [group for group in groups.values() if len(group) > 1]
