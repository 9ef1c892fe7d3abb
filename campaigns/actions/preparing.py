"""Everything that is said of a campaign before its launch, kept together or not at all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.actions.changing import change_campaign
from campaigns.actions.creating import CampaignFacts
from campaigns.actions.importing.drafts import Reading, change_reading
from campaigns.models import Campaign


@transaction.atomic
def prepare(
    *, code: str, facts: CampaignFacts, reading: Reading | None, now: datetime, by: UUID | None = None
) -> Campaign:
    """Set facts, settings and scripts of a campaign; `reading` only while its file is unread.

    Raises what `change_campaign` and `change_reading` raise.
    """
    found = change_campaign(code=code, changes=facts, now=now, by=by)
    if reading is not None:
        change_reading(code=code, reading=reading, by=by)
    return found
