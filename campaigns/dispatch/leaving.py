"""Who still waits in a cancelled campaign, and which job do they leave by? (C22)"""

from contextlib import suppress
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from campaigns.models import Campaign
from campaigns.rules import CALLABLE, HELD, CampaignState, JobKind
from tenants.jobs.actions import enqueue
from tenants.jobs.rules import AlreadyLive

# Whoever waits leaves at once; who is being called leaves when the call ends.
LEAVING = (*CALLABLE, *HELD)
# One may be put away before the last of its people have left; nobody waits in a completed one.
_LEFT = (CampaignState.CANCELLED, CampaignState.ARCHIVED)
_SOMEBODY = reduce(or_, (Q(**{f"tally__{state}__gt": 0}) for state in LEAVING))


def unfinished() -> list[int]:
    """Return the cancelled campaigns in which somebody still waits. One query."""
    return list(
        Campaign.objects.filter(_SOMEBODY, state__in=_LEFT).order_by("pk").values_list("pk", flat=True)
    )


def empty_soon(campaign: int, *, by: UUID | None = None) -> None:
    """See that a job lets the people of a cancelled campaign leave; one that is live goes on."""
    with suppress(AlreadyLive):
        enqueue(kind=JobKind.CANCEL, subject=str(campaign), params={"campaign": campaign}, by=by)
