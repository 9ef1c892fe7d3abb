"""The sentence a person reads: why this persona (W1)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from personas.classifier.classification import Classification, Hit
from personas.rules import Match


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The sentences in one language; looking each up again would cost more than the classification."""

    no_letters: str
    no_keyword: str
    exact: str
    phrase: str
    beats_phrase: str
    beats_priority: str
    excludes: str


_SPOKEN: dict[str | None, _Sentences] = {}


def _in_active_language() -> _Sentences:
    language = get_language()
    if language not in _SPOKEN:
        _SPOKEN[language] = _Sentences(
            no_letters=_(
                "The title has no Latin letter or digit, so it goes to the default persona “%(persona)s”."
            ),
            no_keyword=_("No keyword matches “%(title)s”, so it goes to the default persona “%(persona)s”."),
            exact=_("“%(title)s” is exactly the keyword “%(keyword)s” of “%(persona)s”."),
            phrase=_("“%(title)s” contains the keyword “%(keyword)s” of “%(persona)s”."),
            beats_phrase=_(
                "It wins over “%(keyword)s” of “%(persona)s” because an exact keyword goes before a phrase."
            ),
            beats_priority=_(
                "It wins over “%(keyword)s” of “%(persona)s” because priority %(better)d precedes %(worse)d."
            ),
            excludes=_("The exclusion “%(keyword)s” takes “%(persona)s” out."),
        )
    return _SPOKEN[language]


def explain(classification: Classification) -> str:
    """Return in the active language why the title has its persona: who won, over whom, who was excluded."""
    return _explain(_in_active_language(), classification)


def explainer() -> Callable[[Classification], str]:
    """Return `explain` for many titles: to ask for the active language costs more than a sentence."""
    return partial(_explain, _in_active_language())


def _explain(spoken: _Sentences, classification: Classification) -> str:
    sentence = _verdict(classification, spoken)
    if len(classification.all_matches) > 1:
        sentence += _runner_up(classification, spoken)
    for hit in classification.excluded_by:
        sentence += " " + spoken.excludes % _names(hit)
    return sentence


def _verdict(classification: Classification, spoken: _Sentences) -> str:
    title = classification.normalized_job_title
    if not classification.all_matches:
        sentence = spoken.no_keyword if title else spoken.no_letters
        return sentence % {"title": title, "persona": classification.persona.name}
    winner = classification.all_matches[0]
    sentence = spoken.exact if winner.keyword.match is Match.EXACT else spoken.phrase
    return sentence % {"title": title, "keyword": winner.keyword.text, "persona": winner.persona.name}


def _runner_up(classification: Classification, spoken: _Sentences) -> str:
    """Say whom the winner beat and by which rule; its persona's other keywords are no rivals (P3)."""
    winner = classification.all_matches[0]
    for rival in classification.all_matches:
        if rival.persona is not winner.persona:
            break
    else:
        return ""
    same_match = winner.keyword.match is rival.keyword.match
    sentence = spoken.beats_priority if same_match else spoken.beats_phrase
    priorities = {"better": winner.persona.priority, "worse": rival.persona.priority}
    return " " + sentence % (_names(rival) | priorities)


def _names(hit: Hit) -> dict[str, object]:
    return {"keyword": hit.keyword.text, "persona": hit.persona.name}
