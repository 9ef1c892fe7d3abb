"""How well does an engine read? F1 by emotion and by sentiment, against labels of people (Evaluation)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from insights.labelling.asked import Asked, Brand, Labeller
from insights.rules import Emotion, Label, Sentiment, text_hash

# From here on an emotion counts as shown.
SHOWN = 0.5
# Trust and anticipation are stated as not validated (N11): nobody has labelled comments for them.
VALIDATED = (
    Emotion.ANGER,
    Emotion.DISGUST,
    Emotion.FEAR,
    Emotion.JOY,
    Emotion.SADNESS,
    Emotion.SURPRISE,
)
SIDES = frozenset({Sentiment.POSITIVE, Sentiment.NEGATIVE})


@dataclass(frozen=True, slots=True)
class Example:
    """A comment as a person labelled it."""

    text: str
    sentiment: Sentiment
    emotions: frozenset[Emotion]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, 0-1; `n` is how often people saw it."""

    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of one engine. Macro: the plain mean. None where there is nothing to divide by.

    polarity_right: of comments that people and engine put on a side, those on the same one; polarity_decides:
    of comments that people put on a side, those that the engine put on one; agreement: of two readings.
    """

    examples: int
    unlabelled: int
    emotions: Mapping[Emotion, Score]
    sentiments: Mapping[Sentiment, Score]
    emotion_macro_f1: float
    sentiment_macro_f1: float
    polarity_right: float | None
    polarity_decides: float | None
    agreement: float | None


class BadExamples(ValueError):
    """A file of examples that cannot be read; the words say which line."""


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a CSV file: text, sentiment, emotions (separated by |). Raises BadExamples."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := {"text", "sentiment", "emotions"} - set(rows.fieldnames or ()):
            raise BadExamples(f"columns missing: {', '.join(sorted(missing))}")
        return [_example(row, number) for number, row in enumerate(rows, 2)]


def _example(row: Mapping[str, str | None], number: int) -> Example:
    try:
        emotions = frozenset(Emotion(name) for name in (row["emotions"] or "").split("|") if name)
        return Example(row["text"] or "", Sentiment(row["sentiment"] or ""), emotions)
    except ValueError as error:
        raise BadExamples(f"line {number}: {error}") from error


def evaluate(examples: Sequence[Example], *, labeller: Labeller) -> Evaluation:
    """Label the examples twice and score the first reading. Raises EngineStopped."""
    first, second = _labels(examples, labeller), _labels(examples, labeller)
    read = [(example, first.get(text_hash(example.text))) for example in examples]
    emotions = {
        emotion: _score((emotion in e.emotions, _shows(label, emotion)) for e, label in read)
        for emotion in Emotion
    }
    sentiments = {
        kind: _score(
            (e.sentiment is kind, label is not None and label.sentiment is kind) for e, label in read
        )
        for kind in Sentiment
    }
    sided = [(e.sentiment, label.sentiment) for e, label in read if label and e.sentiment in SIDES]
    decided = [(expected, found) for expected, found in sided if found in SIDES]
    both = [key for key in first if key in second]
    return Evaluation(
        examples=len(examples),
        unlabelled=sum(label is None for _, label in read),
        emotions=emotions,
        sentiments=sentiments,
        emotion_macro_f1=_mean(emotions[emotion].f1 for emotion in VALIDATED),
        sentiment_macro_f1=_mean(score.f1 for score in sentiments.values()),
        polarity_right=_part(sum(expected is found for expected, found in decided), len(decided)),
        polarity_decides=_part(len(decided), sum(e.sentiment in SIDES for e in examples)),
        agreement=_part(sum(first[key].sentiment is second[key].sentiment for key in both), len(both)),
    )


def _labels(examples: Iterable[Example], labeller: Labeller) -> dict[str, Label]:
    asked = [Asked(text_hash(example.text), example.text) for example in examples]
    found: dict[str, Label] = {}
    for batch in labeller.label(asked, brand=Brand(name=""), may_spend=lambda _: True):
        found |= batch.labels
    return found


def _shows(label: Label | None, emotion: Emotion) -> bool:
    return label is not None and label.emotions[emotion] >= SHOWN


def _score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    counted = list(pairs)
    right = sum(expected and found for expected, found in counted)
    expected, found = sum(one for one, _ in counted), sum(one for _, one in counted)
    precision, recall = right / found if found else 0.0, right / expected if expected else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(precision, recall, f1, expected)


def _mean(values: Iterable[float]) -> float:
    counted = list(values)
    return sum(counted) / len(counted)


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None
