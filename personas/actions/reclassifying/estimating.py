"""How many contacts would a reclassification select, and how many would it change? Reads only (R9)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from personas import queries
from personas.actions.classifying import ruleset
from personas.actions.reclassifying.asking import selection_of
from personas.classifier import normalise
from personas.models import ContactPersona, JobTitle
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
    # A persona of a moment ago is not among the rules.
    codes = defaultdict(str, {persona.id: persona.code for persona in rules.personas})
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
    """Return some of the contacts of titles that move. Two queries."""
    if not movers:
        return []
    titles = {title for title, _persona in movers}
    ids = dict(JobTitle.objects.filter(normalized__in=titles).values_list("id", "normalized"))
    # Of the contact alone, so that the index of titles finds them; titles with their personas below.
    titled = Q(contact__title__in=ids) | Q(contact__title=None, contact__job_title__in=titles)
    kept = ContactPersona.objects.filter(titled, locked=False, assigned_manually=False)
    rows = (
        kept.filter(_any_of(movers, ids))
        .order_by("contact_id")
        .values_list("contact_id", "contact__job_title", "contact__title", "persona_id")
    )
    found: list[tuple[int, str, int | None, int]] = list(rows[:SAMPLE_CONTACTS])
    return [
        SampleChange(number, typed, codes[old], movers[typed if title is None else ids[title], old])
        for number, typed, title, old in found
    ]


def _any_of(movers: Iterable[tuple[str, int]], ids: Mapping[int, str]) -> Q:
    numbers = {normalized: number for number, normalized in ids.items()}
    any_of = Q()
    for title, persona in movers:
        here = Q(contact__title=None, contact__job_title=title)
        if title in numbers:
            here |= Q(contact__title=numbers[title])
        any_of |= here & Q(persona=persona)
    return any_of
