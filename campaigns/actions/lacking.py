"""Who of a campaign lacks what a script needs, asked before anybody is called (V6)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.imports.spoken import read_spoken
from campaigns.models import Campaign, Debt, Entry, ScriptVersion
from campaigns.scripting import BuiltIn, ReadScript, VariableType, faults_of_values, read_script
from campaigns.scripting.variables import ALIASES, canonical
from tenants.display.formats import Formats

CHUNK = 5_000  # entries read at once
READABLE = 1  # stands for any figure of a debt: those of our own rows can always be read
_OF_A_DEBT = (BuiltIn.MONTO_TOTAL, BuiltIn.CUOTAS_ADEUDADAS, BuiltIn.DIAS_VENCIDOS)
_DAYS = (BuiltIn.FECHA_LIMITE, BuiltIn.FECHA_MAXIMA)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A variable, how many people of the campaign have no value for it, and how many one of another type."""

    name: str
    missing: int
    unreadable: int
    people: int

    @property
    def is_everybody(self) -> bool:
        """Whether nobody at all could be called."""
        return self.people > 0 and self.missing + self.unreadable >= self.people


def lacking_in(*, campaign: Campaign, version: ScriptVersion) -> list[Lacking]:
    """Return the variables of a version that people of a campaign lack. One query; typed ones add a walk."""
    script = read_script(version.text, version.variables)
    filters = {f"v{at}": _without(name) for at, name in enumerate(script.needed)}
    entries = Entry.objects.filter(campaign=campaign).annotate(owes=_owes())
    counts = {key: Count("pk", filter=without) for key, without in filters.items()}
    counted = entries.aggregate(people=Count("pk"), **counts)
    unreadable = _unreadable(campaign, script)
    found = (
        Lacking(name, counted[f"v{at}"], unreadable.pop(name, 0), counted["people"])
        for at, name in enumerate(script.needed)
    )
    lacking = [one for one in found if one.missing or one.unreadable]
    return lacking + [Lacking(name, 0, wrong, counted["people"]) for name, wrong in unreadable.items()]


def somebody_can_hear(*, campaign: Campaign, version: ScriptVersion) -> bool:
    """Say whether anybody who waits for a call has all that a version needs. One query."""
    script = read_script(version.text, version.variables)
    lacking = reduce(or_, map(_without, script.needed), Q(pk__isnull=True))
    having = Entry.objects.callable().filter(campaign=campaign).annotate(owes=_owes()).exclude(lacking)
    typed = _typed(script)
    if not typed:
        return having.exists()
    currency = Formats(country=campaign.account.country).currency
    spoken = (read_spoken(script, cells, currency=currency) for cells in _cells(having, typed))
    # The first who can be called will do.
    return any(not faults_of_values(script, cells)[1] for cells in spoken)


def _owes() -> Exists:
    return Exists(Debt.objects.filter(entry=OuterRef("pk")))


def _without(name: str) -> Q:
    """Return which entries have no value of a variable: neither a column's nor the campaign's own."""
    if name in (BuiltIn.NOMBRE, BuiltIn.EMPRESA):
        return Q(pk__isnull=True)  # nobody: there is always one
    names = [name, *(alias for alias, one in ALIASES.items() if one == name)]
    without = ~Q(variables__has_any_keys=names)
    if name == BuiltIn.RUT:
        return without & Q(document="")
    if name in _DAYS:
        return without & Q(**{f"{name}__isnull": True})
    return without & Q(owes=False) if name in _OF_A_DEBT else without


def _unreadable(campaign: Campaign, script: ReadScript) -> Counter[str]:
    """Count the cells that cannot be read as their type; texts always can."""
    typed = _typed(script)
    if not typed:
        return Counter()
    currency = Formats(country=campaign.account.country).currency
    wrong: Counter[str] = Counter()
    people = Entry.objects.filter(campaign=campaign).annotate(owes=_owes())
    for cells in _cells(people, typed):
        wrong.update(faults_of_values(script, read_spoken(script, cells, currency=currency))[1])
    return wrong


def _typed(script: ReadScript) -> set[str]:
    return {name for name, one in script.variables.items() if one.type is not VariableType.TEXT}


def _cells(people: QuerySet[Entry], typed: set[str]) -> Iterator[dict[str, Any]]:
    rows = people.order_by("pk").values_list("variables", "owes", *_DAYS)
    for variables, owes, *days in rows.iterator(chunk_size=CHUNK):
        named: dict[str, Any] = {canonical(name): cell for name, cell in variables.items()}
        # Import and call say the debt itself and the campaign's own days, whatever another column says (C7).
        named |= dict.fromkeys(_OF_A_DEBT, READABLE) if owes else {}
        named |= {name: day for name, day in zip(_DAYS, days, strict=True) if day}
        yield {name: cell for name, cell in named.items() if name in typed}
