"""How is a provider's event taken in? Kept before it is answered, applied later, once (S17)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F

from campaigns.dispatch.asking import attempt_of
from campaigns.dispatch.clocks import as_told, clock_for
from campaigns.dispatch.reporting import apply_report
from campaigns.models import CallAttempt, Provider, ProviderEvent
from campaigns.providers import CallEvent, UnreadableAnswer, read_call
from campaigns.rules import ERASED_KEY

# A call may be told of before its id was written down here; after a day it is nobody's.
TRY_AGAIN = timedelta(seconds=5)
LONGEST_TRY = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=1)


def keep_event(provider: Provider, event: CallEvent) -> bool:
    """Store an event; False for one that is there already. One statement."""
    row = ProviderEvent(
        provider=provider, call_id=event.call.call_id, event=event.unique, body=dict(event.call.raw)
    )
    before = ProviderEvent.objects.filter(provider=provider, call_id=row.call_id, event=row.event).exists()
    if not before:
        ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
    return not before


def next_event(*, now: datetime) -> ProviderEvent | None:
    """Return the oldest event that waits to be applied, locked."""
    waiting = ProviderEvent.objects.filter(applied_at=None, try_at__lte=now).order_by("try_at", "id")
    return waiting.select_for_update(skip_locked=True).first()


@transaction.atomic
def apply_event(event: ProviderEvent, *, now: datetime) -> bool:
    """Apply an event to its call; False when the call is not known, or not yet."""
    try:
        report = read_call(event.body)
    except UnreadableAnswer as error:
        return _settle(event, now, error=str(error))
    attempt = attempt_of(report, event.provider_id)
    if attempt is None:
        return _later(event, now)
    told = as_told(report, event.provider)
    apply_report(attempt, told, now=clock_for(event.provider, lambda: now)())
    # What a provider still tells of an erased person is not kept (S19).
    erased = CallAttempt.objects.filter(pk=attempt, person_key__startswith=ERASED_KEY)
    ProviderEvent.objects.filter(Exists(erased), pk=event.pk).update(body={})
    return _settle(event, now)


def _settle(event: ProviderEvent, now: datetime, error: str = "") -> bool:
    ProviderEvent.objects.filter(pk=event.pk).update(applied_at=now, error=error[:200])
    return not error


def _later(event: ProviderEvent, now: datetime) -> bool:
    if now > event.received_at + GIVE_UP_AFTER:
        return _settle(event, now, error="no such call")
    wait = min(TRY_AGAIN * 2 ** min(event.tries, 12), LONGEST_TRY)
    ProviderEvent.objects.filter(pk=event.pk).update(tries=F("tries") + 1, try_at=now + wait)
    return False
