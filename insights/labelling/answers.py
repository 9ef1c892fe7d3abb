"""What a model's answer says of each comment, believed only where every value makes sense (N8, N9).

Nothing is clamped or guessed: a label with one value out of range is refused as a whole and asked for again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from insights.labelling.fences import read_said
from insights.labelling.prompt import CLASSES, EMOTIONS, FRAMES, TRAITS
from insights.labelling.stops import AnswerFault
from insights.rules import Label, Need, TopicMention, Trait
from tenants.intake.strict_json import BadJSON
from tenants.intake.text import one_line, text_fault

T = TypeVar("T")

LONGEST_TOPIC = 60
LONGEST_NEED = 200
MOST_TOPICS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """Labels by the comment's number, and the number of those that came and made no sense, with a code."""

    labels: Mapping[int, Label]
    refused: Mapping[int, str]


class _Senseless(Exception):
    """One value of a label says nothing a label can hold."""


def read_answer(text: str, *, numbers: range) -> Reading:
    """Return the labels for `numbers`; other numbers are dropped. Raises AnswerFault.

    A number that stands twice is refused: nobody knows which of the two is meant.
    """
    labels: dict[int, Label] = {}
    refused: dict[int, str] = {}
    for row in _rows(text):
        number = row.get("i") if isinstance(row, dict) else None
        if type(number) is not int or number not in numbers:
            continue
        if number in labels or number in refused:
            labels.pop(number, None)
            refused[number] = "doubled"
            continue
        try:
            labels[number] = _label(row)
        except _Senseless as error:
            refused[number] = str(error)
    return Reading(labels, refused)


def _rows(text: str) -> list[Any]:
    try:
        document = read_said(text)
    except BadJSON as error:
        raise AnswerFault("malformed") from error
    rows = document.get("r") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise AnswerFault("malformed")
    return rows


def _label(row: dict[str, Any]) -> Label:
    return Label(
        emotions={
            emotion: _within(_of(row, "e").get(key), 0, 1, "emotion") for key, emotion in EMOTIONS.items()
        },
        sentiment=_one_of(row.get("s"), CLASSES, "sentiment"),
        score=_within(row.get("v"), -1, 1, "score"),
        subjectivity=_within(row.get("u"), 0, 1, "subjectivity"),
        traits=_traits(_of(row, "b")),
        topics=_topics(row.get("t")),
        frame=_one_of(row.get("f"), FRAMES, "frame"),
        need=_maybe(row.get("n"), _need),
        authority=_maybe(row.get("k"), lambda value: _within(value, 0, 100, "authority")),
    )


def _of(row: dict[str, Any], key: str) -> dict[str, Any]:
    value = row.get(key)
    if not isinstance(value, dict):
        raise _Senseless("incomplete")
    return value


def _maybe(value: object, read: Callable[[Any], T]) -> T | None:
    return None if value is None else read(value)


def _within(value: object, low: float, high: float, what: str) -> float:
    # A boolean is an int to Python; NaN is in no range.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _Senseless(what)
    return float(value)


def _one_of(value: object, known: Mapping[str, T], what: str) -> T:
    if not isinstance(value, str) or value not in known:
        raise _Senseless(what)
    return known[value]


def _traits(row: dict[str, Any]) -> dict[Trait, float | None]:
    return {trait: _maybe(row.get(key), _trait) for key, trait in TRAITS.items()}


def _trait(value: object) -> float:
    return _within(value, 0, 100, "trait")


def _topics(value: object) -> tuple[TopicMention, ...]:
    if not isinstance(value, list) or len(value) > MOST_TOPICS:
        raise _Senseless("topics")
    found: dict[str, TopicMention] = {}
    for row in value:
        if not isinstance(row, dict):
            raise _Senseless("topics")
        mention = TopicMention(_words(row.get("n"), LONGEST_TOPIC), _within(row.get("s"), -1, 1, "topics"))
        found.setdefault(mention.topic.casefold(), mention)
    return tuple(found.values())


def _need(value: object) -> Need:
    if not isinstance(value, dict):
        raise _Senseless("need")
    return Need(
        text=_words(value.get("x"), LONGEST_NEED),
        topic=_words(value.get("n"), LONGEST_TOPIC),
        impact=_within(value.get("p"), 0, 100, "need"),
    )


def _words(value: object, longest: int) -> str:
    if (
        not isinstance(value, str)
        or text_fault(value)
        or not (words := one_line(value))
        or len(words) > longest
    ):
        raise _Senseless("words")
    return words
