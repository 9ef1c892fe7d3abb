"""What came of reclassifications: the contacts of their lists, and the result of R4, of many at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max

from personas.models import AppliedChunk, Persona, Reclassification
from personas.rules import SAMPLE_CHANGES, Outcome

# Of each list the first ones, and only then their titles: the planner would join every contact.
FIRST = """
    SELECT s.place, l.contact_id, coalesce(c.job_title, ''), l.old, l.new
      FROM unnest(%(lists)s::bigint[], %(upto)s::bigint[]) WITH ORDINALITY AS s(list, upto, place)
     CROSS JOIN LATERAL (
           SELECT contact_id, old, new FROM personas_listedchange
            WHERE of_id = s.list AND outcome = ANY(%(outcomes)s) AND contact_id <= s.upto
            ORDER BY contact_id LIMIT %(limit)s) AS l
      LEFT JOIN personas_contact c ON c.id = l.contact_id
     ORDER BY s.place, l.contact_id
"""
NO_END = 1 << 62


@dataclass(frozen=True, slots=True)
class SampleChange:
    """One contact that changes or would; personas by their codes."""

    contact_id: int
    job_title: str
    old_persona: str
    new_persona: str


def result_of(of: Reclassification, *, transitions: Mapping[str, int]) -> dict[str, Any]:
    """Return what a reclassification did or would do (R4), from its moves by "old>new". Four queries."""
    return results_of({of: transitions})[of.pk]


def results_of(moves: Mapping[Reclassification, Mapping[str, int]]) -> dict[int, dict[str, Any]]:
    """Return the results of many, by their ids. Four queries."""
    codes = _codes(moves)
    samples = _first_of(moves, codes, (Outcome.LISTED,), SAMPLE_CHANGES)
    return {of.pk: _result(counted, codes[of.pk], samples[of.pk]) for of, counted in moves.items()}


def first_changes_of(
    of: Reclassification, *, outcomes: Iterable[Outcome], limit: int = SAMPLE_CHANGES
) -> list[SampleChange]:
    """Return the first contacts of a list that had these outcomes. Four queries."""
    return _first_of([of], _codes([of]), outcomes, limit)[of.pk]


def _result(
    transitions: Mapping[str, int], codes: Mapping[int, str], samples: list[SampleChange]
) -> dict[str, Any]:
    gained = Counter[str]()
    told = []
    for pair, contacts in sorted(transitions.items(), key=lambda move: -move[1]):
        old, new = (codes[int(persona)] for persona in pair.split(">"))
        gained[new] += contacts
        told.append({"old_persona": old, "new_persona": new, "contacts": contacts})
    return {
        "total_changes": gained.total(),
        "sample_changes": [_written(change) for change in samples],
        "persona_breakdown": dict(gained),
        "transitions": told,
    }


def _written(change: SampleChange) -> dict[str, Any]:
    """Return a change as JSON; ids are texts, since they have more digits than a browser's numbers."""
    return {
        "contact_id": str(change.contact_id),
        "job_title": change.job_title,
        "old_persona": change.old_persona,
        "new_persona": change.new_persona,
    }


def _first_of(
    found: Collection[Reclassification],
    codes: Mapping[int, Mapping[int, str]],
    outcomes: Iterable[Outcome],
    limit: int,
) -> dict[int, list[SampleChange]]:
    ends, numbers = _ends(found), [of.pk for of in found]
    changes: dict[int, list[SampleChange]] = {number: [] for number in numbers}
    asked: dict[str, Any] = {
        "lists": [of.list_id for of in found],
        "upto": [ends[number] for number in numbers],
        "outcomes": [int(one) for one in outcomes],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRST, asked)
        for place, contact, title, old, new in cursor:
            number = numbers[place - 1]
            changes[number].append(SampleChange(contact, title, codes[number][old], codes[number][new]))
    return changes


def _codes(found: Iterable[Reclassification]) -> dict[int, Mapping[int, str]]:
    """Return personas' codes by id, as each job's rules kept them; of newer personas, as they are now."""
    present = dict(Persona.objects.order_by().values_list("id", "code"))
    kept = Reclassification.objects.filter(pk__in=[of.pk for of in found]).order_by()
    # The personas alone: keywords are most of the rules.
    return {
        number: defaultdict(str, present | {one["id"]: one["code"] for one in personas or ()})
        for number, personas in kept.values_list("id", "rules__personas")
    }


def _ends(found: Iterable[Reclassification]) -> dict[int, int]:
    """Return up to which contact each list counts: beyond the last committed stretch a real one is a plan."""
    chunks = AppliedChunk.objects.filter(by__in=[of.pk for of in found])
    reached = dict(chunks.values_list("by").annotate(Max("upto")))
    return {of.pk: NO_END if of.dry_run else reached.get(of.pk, 0) for of in found}
