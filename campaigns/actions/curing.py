"""Give a time zone to people who are on hold for want of one, and put them back into the queue (C14)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.deciding import EntryMoveRefused, campaign_has_ended, held_entry, said
from campaigns.actions.moments import moment_of
from campaigns.actions.running import hold_campaign, wake
from campaigns.dispatch.moving import Move, move
from campaigns.legality import entry_zones, knows_country, zone_key
from campaigns.models import Campaign, Entry
from campaigns.rules import EntryReason, EntryState
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

AT_ONCE = 1_000  # of one transaction


class UnknownPlace(Refused):
    """What was said names neither a time zone nor, in Chile, a commune or region; `field` is its name."""

    code = "zone_unknown"
    kind = RefusalKind.UNPROCESSABLE
    message = _("No time zone, commune or region has this name.")


class CountryUnknown(Refused):
    """The account's country has no holidays that are known here: a zone alone cures nothing."""

    code = "country_unknown"
    message = _("The holidays of the account's country are not known: a time zone alone cures nothing.")


@transaction.atomic
def set_zone(*, number: int, place: str, now: datetime, by: UUID | None = None) -> Entry:
    """Say where an entry's clock stands that is on hold for it: a zone's name or, in Chile, a commune.

    It goes back into the queue, and the law is asked again. Raises UnknownEntry, UnknownPlace,
    CountryUnknown, EntryMoveRefused.
    """
    found = held_entry(number)
    key = _key_of(found.campaign, place)
    is_held = found.state == EntryState.ON_HOLD and found.reason == EntryReason.UNKNOWN_ZONE
    if not is_held or campaign_has_ended(found):
        raise EntryMoveRefused(said(found), state=found.state)
    _cure(found.campaign, [found.pk], key, now, by)
    wake(found.campaign)
    return queries.entry(number=number)


def set_zones(*, code: str, place: str, now: datetime, by: UUID | None = None) -> int:
    """Say the same of everybody in a campaign who is on hold for it; return how many moved.

    Raises UnknownCampaign, UnknownPlace, CountryUnknown.
    """
    moved = 0
    while cured := _set_some(code, place, now, by):
        moved += cured
    return moved


@transaction.atomic
def _set_some(code: str, place: str, now: datetime, by: UUID | None) -> int:
    found = hold_campaign(code)
    key = _key_of(found, place)
    held = Entry.objects.in_state(EntryState.ON_HOLD).filter(campaign=found, reason=EntryReason.UNKNOWN_ZONE)
    rows = list(held.select_for_update().order_by("id").values_list("id", flat=True)[:AT_ONCE])
    if rows:
        _cure(found, rows, key, now, by)
        wake(found)
    return len(rows)


def _key_of(found: Campaign, place: str) -> str:
    country = found.account.country
    zones = entry_zones(country=country, number="", place=place) if place.strip() else ()
    if not zones:
        raise UnknownPlace(field="timezone")
    if not knows_country(country):
        raise CountryUnknown
    return zone_key(zones)


def _cure(found: Campaign, entries: Iterable[int], key: str, now: datetime, by: UUID | None) -> None:
    """Write the zone, let the claim look for it, and move the entries. The campaign is held."""
    rows = list(entries)
    Entry.objects.filter(pk__in=rows).update(zones=key)
    if key not in found.zones:
        Campaign.objects.filter(pk=found.pk).update(zones=sorted({*found.zones, key}))
    was, to, moment = EntryState.ON_HOLD, EntryState.QUEUED, moment_of(found, now)
    move([Move(one, was, to, EntryReason.REQUEUED, moment) for one in rows], now=moment)
    for one in rows:
        note(verb="set_zone", of="entry", id=one, by=by, change={"zones": key, "to": "queued"})
