"""A case opens, or opens again: the only road there, so that whoever listens is always told (W16)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from identity.actions.linking.sql import rows
from identity.models import Case, Lead
from identity.rules import CaseState
from tenants.actions.announcing import announce

# Which of the cases that a statement wrote were not open before it; a statement sees what stood before.
NEWLY_OPEN = """
    WITH before AS (
        SELECT lead_id FROM identity_case WHERE lead_id = ANY(%(leads)s::bigint[]) AND state = 'open'
    ), written AS ({write} RETURNING c.lead_id)
    SELECT lead_id FROM written EXCEPT SELECT lead_id FROM before ORDER BY lead_id
"""
AGAIN: dict[str, Any] = {"state": CaseState.OPEN, "closed_at": None, "closed_by": None}


def open_cases(statement: str, *, leads: list[int], now: datetime, **given: Any) -> None:
    """Write cases as open by a statement over `leads` that writes `identity_case AS c`; tell of the new ones.

    In the caller's transaction.
    """
    opened = rows(NEWLY_OPEN.format(write=statement), leads=leads, now=now, **given)
    _tell((lead for (lead,) in opened), at=now)


def open_again(lead: Lead, *, doubt: dict[str, Any] | None = None, **changes: Any) -> None:
    """Open a lead's case by a person's word; with `doubt` one is made where there is none."""
    found = Case.objects.filter(pk=lead.pk)
    was_open = found.open().exists()
    found.update(**AGAIN, **changes)
    made = (
        doubt is not None and Case.objects.get_or_create(lead=lead, defaults={**AGAIN, **changes, **doubt})[1]
    )
    if not was_open and (made or found.exists()):
        _tell([lead.pk], at=timezone.now())


def take_up(lead_id: int) -> bool:
    """Open an ignored case, to be tried again; False when it is not ignored."""
    ignored = Case.objects.filter(pk=lead_id, state=CaseState.IGNORED)
    if not ignored.update(**AGAIN, woken_at=Now()):
        return False
    _tell([lead_id], at=timezone.now())
    return True


def _tell(leads: Iterable[int], *, at: datetime) -> None:
    announce(event="case.opened", things=[{"case_id": str(lead)} for lead in leads], at=at)
