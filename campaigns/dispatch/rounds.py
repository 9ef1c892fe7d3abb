"""What does a dispatcher do, round by round, until nothing is left to do now?"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from campaigns.dispatch.asking import ask_due, free_expired
from campaigns.dispatch.claiming import Claimed, claim
from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.sending import send
from campaigns.models import Provider
from campaigns.providers import CallProvider
from tenants.jobs.runner import Run

NAP = timedelta(seconds=0.2)
PATIENCE = timedelta(
    seconds=10
)  # so long a dispatcher waits for its next moment before it lets its worker go


def dispatch(run: Run, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Claim, call and ask until there is nothing to do for a while; the next look is set at the end.

    Each claim commits under the job's lease (J3); a call belongs to no chunk but to its attempt, whose own
    lease and key keep it single.
    """
    provider = Provider.objects.get(pk=run.params["provider"])
    line, desk, clock = line_to(provider), Desk(provider.pk), clock_for(provider, clock)
    pace = Pace(calls_per_second=provider.calls_per_second)
    try:
        idle_since = clock()
        while clock() - idle_since < PATIENCE:
            if _round(run, line, desk, clock, pace):
                idle_since = clock()
            else:
                time.sleep(NAP.total_seconds())
    finally:
        line.close()
    return dict(run.counters)


def _round(run: Run, line: CallProvider, desk: Desk, clock: Callable[[], datetime], pace: Pace) -> bool:
    """Do what is due now; say whether anything was."""
    freed = free_expired(desk.provider, now=clock())
    with run.chunk() as chunk:
        claimed: Claimed = claim(desk, now=clock())
        chunk.advance(len(claimed.calls), claimed=len(claimed.calls), moved=claimed.moved)
    sent = send(line, claimed.calls, clock=clock, pace=pace)
    asked = ask_due(line, desk.provider, clock=clock, pace=pace)
    return bool(freed or sent or asked or claimed.moved)
