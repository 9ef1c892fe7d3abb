"""A list becomes contacts' personas, 5,000 a commit; what changed since or is held stays (R2, R5, P7)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from personas.actions import statements
from personas.actions.contact_rows import lock_contacts
from personas.actions.persona_days import count_moves
from personas.actions.reclassifying import statements as sql
from personas.models import AppliedChunk, Reclassification
from personas.rules import RECLASSIFICATION_BATCH, Outcome


@dataclass(slots=True)
class Applied:
    """What became of a stretch: listed contacts by outcome, and the moves by (old, new) persona."""

    upto: int = 0
    listed: int = 0
    moves: Counter[tuple[int, int]] = field(default_factory=Counter)
    left: Counter[Outcome] = field(default_factory=Counter)


def follow_decisions(of: Reclassification, *, after: int, limit: int = RECLASSIFICATION_BATCH) -> int | None:
    """Bring the next titles of the dictionary in line; return the last one's id, None at the end."""
    # Whoever writes contacts locks titles too, in another order: each would wait for the other.
    lock_contacts()
    asked = {"list": of.list_id, "revision": of.revision, "after": after, "limit": limit}
    ((upto, count),) = statements.rows(sql.DICTIONARY, **asked)
    return upto if count == limit else None


def apply_stretch(of: Reclassification, *, after: int, job: UUID) -> Applied:
    """Write the next 5,000 listed contacts in the caller's transaction; `listed` is 0 at the end."""
    # Titles change under the same lock, so the write sees every title that was changed before it (P8).
    lock_contacts()
    personas = [number for (number,) in statements.rows(sql.KEEP_PERSONAS)]
    ((upto, listed),) = statements.rows(
        sql.END_OF_LIST, list=of.list_id, after=after, limit=RECLASSIFICATION_BATCH
    )
    if not listed:
        return Applied()
    stretch = {"list": of.list_id, "job": job, "personas": personas}
    moves = _written(stretch, after, upto, listed)
    left = _left(stretch, after, upto) if moves.total() < listed else Counter()
    count_moves((old, new, count) for (old, new), count in moves.items())
    AppliedChunk.objects.create(by=of, list_id=of.list_id, after=after, upto=upto)
    return Applied(upto, listed, moves, left)


def _left(stretch: dict[str, Any], after: int, upto: int) -> Counter[Outcome]:
    """Mark what was not written with the reason, and count it."""
    statements.rows(sql.LEFT, after=after, upto=upto, **stretch)
    found = statements.rows(sql.OUTCOMES, after=after, upto=upto, list=stretch["list"])
    return Counter({Outcome(outcome): contacts for outcome, contacts in found})


def _written(stretch: dict[str, Any], after: int, upto: int, listed: int) -> Counter[tuple[int, int]]:
    """Write a stretch: tried, tried again, then halved until only what cannot be written is left (R5)."""
    for _attempt in (1, 2):
        try:
            with transaction.atomic():
                rows = statements.rows(sql.APPLIED, after=after, upto=upto, **stretch)
                return Counter({(old, new): count for old, new, count in rows})
        except OperationalError:
            # The connection or the server, not a row: the runner begins the stretch again.
            raise
        except DatabaseError:
            continue
    if listed == 1:
        statements.rows(sql.FAILED, after=after, upto=upto, list=stretch["list"])
        return Counter()
    half = listed // 2
    ((middle,),) = statements.rows(sql.MIDDLE, after=after, upto=upto, list=stretch["list"], skip=half - 1)
    lower = _written(stretch, after, middle, half)
    return lower + _written(stretch, middle, upto, listed - half)
