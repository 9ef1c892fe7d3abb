"""P10: keywords that do nothing or contradict one another, and titles that deserve a keyword."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from personas.classifier.classification import KeywordRule, PersonaRule
from personas.classifier.counting import Tally
from personas.classifier.ruleset import Ruleset
from personas.classifier.trie import find_all, plant
from personas.rules import Effect, Match

LONGEST_SUGGESTION = 4  # words
# A single word is too broad when it wins so many contacts, and so large a part of them from others.
BROAD_CONTACTS = 10
BROAD_SHARE = 0.01
BROAD_CONTESTED = 0.25
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
class Broad:
    """A phrase of one word that takes titles which `rivals` claim by keywords of their own.

    `contested` is how many of the contacts that it wins.
    """

    keyword: KeywordRule
    wins: int
    contested: int
    rivals: tuple[PersonaRule, ...]


class Flag(StrEnum):
    """What is wrong with a keyword."""

    SHADOWED = "shadowed"  # loses on its own text, so it can never win
    CONTRADICTED = "contradicted"  # its persona excludes the same text
    UNUSED = "unused"  # matches no contact
    BROAD = "broad"  # one word that takes other personas' titles


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
    """Return the keywords without a contact; `contacts` counts them by keyword id (P10)."""
    return [keyword for keyword in ruleset.keywords if not contacts.get(keyword.id)]


def too_broad(ruleset: Ruleset, seen: Tally) -> list[Broad]:
    """Return the one-word phrases that win at least 10 contacts and 1 % of those with a title, a quarter of
    them from other personas' keywords; most contested first (P10)."""
    least = max(BROAD_CONTACTS, BROAD_SHARE * seen.titled)
    words = (keyword for keyword in ruleset.keywords if _is_one_word(keyword))
    taking = (keyword for keyword in words if seen.wins[keyword.id] >= least)
    found = (
        Broad(keyword, seen.wins[keyword.id], seen.contested[keyword.id], _rivals(ruleset, seen, keyword))
        for keyword in taking
    )
    return sorted(
        (broad for broad in found if broad.contested >= BROAD_CONTESTED * broad.wins),
        key=lambda broad: -broad.contested,
    )


def _is_one_word(keyword: KeywordRule) -> bool:
    return (
        keyword.effect is Effect.INCLUDE and keyword.match is Match.PHRASE and " " not in keyword.normalized
    )


def _rivals(ruleset: Ruleset, seen: Tally, keyword: KeywordRule) -> tuple[PersonaRule, ...]:
    return tuple(persona for persona in ruleset.personas if persona.id in seen.rivals[keyword.id])


def suggest(
    unclassified: Mapping[str, int],
    *,
    limit: int = 20,
    titles: Mapping[str, int] | None = None,
    standing: Collection[str] = (),
) -> list[Suggestion]:
    """Return the most frequent titles without persona, each with a phrase to make a keyword of (P10).

    `unclassified` counts contacts by normalised title, `titles` all of them. The phrase is the one whose
    words times contacts weigh most, so that a rare long title is offered by what it shares with others; what
    stands mostly in titles that have a persona is a rank, a place or a company, and weighs less. None of the
    texts that are `standing` already is offered: P9 would refuse it.
    """
    frequent = (title for title, _count in sorted(unclassified.items(), key=lambda item: (-item[1], item[0])))
    chosen = list(islice(((title, new) for title in frequent if (new := _new(title, standing))), limit))
    phrases = {phrase for _title, new in chosen for phrase in new}
    caught = _support(phrases, unclassified)
    spread = _support(phrases, titles) if titles else caught

    def weight(phrase: str) -> tuple[float, int, str]:
        words, contacts = len(phrase.split()), caught[phrase]
        return words * contacts * contacts / max(spread[phrase], contacts, 1), words, phrase

    named = ((title, max(new, key=weight)) for title, new in chosen)
    return [Suggestion(title, unclassified[title], phrase, caught[phrase]) for title, phrase in named]


def _support(phrases: Collection[str], titles: Mapping[str, int]) -> Counter[str]:
    """Return how many contacts' titles each phrase stands in (P2)."""
    ordered = list(phrases)
    roots = plant((ordered[rank], rank) for rank in reversed(range(len(ordered))))
    found: Counter[str] = Counter()
    for title, contacts in titles.items():
        for rank in set(find_all(roots, title.split())):
            found[ordered[rank]] += contacts
    return found


def _new(title: str, standing: Collection[str]) -> list[str]:
    return [phrase for phrase in dict.fromkeys(_phrases(title)) if phrase not in standing]


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
