"""Titles in any number, as exports hold them, and rules in any number that speak of them."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from personas.classifier import KeywordRule, PersonaRule, normalise
from personas.rules import Effect, Match
from personas.samples.people import Inventor
from personas.samples.ruleset import load_b2b
from tenants.samples.dice import Dice

SEED = 26


def invented_titles(seed: int = SEED) -> Iterator[str]:
    """Yield titles without end, spelled as people spell them, every other one with a company behind it."""
    inventor, dice = Inventor(Dice(seed), date(2026, 9, 30)), Dice(seed)
    while True:
        person = inventor.person()
        yield f"{person.title} en {person.company}" if person.title and dice.chance(0.5) else person.title


def some_titles(count: int, seed: int = SEED) -> list[str]:
    """Return `count` titles, the frequent ones more than once."""
    return list(islice(invented_titles(seed), count))


def distinct_titles(count: int, seed: int = SEED) -> list[tuple[str, str]]:
    """Return (normalised, typed) of `count` titles, none twice, the empty one first."""
    found = {"": ""}
    for typed in invented_titles(seed):
        found.setdefault(normalise(typed), typed)
        if len(found) == count:
            break
    return list(found.items())


def shipped_rules() -> tuple[list[PersonaRule], list[KeywordRule]]:
    """Return what ships as the classifier sees it."""
    shipped = load_b2b()
    personas = [
        PersonaRule(number, one.code, one.name, one.priority, one.is_default)
        for number, one in enumerate(shipped, 1)
    ]
    keywords = [
        (keyword.text, keyword.normalized, keyword.match, keyword.effect, number)
        for number, one in enumerate(shipped, 1)
        for keyword in one.keywords
    ]
    return personas, [KeywordRule(number, *keyword) for number, keyword in enumerate(keywords, 1)]


def grown_rules(count: int, seed: int = SEED) -> tuple[list[PersonaRule], list[KeywordRule]]:
    """Return what ships and, up to `count` keywords, phrases that stand in titles; one exact in eight."""
    personas, keywords = shipped_rules()
    dice, known = Dice(seed), {keyword.normalized for keyword in keywords}
    holders = [persona.id for persona in personas if not persona.is_default]
    for title in invented_titles(seed + 1):
        if len(keywords) >= count:
            break
        words = normalise(title).split()
        first = int(dice.share() * len(words))
        text = " ".join(words[first : first + 1 + int(dice.share() * 4)])
        if text and text not in known:
            match = Match.EXACT if dice.chance(0.125) else Match.PHRASE
            known.add(text)
            keywords.append(
                KeywordRule(len(keywords) + 1, text, text, match, Effect.INCLUDE, dice.pick(holders))
            )
    return personas, keywords[:count]
