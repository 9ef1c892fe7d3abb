"""Small rule sets, and P1–P4 written as plainly as the rules read: slow, and believed."""

import unicodedata

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


def decide_slowly(personas, keywords, title):
    """P3 and P4 by trying every keyword: the persona's code and the includes that stand, in order."""
    people = {persona.id: persona for persona in personas}
    hits = [rule for rule in keywords if stands(rule, title)]
    out = {rule.persona_id for rule in hits if rule.effect is Effect.EXCLUDE}
    left = [rule for rule in hits if rule.effect is Effect.INCLUDE and rule.persona_id not in out]
    left.sort(
        key=lambda rule: (
            rule.match is not Match.EXACT,
            people[rule.persona_id].priority,
            -len(rule.normalized.split()),
            -len(rule.normalized),
            rule.text,
            rule.id,
        )
    )
    default = next(persona for persona in personas if persona.is_default)
    return (people[left[0].persona_id] if left else default).code, [rule.id for rule in left]
