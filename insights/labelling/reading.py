"""What becomes of a request's texts once its answer came: labelled, asked again, or given up (N8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from insights.labelling.answers import Reading, read_answer
from insights.labelling.canaries import sings_wrong
from insights.labelling.requests import Request
from insights.labelling.stops import AnswerFault
from insights.rules import Label

LED_ASTRAY = "led_astray"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Labels of own texts and of second looks, by key; requests still to be made; texts given up, and why.

    fault: why nothing of the answer is believed (a code), "" when something is.
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    again: Mapping[str, Label] = field(default_factory=dict)
    further: tuple[Request, ...] = ()
    given_up: Mapping[str, str] = field(default_factory=dict)
    astray: bool = False
    fault: str = ""


def outcome_of(request: Request, text: str, *, trusting: bool) -> Outcome:
    """Return what the answer is worth. `trusting`: canaries are not listened to any more."""
    texts = request.in_order()
    try:
        reading = read_answer(text, numbers=range(1, len(texts) + 1))
    except AnswerFault as fault:
        return broken(request, fault.code)
    by_key = {texts[number - 1].key: label for number, label in reading.labels.items()}
    if not trusting and _is_astray(request, by_key):
        return broken(request, LED_ASTRAY, astray=True)
    return _kept(request, by_key, reading)


def broken(request: Request, code: str, *, astray: bool = False) -> Outcome:
    """Return what an answer of no use leaves: two halves, or one text that nobody will ask about again."""
    if len(request.asked) == 1:
        return Outcome(given_up={request.asked[0].key: code}, astray=astray, fault=code)
    return Outcome(further=tuple(request.halves()), astray=astray, fault=code)


def _is_astray(request: Request, by_key: Mapping[str, Label]) -> bool:
    return any(
        canary.key in by_key and sings_wrong(by_key[canary.key], expected)
        for canary, expected in request.canaries
    )


def _kept(request: Request, by_key: Mapping[str, Label], reading: Reading) -> Outcome:
    labels = {asked.key: by_key[asked.key] for asked in request.asked if asked.key in by_key}
    again = {asked.key: by_key[asked.key] for asked in request.again if asked.key in by_key}
    if not labels:
        return broken(request, next(iter(reading.refused.values()), MISSING))
    left = request.without(set(labels))
    return Outcome(labels, again, (left,) if left.asked else ())
