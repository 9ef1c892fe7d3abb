"""What does a dispatcher do, round by round, until nothing is left to do now?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

from campaigns.dispatch.asking import ask_due, free_expired
from campaigns.dispatch.claiming import Claimed, claim
from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.sending import send
from campaigns.dispatch.waking import LOOK_AT, next_ask
from campaigns.models import Provider
from campaigns.providers import CallProvider
from tenants.jobs.runner import Run

NAP = timedelta(seconds=0.2)
# News comes in flocks; a job for each would be mostly beginning.
LINGER = timedelta(seconds=2)
# So long a dispatcher waits for a moment that it knows before it lets its worker go (J8).
PATIENCE = timedelta(seconds=10)


def dispatch(run: Run, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Claim, call and ask until there is nothing to do for a while; the job's place says when to look again.

    Each claim commits under the job's lease (J3); a call belongs to no chunk but to its attempt, whose own
    lease and key keep it single.
    """
    provider = Provider.objects.get(pk=run.params["provider"])
    line, desk, clock = line_to(provider), Desk(provider.pk), clock_for(provider, clock)
    pace = Pace(calls_per_second=provider.calls_per_second)
    try:
        idle_since, look_at = clock(), None
        # Where another key or address was set, the next job speaks by that.
        while _is_same(provider) and (look_at is None or _stays(look_at, idle_since, clock())):
            if look_at:
                sleep(NAP.total_seconds())
            look_at = _round(run, line, desk, clock, pace)
            if look_at is None:
                idle_since = clock()
    finally:
        line.close()
    return dict(run.counters)


def _is_same(provider: Provider) -> bool:
    said = {name: getattr(provider, name) for name in ("kind", "key_name", "base_url")}
    return Provider.objects.filter(pk=provider.pk, **said).exists()


def _stays(look_at: datetime, idle_since: datetime, now: datetime) -> bool:
    return now - idle_since < LINGER or look_at - idle_since < PATIENCE


def _round(
    run: Run, line: CallProvider, desk: Desk, clock: Callable[[], datetime], pace: Pace
) -> datetime | None:
    """Do what is due now; return when to look again if nothing was."""
    freed = free_expired(desk.provider, now=clock())
    with run.chunk() as chunk:
        claimed: Claimed = claim(desk, now=clock())
        calls, place = len(claimed.calls), {LOOK_AT: claimed.look_at.isoformat()}
        chunk.advance(calls, cursor=place, claimed=calls, moved=claimed.moved)
    sent = send(line, claimed.calls, clock=clock, pace=pace)
    asked = ask_due(line, desk.provider, clock=clock, pace=pace)
    if freed or sent or asked or claimed.moved:
        return None
    return min(filter(None, (claimed.look_at, next_ask(desk.provider))))
