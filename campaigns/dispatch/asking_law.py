"""What would the claim say of this person now? Asked without locks, for whoever looks (W1, C16)."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.dispatch.candidates import Candidate, Known, known_of
from campaigns.dispatch.desk import days_off_of
from campaigns.legality import (
    Standing,
    Verdict,
    calendar_for,
    frame_named,
    may_call,
    stored_settings,
    zones_of_key,
)
from campaigns.models import Entry
from campaigns.rules import EntryState


def verdict_on(entry: Entry, *, now: datetime) -> Verdict:
    """Return whether the law and the campaign's hours let an entry be called, else why and from when on.

    It was read with its campaign and that one's account. Three queries; money, lines and the campaign's
    state are not asked.
    """
    campaign, account = entry.campaign, entry.campaign.account
    settings = stored_settings(campaign.call_settings)
    frame = frame_named(settings.legal_frame)
    one = _candidate(entry)
    known = known_of([one], now=now, reach=frame.reach)
    numbers = [number for _place, number in one.numbers()]
    standing = Standing(
        contacts=known.contacts.get(one.person_key, ()),
        attempts=known.attempts.get(one.person_key, ()),
        is_suppressed=_is_barred(one.person_key, numbers, account.pk, known),
        last_day=one.last_day,
        earliest_at=entry.earliest_at,
        not_after=campaign.ends_at,
    )
    calendar = calendar_for(settings, frame, zones_of_key(entry.zones), days_off_of(account))
    return may_call(now=now, calendar=calendar, standing=standing)


def _is_barred(person: str, numbers: Sequence[str], account: int, known: Known) -> bool:
    if known.is_suppressed(person, account):
        return True
    return bool(numbers) and all(known.is_suppressed(number, account) for number in numbers)


def _candidate(entry: Entry) -> Candidate:
    return Candidate(
        id=entry.pk,
        campaign=entry.campaign_id,
        state=EntryState(entry.state),
        person_key=entry.person_key,
        phones=tuple(entry.phones),
        next_phone=entry.next_phone,
        zones=entry.zones,
        last_day=entry.fecha_maxima,
        attempts=entry.attempts,
        faults=entry.faults,
        arm=entry.arm_id,
    )
