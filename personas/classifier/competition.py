"""Every keyword that had a part in a decision, in winning order, each with why it won or lost (W1)."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from personas.classifier.classification import Classification, Hit, KeywordRule


class Part(StrEnum):
    """What a keyword did in a decision."""

    WON = "won"
    LOST = "lost"
    SILENCED = "silenced"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Competitor:
    """A keyword that matches the title, what it did, and the rule that says so."""

    hit: Hit
    part: Part
    why: str


def competitors(classification: Classification) -> list[Competitor]:
    """Return the winner, those it beat in P3's order, the silenced ones and the exclusions (P4)."""
    standing = classification.all_matches
    won = [Competitor(hit, Part.WON, _("Stands first")) for hit in standing[:1]]
    lost = [Competitor(hit, Part.LOST, _why_lost(standing[0], hit)) for hit in standing[1:]]
    silenced = [
        Competitor(hit, Part.SILENCED, _why_silenced(classification, hit)) for hit in classification.excluded
    ]
    takes_out = _("Takes “%(persona)s” out of this title")
    excludes = [
        Competitor(hit, Part.EXCLUDED, takes_out % {"persona": hit.persona.name})
        for hit in classification.excluded_by
    ]
    return won + lost + silenced + excludes


def _why_lost(winner: Hit, rival: Hit) -> str:
    """Name the first rule of P3 on which both differ."""
    best, worse = winner.keyword, rival.keyword
    if best.match is not worse.match:
        return _("An exact keyword goes before a phrase")
    if winner.persona is not rival.persona:
        priorities = {"better": winner.persona.priority, "worse": rival.persona.priority}
        return _("Priority %(better)d precedes %(worse)d") % priorities
    if _length(best) != _length(worse):
        return _("The longer phrase goes first")
    return _("Between equals the alphabet decides")


def _length(keyword: KeywordRule) -> tuple[int, int]:
    return len(keyword.normalized.split()), len(keyword.normalized)


def _why_silenced(classification: Classification, hit: Hit) -> str:
    for exclude in classification.excluded_by:
        if exclude.persona.id == hit.persona.id:
            words = {"keyword": exclude.keyword.text, "persona": hit.persona.name}
            return _("The exclusion “%(keyword)s” takes “%(persona)s” out") % words
    return ""
