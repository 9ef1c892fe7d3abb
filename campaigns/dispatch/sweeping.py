"""What is looked after every minute, so that nothing rests on a single message? (C17, C18)"""

from collections.abc import Callable
from datetime import datetime

from campaigns.dispatch.alerts import clear_alert, raise_alert
from campaigns.dispatch.answering import stop_if_barred
from campaigns.dispatch.lapsing import lapse, lapsed
from campaigns.dispatch.leaving import empty_soon, unfinished
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.moving import complete_done
from campaigns.dispatch.waking import hurry_all, hurry_events
from campaigns.models import CallAttempt, Campaign, Provider, ProviderEvent
from campaigns.providers import Concurrency, ProviderRefused, ProviderUnreachable, UnreadableAnswer
from campaigns.rules import AlertKind, AttemptState, CampaignState, ProviderKind
from tenants.jobs.runner import Run

CONFIRMED = (AttemptState.ACCEPTED, AttemptState.ONGOING)


def sweep(run: Run, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """End what is over or done, wake who has something to do, compare our lines with each provider's own."""
    _end_lapsed(run, clock)
    _go_on_cancelling(run)
    with run.chunk() as chunk:
        waiting = ProviderEvent.objects.filter(applied_at=None, try_at__lte=clock()).exists()
        if waiting:
            hurry_events()
        running = Campaign.objects.filter(state__in=[CampaignState.RUNNING, CampaignState.PAUSED])
        ended = complete_done(list(running.values_list("pk", flat=True)), now=clock())
        chunk.advance(1, woken=hurry_all(), completed=len(ended))
    calling = Provider.objects.filter(stopped_at=None, accounts__campaigns__state=CampaignState.RUNNING)
    for provider in calling.distinct():
        found = _ask(provider, now=clock())
        with run.chunk() as chunk:
            if found:
                compare(provider, found, now=clock())
            chunk.advance(1, compared=int(found is not None))
    return dict(run.counters)


def _end_lapsed(run: Run, clock: Callable[[], datetime]) -> None:
    for campaign, now in lapsed(clock=clock).items():
        left = 1
        while left:
            with run.chunk() as chunk:
                left = lapse(campaign, now=now)
                chunk.advance(left, lapsed=left)


def _go_on_cancelling(run: Run) -> None:
    """Finish what a kill, or whoever ended the job, left half done: its people would wait for ever (S11)."""
    for campaign in unfinished():
        with run.chunk() as chunk:
            empty_soon(campaign)
            chunk.advance(1, cancelling=1)


def _ask(provider: Provider, *, now: datetime) -> Concurrency | None:
    line = line_to(provider)
    try:
        return line.concurrency()
    except ProviderRefused as error:
        stop_if_barred(Provider.objects.filter(pk=provider.pk), error.refusal, now=now)
        return None
    except (ProviderUnreachable, UnreadableAnswer):
        return None
    finally:
        line.close()


def is_shared(provider: Provider) -> bool:
    """Say whether other tenants call by the same workspace as a matter of course: the default simulator."""
    return provider.kind == ProviderKind.SIMULATOR and not provider.base_url


def compare(provider: Provider, told: Concurrency, *, now: datetime) -> None:
    """Keep how many calls fit for us: others may use the same workspace; tell staff when they do (C18)."""
    ours = CallAttempt.objects.filter(provider=provider, state__in=CONFIRMED).count()
    foreign = max(0, told.current - CallAttempt.objects.holding_slot().filter(provider=provider).count())
    fits = max(0, told.limit - told.reserved_inbound - foreign)
    Provider.objects.filter(pk=provider.pk).update(concurrency_told=fits)
    if foreign and not is_shared(provider):
        raise_alert(AlertKind.SLOTS_DIFFER, str(provider.pk), {"theirs": told.current, "ours": ours})
    else:
        clear_alert(AlertKind.SLOTS_DIFFER, str(provider.pk), now=now)
