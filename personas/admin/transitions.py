"""From which persona to which: one contact's move, and all of them as a table with sums at the edges (R4)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from personas.models import Persona


@dataclass(frozen=True, slots=True)
class Move:
    """A contact that moved, would move or was left; `why` says why it was left."""

    contact: str
    job_title: str
    old: str
    new: str
    why: str | Promise = ""

    @classmethod
    def of(cls, contact: object, job_title: str, old: str, new: str, names: Mapping[str, str]) -> "Move":
        """Name the personas of two codes."""
        return cls(str(contact), job_title, names.get(old, old), names.get(new, new))


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """What leaves one persona, a count for each column, and the sum."""

    name: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Transitions:
    """The table; empty without any transition."""

    headings: tuple[str, ...]
    rows: tuple[TransitionRow, ...]
    totals: tuple[int, ...]
    total: int


def transitions_of(moves: Iterable[tuple[str, str, int]], personas: Sequence[Persona]) -> Transitions:
    """Arrange (old code, new code, contacts) by priority; codes that no persona has any more come last."""
    counts = Counter({(old, new): contacts for old, new, contacts in moves})
    order = {persona.code: at for at, persona in enumerate(personas)}
    names = {persona.code: persona.name for persona in personas}
    olds, news = (_arranged({pair[side] for pair in counts}, order) for side in (0, 1))
    rows = []
    for old in olds:
        line = tuple(counts[old, new] for new in news)
        rows.append(TransitionRow(names.get(old, old), line, sum(line)))
    return Transitions(
        headings=tuple(names.get(new, new) for new in news),
        rows=tuple(rows),
        totals=tuple(sum(counts[old, new] for old in olds) for new in news),
        total=counts.total(),
    )


def _arranged(codes: Iterable[str], order: dict[str, int]) -> list[str]:
    return sorted(codes, key=lambda code: (order.get(code, len(order)), code))
