"""May a request whose answer nobody knows leave once more? It may be the first to arrive (C15–C17, C19)."""

import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.dispatch.answering import record_again
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.requests import NotAskable, Prepared
from campaigns.dispatch.rooms import moments, next_after, takes_again
from campaigns.dispatch.sending import mark_again
from campaigns.models import CallAttempt, Provider
from campaigns.providers import Accepted, CallProvider, CallRequest
from tenants.scope import current_schema


def repeat(line: CallProvider, attempt: CallAttempt, *, clock: Callable[[], datetime], pace: Pace) -> bool:
    """Send the same request with the same key, which makes no second call; say whether it was taken.

    Only as a first one would leave: at a moment of the rate, lawful, and asked for by nobody to stay.
    """
    moment = _moment(attempt, now=clock())
    if moment is None:
        return False
    time.sleep(max(0.0, (moment - clock()).total_seconds()))
    request = _lawful_request(attempt.pk, now=clock())
    if request is None or not mark_again(attempt.pk, now=clock()):
        return False
    pace.wait()
    left_at = clock()
    answer = line.create(request)
    record_again(attempt.pk, answer, left_at=left_at, now=clock())
    return isinstance(answer, Accepted)


@transaction.atomic
def _moment(attempt: CallAttempt, *, now: datetime) -> datetime | None:
    """Take the provider's next moment; None while it is left alone, or has none within a second."""
    provider = Provider.objects.select_for_update(no_key=True).get(pk=attempt.provider_id)
    found = moments(provider, most=1, now=now) if takes_again(provider, attempt, now=now) else ()
    if not found:
        return None
    provider.next_call_at = next_after(provider, found[0])
    provider.save(update_fields=["next_call_at"])
    return found[0]


def _lawful_request(attempt: UUID, *, now: datetime) -> CallRequest | None:
    """Return the request while it is lawful; else None: the first one may have been taken (C16)."""
    prepared = Prepared.of(attempt)
    if not prepared.verdict(now).is_allowed:
        return None
    try:
        return prepared.request(current_schema() or "")
    except NotAskable:
        return None
