"""Small rule sets, and P1–P4 written twice more: plainly and slowly, and by an automaton in C."""

import unicodedata
from collections import defaultdict

import ahocorasick

from personas.classifier import KeywordRule, PersonaRule, normalise
from personas.rules import Effect, Match

GENERAL = PersonaRule(id=1, code="dc_generales", name="Dirección general", priority=1)
MARKETING = PersonaRule(id=2, code="dc_marketing", name="Marketing", priority=2)
COMMERCIAL = PersonaRule(id=3, code="dc_comerciales", name="Comercial", priority=3)
OTHERS = PersonaRule(id=9, code="mateo", name="Otros", priority=99, is_default=True)
PERSONAS = (GENERAL, MARKETING, COMMERCIAL, OTHERS)


def keyword(text, persona, *, number=1, match=Match.PHRASE, effect=Effect.INCLUDE):
    return KeywordRule(number, text, normalise(text), match, effect, persona.id)


def normalise_slowly(value):
    """P1, step by step, one character after the other."""
    text = "" if value is None else str(value)
    text = "".join(char for char in text if char != "\0" and unicodedata.category(char) != "Cf")
    text = "".join(
        unicodedata.normalize("NFKD", char)
        if unicodedata.category(char)[0] == "L" or unicodedata.category(char) == "Nd"
        else char
        for char in text
    )
    text = text.lower()
    folds = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    folds |= {"ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i"}
    text = "".join(folds.get(char, char) for char in text)
    text = "".join(char for char in text if unicodedata.category(char) != "Mn")
    text = "".join(char if char in "abcdefghijklmnopqrstuvwxyz0123456789" else " " for char in text)
    return " ".join(text.split())


def stands(rule, title):
    """P2, by comparing lists of words."""
    if rule.match is Match.EXACT:
        return rule.normalized == title
    phrase, words = rule.normalized.split(), title.split()
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


def place(rule, people):
    """P3 as a tuple."""
    return (
        rule.match is not Match.EXACT,
        people[rule.persona_id].priority,
        -len(rule.normalized.split()),
        -len(rule.normalized),
        rule.text,
        rule.id,
    )


def decide_slowly(personas, keywords, title):
    """P3 and P4 by trying every keyword: the persona's code and the includes that stand, in order."""
    people = {persona.id: persona for persona in personas}
    hits = [rule for rule in keywords if stands(rule, title)]
    out = {rule.persona_id for rule in hits if rule.effect is Effect.EXCLUDE}
    left = [rule for rule in hits if rule.effect is Effect.INCLUDE and rule.persona_id not in out]
    left.sort(key=lambda rule: place(rule, people))
    default = next(persona for persona in personas if persona.is_default)
    return (people[left[0].persona_id] if left else default).code, [rule.id for rule in left]


def thrown_rules(dice, words):
    """Three to five personas and up to twenty keywords of few words, thrown by dice."""
    count = 3 + int(dice.share() * 3)
    personas = [PersonaRule(at, f"p{at}", f"P{at}", (at * 7) % 11, at == 2) for at in range(1, count + 1)]
    keywords = [
        KeywordRule(
            at,
            text.upper() if dice.chance(0.5) else text,
            text,
            Match.EXACT if dice.chance(0.3) else Match.PHRASE,
            Effect.EXCLUDE if dice.chance(0.15) else Effect.INCLUDE,
            dice.pick(personas).id,
        )
        for at, text in enumerate(thrown_titles(dice, words, count=int(dice.share() * 20), longest=3), 1)
    ]
    return personas, keywords


def thrown_titles(dice, words, *, count, longest=6):
    """Titles of one to `longest` words."""
    return [
        " ".join(dice.pick(words) for _ in range(1 + int(dice.share() * longest))) for _title in range(count)
    ]


class Automaton:
    """P2–P4 as one would write them on pyahocorasick: the best rank of whatever stands in " the title "."""

    def __init__(self, personas, keywords):
        people = {persona.id: persona for persona in personas}
        kept = sorted((rule for rule in keywords if rule.normalized), key=lambda rule: place(rule, people))
        includes = [rule for rule in kept if rule.effect is Effect.INCLUDE]
        excludes = [rule for rule in kept if rule.effect is Effect.EXCLUDE]
        self.nothing = len(includes)
        # Excludes have the negative ranks, so that one comparison finds them too.
        self.by_rank = [*includes, None, *excludes]
        self.exact, self.same = {}, defaultdict(list)
        self.found_in = ahocorasick.Automaton()
        ranked = [*enumerate(excludes, -len(excludes)), *enumerate(includes)]
        # The library refuses to look for nothing at all.
        self.found_in.add_word("\n", self.nothing)
        for rank, rule in ranked:
            self._add(rule, rank)
        self.found_in.make_automaton()

    def _add(self, rule, rank):
        if rule.match is Match.EXACT:
            best = self.exact.setdefault(rule.normalized, rank)
        else:
            text = f" {rule.normalized} "
            best = self.found_in.get(text, rank)
            self.found_in.add_word(text, best)
        self.same[best].append(rank)

    def winner(self, title):
        """The keyword that decides a normalised title, None for the default persona."""
        beat = self.exact.get(title, self.nothing)
        for _end, rank in self.found_in.iter(f" {title} "):
            if rank < beat:
                beat = rank
        return self.by_rank[beat] if beat >= 0 else self._despite_excludes(title)

    def _despite_excludes(self, title):
        best = {rank for _end, rank in self.found_in.iter(f" {title} ")}
        best |= {self.exact[title]} if title in self.exact else set()
        hits = [self.by_rank[rank] for rank in sorted(rank for one in best for rank in self.same[one])]
        out = {rule.persona_id for rule in hits if rule.effect is Effect.EXCLUDE}
        return next((rule for rule in hits if rule.persona_id not in out), None)
