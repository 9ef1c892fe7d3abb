"""The entries of one chunk of documents: met or new, written together with all that hangs on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from campaigns.actions.first_system.drafts import Draft, new_entry
from campaigns.actions.first_system.past import Past, Session
from campaigns.actions.first_system.persons import Somebody
from campaigns.dispatch.moving import Figures, Move, add_figures, count_new, hold, move
from campaigns.dispatch.wishes import Reach, write_wishes
from campaigns.models import CallAttempt, Campaign, Debt, Entry, Provider
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import EntryReason, EntryState, ProviderKind, Stop, SuppressionSource

WRITTEN = (
    "attempts", "outcome", "is_reached", "promise_on", "promise_amount", "charged", "talk_ms", "finished_at",
)  # fmt: skip
COUNTED = ("calls", "dialled", "reached", "promised", "charged", "talk_ms")
Place = tuple[str, str]


class Shelf:
    """The entries that some persons have, and get."""

    def __init__(self, session: Session, past: Past, persons: Iterable[Somebody]) -> None:
        self._session, self._past = session, past
        self._drafts: dict[Place, Draft] = {}
        self._of: dict[str, Draft] = {}
        asked = list(persons)
        if not session.dry_run:
            hold([one.campaign.pk for one in asked])
        campaigns = {one.campaign.pk: one.campaign.code for one in asked if not one.campaign._state.adding}
        stored = Entry.objects.filter(campaign__in=campaigns, person_key__in=[one.key for one in asked])
        for entry in stored:
            at = (campaigns[entry.campaign_id], entry.person_key)
            self._drafts[at] = Draft(entry, EntryState(entry.state))

    def has(self, person: Somebody) -> bool:
        """Say whether the person stands in the campaign."""
        return _place(person) in self._drafts

    def draft_of(self, document: str, person: Somebody) -> Draft:
        """Return the entry of a person, a new one if there is none, and remember whose document it was."""
        at = _place(person)
        draft = self._drafts.get(at) or Draft(new_entry(person), None)
        if at in self._past.people and not draft.is_known:
            draft.entry.state, draft.entry.reason = self._past.people[at]
            draft.is_met = True
        self._drafts[at] = self._of[document] = draft
        return draft

    def number_of(self, document: str) -> str:
        """Return the number of a document's entry, "" without one."""
        draft = self._of.get(document)
        return str(draft.entry.pk) if draft and not self._session.dry_run else ""

    def write(self) -> None:
        """Write the entries with all that hangs on them; a dry run only remembers who would be there."""
        if self._session.dry_run:
            found = {at: (str(one.entry.state), str(one.entry.reason)) for at, one in self._drafts.items()}
            self._past.people |= found
            return
        touched = {id(one): one for one in self._of.values()}
        drafts = list(touched.values())
        new = [one for one in drafts if one.was is None]
        # Rows that hang on them need their numbers, which a bulk insert does not tell.
        for one, number in zip(new, _numbers(len(new)), strict=True):
            one.entry.pk = number
        Entry.objects.bulk_create([one.entry for one in new])
        _count(new)
        _move([one for one in drafts if one.was is not None], timezone.now())
        self._write_rows(drafts)
        _widen(drafts)

    def _write_rows(self, drafts: list[Draft]) -> None:
        figures: dict[int, Figures] = defaultdict(Figures)
        for one in drafts:
            total = figures[one.entry.campaign_id]
            for debt in one.debts:
                debt.entry = one.entry
            for call in one.calls:
                call.entry, call.provider = one.entry, self._carrier()
            for name in COUNTED:
                setattr(total, name, getattr(total, name) + getattr(one.figures, name))
        Debt.objects.bulk_create([debt for one in drafts for debt in one.debts])
        CallAttempt.objects.bulk_create([call for one in drafts for call in one.calls])
        wishes = dict.fromkeys((wish for one in drafts for wish in one.wishes), "first system")
        write_wishes(wishes, Reach(SuppressionSource.CALL))
        add_figures(figures)

    def _carrier(self) -> Provider:
        """Return who carried the calls over there: a provider that is stopped, and that no account has."""
        if self._past.carrier is None:
            name = f"{self._session.system} (history)"[:80]
            given = {
                "kind": ProviderKind.RETELL,
                "stopped_at": timezone.now(),
                "stopped_because": Stop.BY_HAND,
            }
            self._past.carrier, _made = Provider.objects.get_or_create(name=name, defaults=given)
        return self._past.carrier


def _place(person: Somebody) -> Place:
    return person.campaign.code, person.key


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NEXT_NUMBER} FROM generate_series(1, %s)", [count])  # noqa: S608 - a constant
        return [number for (number,) in cursor.fetchall()]


def _count(new: list[Draft]) -> None:
    states: dict[int, Counter[EntryState]] = defaultdict(Counter)
    for one in new:
        states[one.entry.campaign_id][EntryState(one.entry.state)] += 1
    for campaign, counted in states.items():
        count_new(campaign=campaign, states=counted)


def _move(known: list[Draft], now: datetime) -> None:
    steps = [
        Move(one.entry.pk, one.was, EntryState(one.entry.state), EntryReason(one.entry.reason))
        for one in known
        if one.was is not None and one.was != one.entry.state
    ]
    move(steps, now=now)
    Entry.objects.bulk_update([one.entry for one in known], WRITTEN)


def _widen(drafts: list[Draft]) -> None:
    """Let each campaign know the clocks of its people (C14)."""
    zones: dict[int, set[str]] = defaultdict(set)
    for one in drafts:
        zones[one.entry.campaign_id].add(one.entry.zones)
    for campaign in Campaign.objects.filter(pk__in=zones):
        wide = sorted({*campaign.zones, *zones[campaign.pk]})
        if wide != campaign.zones:
            Campaign.objects.filter(pk=campaign.pk).update(zones=wide)
