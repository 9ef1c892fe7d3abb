"""Who outranks whom is decided in one step for all, however many people decide at once."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions.contact_rows import lock_contacts
from personas.actions.rulesets import grow_revision, hold_rules
from personas.models import Persona
from personas.queries import UnknownPersona
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class NoPriorities(Refused):
    """Nothing was asked for."""

    code = "priorities_empty"
    kind = RefusalKind.INVALID
    message = _("Name at least one persona with its priority.")


class PriorityDoubled(Refused):
    """Two personas would have one priority, or one persona two."""

    code = "priority_doubled"
    message = _("Each persona has one priority, and no two have the same.")


@transaction.atomic
def reorder_personas(*, priorities: Sequence[tuple[str, int]], by: UUID | None = None) -> list[Persona]:
    """Give personas, by code, their priorities, all or none, and return all personas, best first.

    Raises NoPriorities, UnknownPersona, PriorityDoubled naming the numbers.
    """
    if not priorities:
        raise NoPriorities
    hold_rules()
    present = {persona.code: persona for persona in Persona.objects.all()}
    wanted = _wanted(priorities, present)
    moved = {code: number for code, number in wanted.items() if present[code].priority != number}
    if moved:
        _write(moved)
        note(verb="reorder", of="ruleset", id=grow_revision(), by=by, change={"priorities": moved})
    return list(queries.personas())


def _wanted(priorities: Sequence[tuple[str, int]], present: dict[str, Persona]) -> dict[str, int]:
    unknown = [code for code, _number in priorities if code not in present]
    if unknown:
        raise UnknownPersona(persona=unknown[0])
    wanted = dict(priorities)
    numbers = Counter(number for _code, number in priorities)
    numbers.update(persona.priority for code, persona in present.items() if code not in wanted)
    doubled = sorted(number for number, times in numbers.items() if times > 1)
    if doubled or len(wanted) < len(priorities):
        raise PriorityDoubled(priorities=doubled)
    return wanted


def _write(moved: dict[str, int]) -> None:
    # A contact that is written holds its persona, and a job those of many: one after the other.
    lock_contacts()
    # One statement: its end is where the unique constraint looks, so numbers may swap.
    cases = [When(code=code, then=Value(number)) for code, number in moved.items()]
    Persona.objects.filter(code__in=moved).update(priority=Case(*cases, output_field=IntegerField()))
