"""Whom a case shows: up to three persons, with what speaks for each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from identity.actions.linking.deciding import Decided
from identity.actions.linking.evidence import weights_of
from identity.matching.weighing import Weighed
from identity.rules import SHOWN_CANDIDATES


def shown_candidates(one: Decided) -> list[dict[str, Any]]:
    """Return up to three candidates as a case keeps them: whom the decision names, else the likeliest."""
    weighed = one.weighed
    named = [each for person in one.decision.candidates if (each := weights_of(person, weighed))]
    chosen: Sequence[Weighed] = named or weighed
    return [_shown(one, each) for each in chosen[:SHOWN_CANDIDATES]]


def _shown(one: Decided, each: Weighed) -> dict[str, Any]:
    person = each.person
    accounts = one.accounts.get(person, ()) if isinstance(person, UUID | str) else ()
    return {
        "person": str(person) if isinstance(person, UUID) else None,
        "drivers": [account.driver_id for account in accounts][:SHOWN_CANDIDATES],
        "levels": list(each.levels),
        "weights": [round(bits * 100) for bits in each.weights],
        "posterior": round(each.posterior, 6),
    }
