"""When a person is tried again after a call, if at all (C21)."""

from datetime import datetime

from campaigns.legality.call_settings import CallSettings
from campaigns.legality.verdicts import NOBODY_KNOWN, Calendar, Standing, next_allowed
from campaigns.rules import Outcome


def next_retry(
    *,
    ended_at: datetime,
    outcome: Outcome,
    attempts: int,
    settings: CallSettings,
    calendar: Calendar,
    standing: Standing = NOBODY_KNOWN,
) -> datetime | None:
    """Return when the next attempt may be made; None: the entry is exhausted.

    `attempts` are those counted so far, this one included; `standing` counts this call too, if it was a
    contact. Not before `ended_at` plus the delay in elapsed hours, then the next legal instant.
    """
    rule = settings.retry_after(outcome)
    if attempts >= rule.max_attempts:
        return None
    return next_allowed(instant=ended_at + rule.delay, calendar=calendar, standing=standing)
