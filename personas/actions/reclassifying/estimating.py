"""How many contacts would a reclassification select, and how many would it change? Reads only (R9)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from personas import queries
from personas.actions.classifying import ruleset
from personas.actions.reclassifying.asking import selection_of
from personas.classifier import normalise
from personas.models import ContactPersona
from personas.queries import SampleChange, Selection
from personas.rules import SAMPLE_CONTACTS, ReclassificationType


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a reclassification would do; transitions count contacts by (old code, new code)."""

    estimated_contacts: int
    would_change: int
    transitions: dict[tuple[str, str], int]
    sample_contacts: list[SampleChange]


def estimate(*, type: ReclassificationType, params: Mapping[str, Any]) -> Estimate:
    """Return what a dry run would find, without writing anything.

    Raises BadSelection, UnknownKeyword, UnknownPersona, NoRules.
    """
    selection, rules = selection_of(type, params), ruleset()
    codes = {persona.id: persona.code for persona in rules.personas}
    selected, changing = 0, Counter[tuple[str, str]]()
    movers: dict[tuple[str, int], str] = {}
    for counted, normalized in _decidable(selection):
        selected += counted.contacts
        new = rules.persona_of(rules.winner(normalized))
        if not counted.held and counted.persona != new.id:
            changing[codes[counted.persona], new.code] += counted.contacts
            if len(movers) < SAMPLE_CONTACTS:
                movers[counted.title, counted.persona] = new.code
    return Estimate(selected, changing.total(), dict(changing.most_common()), _samples(movers, codes))


def _decidable(selection: Selection) -> Any:
    for counted in queries.counts_of(selection):
        normalized = normalise(counted.title)
        if selection.takes_title(normalized):
            yield counted, normalized


def _samples(movers: dict[tuple[str, int], str], codes: dict[int, str]) -> list[SampleChange]:
    """Return some of the contacts of titles that move. One query."""
    if not movers:
        return []
    any_of = Q()
    for title, persona in movers:
        here = Q(title__normalized=title) | Q(title=None, contact__job_title=title)
        any_of |= here & Q(persona=persona)
    kept = ContactPersona.objects.filter(any_of, locked=False, assigned_manually=False)
    rows = kept.order_by("contact_id").values_list(
        "contact_id", "contact__job_title", "title__normalized", "persona_id"
    )
    found: list[tuple[int, str, str | None, int]] = list(rows[:SAMPLE_CONTACTS])
    return [
        SampleChange(number, typed, codes[old], movers[typed if title is None else title, old])
        for number, typed, title, old in found
    ]
