"""Who is called next? One transaction takes entries, lawfulness, lines, rate and money, or nothing (C15)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.dispatch.candidates import due_of, still_running
from campaigns.dispatch.desk import Callers, Desk, Running, callers_of
from campaigns.dispatch.faults import stop
from campaigns.dispatch.intents import Intent, steps_of, write_intents
from campaigns.dispatch.judging import Chosen
from campaigns.dispatch.lines import lacks_key
from campaigns.dispatch.money import NOTHING
from campaigns.dispatch.moving import Figures, add_figures, complete_done, hold, move
from campaigns.dispatch.purses import Purse, purses_of
from campaigns.dispatch.rooms import FULL_LOOK, lines_held_by, lines_in_use, next_after, room_of
from campaigns.dispatch.searching import Search
from campaigns.dispatch.turns import Turn, shares
from campaigns.dispatch.unpaid import hold_unpaid, lacking
from campaigns.models import Account, Provider
from campaigns.rules import Stop
from tenants.jobs.runner.crash import crash_point

LOOK_AGAIN = timedelta(minutes=1)  # when nothing tells a better moment


@dataclass(slots=True)
class Claimed:
    """What a look at a provider brought: calls to make, whether entries moved, when to look again."""

    look_at: datetime
    calls: list[Intent] = field(default_factory=list)
    moved: int = 0


@dataclass(slots=True)
class Table:
    """What one claim holds, and what it has found to do."""

    provider: Provider
    purses: Mapping[int, Purse]
    campaigns: Mapping[int, Running]
    held: Mapping[tuple[int, int], int]
    callers: Mapping[int | None, Callers]
    now: datetime
    looks: list[datetime] = field(default_factory=list)

    def callers_of(self, campaign: Running) -> Callers:
        """Return the rested numbers that a campaign's account may call from."""
        return self.callers.get(campaign.account, self.callers[None])

    def room_of(self, campaign: Running) -> int:
        """Return how many calls a campaign may begin by its own caps."""
        cap = campaign.settings.max_concurrent_calls
        held = self.held.get((campaign.account, campaign.id), 0)
        return campaign.room if cap is None else min(campaign.room, cap - held)


@transaction.atomic
def claim(desk: Desk, *, now: datetime) -> Claimed:
    """Claim as many calls as provider, accounts, campaigns, law and money let begin within a second."""
    provider = Provider.objects.select_for_update(no_key=True).get(pk=desk.provider)
    room = room_of(provider, in_use=lines_in_use(provider), now=now)
    callers = callers_of(provider, now=now)
    if not room or not any(each.numbers for each in callers.values()):
        return Claimed(room.look_at or now + LOOK_AGAIN)
    table = _table(desk, provider, callers, now)
    due = _due(table)
    if due and lacks_key(provider):
        # Nothing could be said to it, and without one nobody starts it again (C17).
        stop(provider, because=Stop.NO_KEY, now=now)
        return Claimed(now + LOOK_AGAIN)
    unpaid = hold_unpaid(table.purses, [table.campaigns[campaign] for campaign, _zones in due], now=now)
    given = _given(table, due, len(room.moments))
    search = _search(table, due, given)
    calls = _write(desk, table, search.chosen, room.moments)
    _take_turns(table, calls, search.barren)
    moved = move([*search.moves, *steps_of(calls)], now=now) - {one.chosen.candidate.id for one in calls}
    complete_done(list(given), now=now)
    crash_point("claim")
    if calls:
        # Those that cannot leave after all come back at once.
        table.looks.append(now)
    if due and table.held:
        # Somebody may wait for a line of their account or campaign; its end is told, unless that is lost.
        table.looks.append(now + FULL_LOOK)
    return Claimed(min(table.looks, default=now + LOOK_AGAIN), calls, len(moved) + unpaid)


def _table(desk: Desk, provider: Provider, callers: Mapping[int | None, Callers], now: datetime) -> Table:
    accounts = list(
        Account.objects.select_for_update(no_key=True).active().filter(provider=provider).order_by("pk")
    )
    running = desk.running(accounts, now=now)
    # Once they are held: what another provider had begun for them has committed by now.
    held = lines_held_by(accounts)
    purses = purses_of(accounts, held, now=now)
    return Table(provider, purses, {one.id: one for one in running}, held, callers, now)


def _due(table: Table) -> list[tuple[int, str]]:
    """Return campaigns and zones with open hours, or none ever, where somebody is due; note later moments."""
    open_now = []
    for campaign in table.campaigns.values():
        for zones in campaign.zones:
            opening = campaign.hours.within(zones).schedule.next_opening(table.now)
            if opening is None or opening == table.now:
                # Whom no moment suits, or who is nowhere, is looked at once, and held (C14).
                open_now.append((campaign.id, zones))
            else:
                table.looks.append(opening)
    due = due_of(open_now)
    table.looks += [moment for moment in due.values() if moment > table.now]
    return [pair for pair, moment in due.items() if moment <= table.now]


def _given(table: Table, due: Sequence[tuple[int, str]], calls: int) -> dict[int, int]:
    """Return how many calls each campaign may begin, by fair shares (C20)."""
    campaigns = [table.campaigns[one] for one in dict.fromkeys(campaign for campaign, _zones in due)]
    clock = table.provider.turn
    turns = [
        Turn(one.id, max(one.turn, clock), one.priority, table.room_of(one))
        for one in campaigns
        if _may_begin(table, one)
    ]
    # Its campaigns share an account's lines and money by their turns, too; they are taken for good when a
    # call begins, for not everybody can be called.
    purses = {account: replace(purse) for account, purse in table.purses.items()}

    def begins(campaign: int) -> bool:
        one = table.campaigns[campaign]
        return purses[one.account].begin(one.reserve)

    return dict(shares(turns, calls, begins))


def _may_begin(table: Table, campaign: Running) -> bool:
    """Say whether a campaign has a number to call from, and money; else it would stay in turn for ever."""
    return bool(table.callers_of(campaign).numbers) and not lacking(table.purses, campaign)


def _search(table: Table, due: Sequence[tuple[int, str]], given: dict[int, int]) -> Search:
    """Lock the campaigns that are given calls and find whom to call."""
    hold(given)
    # One of them may have been paused or cancelled until its tally was ours.
    running = still_running(given)
    search = Search(table.campaigns, table.purses, table.now, given)
    search.run([place for place in due if place[0] in running])
    return search


def _write(desk: Desk, table: Table, chosen: Sequence[Chosen], moments: Sequence[datetime]) -> list[Intent]:
    """Write the calls down, with the money that they hold back and the numbers that they go out from."""
    desk.read_arms({one.candidate.campaign for one in chosen})
    planned = [_intent(desk, table, one, moment) for one, moment in zip(chosen, moments, strict=False)]
    written = write_intents(planned, provider=table.provider.pk, now=table.now)
    if written:
        used = {intent.from_number for intent in written}
        table.provider.numbers.filter(number__in=used).update(last_used_at=table.now)
    return written


def _intent(desk: Desk, table: Table, chosen: Chosen, moment: datetime) -> Intent:
    campaign = table.campaigns[chosen.candidate.campaign]
    purse = table.purses[campaign.account]
    arm = desk.arm_of(chosen.candidate)
    return Intent.new(
        chosen,
        purse.account,
        from_number=table.callers_of(campaign).next(),
        arm=arm and arm.pk,
        version=arm and arm.version_id,
        on=purse.on,
        max_call_seconds=campaign.settings.max_call_seconds,
        reserve=campaign.reserve,
        moment=moment,
    )


def _take_turns(table: Table, written: Sequence[Intent], barren: Collection[int]) -> None:
    """Move turns on, the provider's clock and its rate; hold back what the calls may cost."""
    provider, clock = table.provider, table.provider.turn
    figures: dict[int, Figures] = {}
    turns = [(intent.chosen.candidate.campaign, intent.reserve) for intent in written]
    # Who can call nobody passes, or every turn would be theirs until all their people are put off.
    for id, reserve in [*turns, *((campaign, NOTHING) for campaign in barren)]:
        campaign = table.campaigns[id]
        row = figures.setdefault(id, Figures(turn=max(0.0, clock - campaign.turn)))
        provider.turn = max(provider.turn, campaign.turn + row.turn)
        row.turn += 1 / campaign.priority
        row.reserved += reserve
    if not figures:
        return
    add_figures(figures)
    if written:
        provider.next_call_at = next_after(provider, written[-1].moment)
    provider.save(update_fields=["turn", "next_call_at"])
