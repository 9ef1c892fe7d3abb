"""Who is called next? One transaction takes entries, lawfulness, lines, rate and money, or nothing (C15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.dispatch.candidates import Candidate, due_of, known_of, still_running, take
from campaigns.dispatch.desk import Callers, Desk, Running, callers_of
from campaigns.dispatch.intents import Intent, steps_of, write_intents
from campaigns.dispatch.judging import Chosen, Judge
from campaigns.dispatch.moving import Figures, Move, add_figures, complete_done, hold, move
from campaigns.dispatch.purses import Purse, purses_of
from campaigns.dispatch.rooms import FULL_LOOK, lines_held_by, lines_in_use, next_after, room_of
from campaigns.dispatch.turns import Turn, shares
from campaigns.dispatch.unpaid import hold_unpaid, lacking
from campaigns.models import Account, Provider
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
        """Return how many calls a campaign may begin by its own caps and its account's allowance."""
        purse = self.purses[campaign.account]
        room = min(purse.room(campaign.reserve), campaign.room)
        cap = campaign.settings.max_concurrent_calls
        held = self.held.get((campaign.account, campaign.id), 0)
        return room if cap is None else min(room, cap - held)


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
    unpaid = hold_unpaid(table.purses, [table.campaigns[campaign] for campaign, _zones in due], now=now)
    wanted = _wanted(table, due, len(room.moments))
    chosen, moves = _judged(table, wanted)
    calls = _write(desk, table, chosen[: len(room.moments)], room.moments)
    moved = move([*moves, *steps_of(calls)], now=now) - {one.chosen.candidate.id for one in calls}
    complete_done(list(wanted), now=now)
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
    """Return the campaigns and zones whose hours are open and where somebody is due; note later moments."""
    open_now = []
    for campaign in table.campaigns.values():
        for zones in campaign.zones:
            opening = campaign.hours.within(zones).schedule.next_opening(table.now)
            if opening == table.now or not zones:
                # Who is nowhere is looked at once, and held (C14).
                open_now.append((campaign.id, zones))
            elif opening:
                table.looks.append(opening)
    due = due_of(open_now)
    table.looks += [moment for moment in due.values() if moment > table.now]
    return [pair for pair, moment in due.items() if moment <= table.now]


def _wanted(table: Table, due: Sequence[tuple[int, str]], calls: int) -> dict[int, dict[str, int]]:
    """Return how many entries of each campaign and zones are taken, by fair shares (C20)."""
    zones: dict[int, list[str]] = {}
    for campaign, place in due:
        zones.setdefault(campaign, []).append(place)
    calling = [table.campaigns[one] for one in zones if _may_begin(table, table.campaigns[one])]
    clock = table.provider.turn
    turns = [Turn(one.id, max(one.turn, clock), one.priority, table.room_of(one)) for one in calling]
    given = shares(turns, calls)
    return {campaign: dict.fromkeys(zones[campaign], count) for campaign, count in given.items()}


def _may_begin(table: Table, campaign: Running) -> bool:
    """Say whether a campaign has a number to call from, and money; else it would stay in turn for ever."""
    return bool(table.callers_of(campaign).numbers) and not lacking(table.purses, campaign)


def _judged(table: Table, wanted: Mapping[int, Mapping[str, int]]) -> tuple[list[Chosen], list[Move]]:
    """Lock the entries that are wanted and decide about each."""
    hold(wanted)
    # One of them may have been paused or cancelled until its tally was ours.
    running = still_running(wanted)
    pairs = {
        (campaign, zones): most
        for campaign, each in wanted.items()
        for zones, most in each.items()
        if campaign in running
    }
    taken = take(pairs, now=table.now)
    reach = max((one.hours.frame.reach for one in table.campaigns.values()), default=timedelta())
    judge = Judge(known_of(taken, now=table.now, reach=reach), table.now)
    left = {campaign: max(each.values()) for campaign, each in wanted.items()}
    chosen, moves = [], []
    for one in taken:
        if not left[one.campaign]:
            continue  # as many were taken of each set of zones as of all together
        decided = judge.decide(one, table.campaigns[one.campaign])
        if isinstance(decided, Move):
            moves.append(decided)
        elif _begins(table, one):
            left[one.campaign] -= 1
            judge.choose(decided)
            chosen.append(decided)
    return chosen, moves


def _begins(table: Table, one: Candidate) -> bool:
    campaign = table.campaigns[one.campaign]
    return table.purses[campaign.account].begin(campaign.reserve)


def _write(desk: Desk, table: Table, chosen: Sequence[Chosen], moments: Sequence[datetime]) -> list[Intent]:
    """Write the calls down, with all that they take: money, turns, the provider's rate."""
    desk.read_arms({one.candidate.campaign for one in chosen})
    planned = [_intent(desk, table, one, moment) for one, moment in zip(chosen, moments, strict=False)]
    written = write_intents(planned, provider=table.provider.pk, now=table.now)
    if written:
        _take_turns(table, written)
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


def _take_turns(table: Table, written: Sequence[Intent]) -> None:
    """Move turns on, the provider's clock and its rate; hold back what the calls may cost."""
    provider, clock = table.provider, table.provider.turn
    figures: dict[int, Figures] = {}
    for intent in written:
        campaign = table.campaigns[intent.chosen.candidate.campaign]
        row = figures.setdefault(campaign.id, Figures(turn=max(0.0, clock - campaign.turn)))
        provider.turn = max(provider.turn, campaign.turn + row.turn)
        row.turn += 1 / campaign.priority
        row.reserved += intent.reserve
    add_figures(figures)
    provider.next_call_at = next_after(provider, written[-1].moment)
    provider.save(update_fields=["turn", "next_call_at"])
