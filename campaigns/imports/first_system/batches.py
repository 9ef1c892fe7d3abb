"""A batch of the first calling system: a campaign, with its `call_settings` or without."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.imports.first_system.values import Fields
from campaigns.rules import NAME_LENGTH, PRIORITIES, CampaignState, UseCase

_CANCELLED = frozenset({"cancelled", "canceled"})
_COMPLETED = frozenset({"completed", "finished", "done", "archived"})
BATCH_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "batch_id": "batch_id",
    "account_id": "account",
    "name": "name",
    "description": "description",
    "priority": "priority 1 to 3",
    "use_case": "use case (collection unless said)",
    "call_settings": "call settings, completed; without any the account's, else the law's",
    "is_active": "nothing: a live one is ready here, and calls nobody until it is launched",
    "status": "state: completed, cancelled, else ready",
    "completed_at": "state and moment of the end",
    "cancellation_reason": "state and reason",
    "created_at": "created",
    "started_at": "started",
    "total_jobs": "nothing: counted anew from its jobs",
    "total_cost": "nothing: added up from its jobs",
    "total_minutes": "nothing: added up from its jobs",
}


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A campaign as it stood over there; a live one is `ready`."""

    code: str
    account: str
    name: str
    description: str
    priority: int
    use_case: UseCase
    state: CampaignState
    call_settings: Mapping[str, Any] | None
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    cancellation_reason: str
    issues: tuple[str, ...]


def read_batch(document: Mapping[str, Any]) -> BatchRecord:
    """Return the campaign of a document."""
    fields = Fields(document)
    code = fields.text("batch_id", "id", longest=65)
    ended_at, priority = fields.moment("completed_at"), fields.whole("priority")
    use_case = fields.text("use_case", longest=20).lower()
    return BatchRecord(
        code=code,
        account=fields.text("account_id", longest=65),
        name=fields.text("name", "batch_name", longest=NAME_LENGTH) or code,
        description=fields.text("description", longest=5_000),
        priority=priority if priority in PRIORITIES else PRIORITIES[0],
        use_case=UseCase(use_case) if use_case in set(UseCase) else UseCase.COLLECTION,
        state=_state(fields, is_over=ended_at is not None),
        call_settings=fields.inside("call_settings") or None,
        created_at=fields.moment("created_at"),
        started_at=fields.moment("started_at"),
        ended_at=ended_at,
        cancellation_reason=fields.text("cancellation_reason", longest=500),
        issues=fields.noted,
    )


def _state(fields: Fields, *, is_over: bool) -> CampaignState:
    status = fields.text("status", "state", longest=20).lower()
    if status in _CANCELLED or fields.value("cancellation_reason"):
        return CampaignState.CANCELLED
    return CampaignState.COMPLETED if is_over or status in _COMPLETED else CampaignState.READY
