"""The sentence a person reads: why this persona (W1)."""

from django.utils.translation import gettext as _

from personas.classifier.classification import Classification, Hit
from personas.rules import Match


def explain(classification: Classification) -> str:
    """Return in the active language why the title has its persona: who won, over whom, who was excluded."""
    sentences = [_verdict(classification), *_runner_up(classification), *_exclusions(classification)]
    return " ".join(sentences)


def _verdict(classification: Classification) -> str:
    persona, title = classification.persona.name, classification.normalized_job_title
    if not title:
        return _(
            "The title has no Latin letter or digit, so it goes to the default persona “%(persona)s”."
        ) % {"persona": persona}
    keyword = classification.keyword
    if keyword is None:
        sentence = _("No keyword matches “%(title)s”, so it goes to the default persona “%(persona)s”.")
        return sentence % {"title": title, "persona": persona}
    if keyword.match is Match.EXACT:
        sentence = _("“%(title)s” is exactly the keyword “%(keyword)s” of “%(persona)s”.")
    else:
        sentence = _("“%(title)s” contains the keyword “%(keyword)s” of “%(persona)s”.")
    return sentence % {"title": title, "keyword": keyword.text, "persona": persona}


def _runner_up(classification: Classification) -> list[str]:
    """Say whom the winner beat and by which rule; its persona's other keywords are no rivals (P3)."""
    rivals = [hit for hit in classification.all_matches if hit.persona is not classification.persona]
    if not rivals:
        return []
    winner, rival = classification.all_matches[0], rivals[0]
    if winner.keyword.match is not rival.keyword.match:
        sentence = _(
            "It wins over “%(keyword)s” of “%(persona)s” because an exact keyword goes before a phrase."
        )
    else:
        sentence = _(
            "It wins over “%(keyword)s” of “%(persona)s” because priority %(better)d goes before %(worse)d."
        )
    priorities = {"better": winner.persona.priority, "worse": rival.persona.priority}
    return [sentence % (_names(rival) | priorities)]


def _exclusions(classification: Classification) -> list[str]:
    sentence = _("The exclusion “%(keyword)s” takes “%(persona)s” out.")
    return [sentence % _names(hit) for hit in classification.excluded_by]


def _names(hit: Hit) -> dict[str, object]:
    return {"keyword": hit.keyword.text, "persona": hit.persona.name}
