"""Q7: how many speak well, badly, both or neither."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Remark, Result, finished
from insights.modules.numbers import intervals, mean, percent, rounded, rounded_or_none, shares
from insights.modules.quotes import Quote, best_quote
from insights.modules.shapes import STRICT, ClassIntervals, ClassShares, Hundred, Share
from insights.modules.view import Said, View
from insights.rules import Sentiment

# Percent of mixed comments from where it is no longer clear what people think.
HIGH_UNTIL = 25
MEDIUM_UNTIL = 50


class Clarity(StrEnum):
    """How clearly people speak, by how few are of two minds."""

    HIGH = "ALTA"
    MEDIUM = "MEDIA"
    LOW = "BAJA"


@dataclass(frozen=True, slots=True, config=STRICT)
class Sentiments:
    """Shares of the comments that have a class, with Wilson's intervals."""

    distribucion: ClassShares
    ci95: ClassIntervals
    porcentaje_mixto: Hundred
    subjetividad_promedio: Share | None
    ejemplo_mixto: Quote | None
    claridad: Clarity


def compute(view: View) -> Result[Sentiments]:
    """Answer Q7; no comment with a class is no_data."""
    results = _sentiments(view)
    lacks = results is not None and results.subjetividad_promedio is None and not view.offers_model
    return finished(view, Module.SENTIMENT, results, (Remark.NO_SUBJECTIVITY.value,) if lacks else ())


def _sentiments(view: View) -> Sentiments | None:
    counts = class_counts(view.labelled)
    if not any(counts.values()):
        return None
    mixed = percent(counts[Sentiment.MIXED], sum(counts.values()))
    subjective = [label.subjectivity for _, label in view.labelled if label.subjectivity is not None]
    return Sentiments(
        distribucion=shares(counts),
        ci95=intervals(counts),
        porcentaje_mixto=rounded(mixed, 2),
        subjetividad_promedio=rounded_or_none(mean(subjective), 2),
        ejemplo_mixto=best_quote(
            comment for comment, label in view.labelled if label.sentiment is Sentiment.MIXED
        ),
        claridad=clarity(mixed),
    )


def class_counts(said: Iterable[Said]) -> dict[Sentiment, int]:
    """Count comments by class, in listed order; those without one are in none."""
    counted = Counter(label.sentiment for _, label in said)
    return {sentiment: counted[sentiment] for sentiment in Sentiment}


def clarity(mixed: Fraction) -> Clarity:
    """Return how clear it is with so many percent of mixed comments."""
    if mixed < HIGH_UNTIL:
        return Clarity.HIGH
    return Clarity.MEDIUM if mixed < MEDIUM_UNTIL else Clarity.LOW
