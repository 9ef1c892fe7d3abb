"""The rules a reclassification keeps to, written down at its beginning and read again after a kill (R2)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from personas.classifier import KeywordRule, PersonaRule, Ruleset, compile_ruleset
from personas.queries import Selection
from personas.rules import Effect, Match, ReclassificationType


def written_rules(rules: Ruleset) -> dict[str, Any]:
    """Return personas and keywords as JSON."""
    personas = [asdict(one) for one in rules.personas]
    keywords = [
        [one.id, one.text, one.normalized, one.match, one.effect, one.persona_id] for one in rules.keywords
    ]
    return {"personas": personas, "keywords": keywords}


def read_rules(written: Mapping[str, Any], revision: int) -> Ruleset:
    """Return the compiled rules that `written_rules` wrote."""
    personas = [PersonaRule(**one) for one in written["personas"]]
    keywords = [
        KeywordRule(number, text, normalized, Match(match), Effect(effect), persona)
        for number, text, normalized, match, effect, persona in written["keywords"]
    ]
    return compile_ruleset(personas, keywords, revision)


def written_selection(selection: Selection) -> dict[str, Any]:
    """Return a selection as JSON."""
    return {
        "type": selection.type,
        "keyword": selection.keyword,
        "match": selection.match,
        "persona": selection.persona,
        "phrases": list(selection.phrases),
    }


def read_selection(written: Mapping[str, Any]) -> Selection:
    """Return the selection that `written_selection` wrote."""
    return Selection(
        type=ReclassificationType(written["type"]),
        keyword=written["keyword"],
        match=Match(written["match"]),
        persona=written["persona"],
        phrases=tuple(written["phrases"]),
    )
