"""How are kept events applied: each in its own transaction, in the order in which they came?"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from campaigns.dispatch.events import TRY_AGAIN, apply_event, next_event
from campaigns.dispatch.waking import hurry
from campaigns.models import ProviderEvent
from tenants.jobs.runner import Run

log = logging.getLogger(__name__)
NAP = 0.1
PATIENCE = timedelta(seconds=2)  # events come in flocks; a job for each would be mostly beginning


def apply_events(run: Run, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Apply what waits, and what comes in meanwhile, until nothing does for a moment."""
    quiet_since = clock()
    while clock() - quiet_since < PATIENCE:
        with run.chunk() as chunk:
            event = next_event(now=clock())
            if event is not None:
                chunk.advance(1, applied=int(_applied(event, clock())))
        if event is None:
            time.sleep(NAP)
        else:
            quiet_since = clock()
    return dict(run.counters)


def _applied(event: ProviderEvent, now: datetime) -> bool:
    try:
        with transaction.atomic():
            applied = apply_event(event, now=now)
    except Exception:
        log.exception("event %s cannot be applied", event.pk)
        later = now + TRY_AGAIN * 2 ** min(event.tries, 12)
        ProviderEvent.objects.filter(pk=event.pk).update(tries=F("tries") + 1, try_at=later)
        return False
    hurry(event.provider_id)
    return applied
