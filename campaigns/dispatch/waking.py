"""When must a dispatcher look? Asked for in the caller's transaction, so that no lost hint is waited for."""

from datetime import datetime, timedelta

from django.db.models import Min

from campaigns.dispatch.clocks import clock_for
from campaigns.models import CallAttempt, Campaign, Entry, Provider
from campaigns.rules import CALLABLE, CampaignState, JobKind
from tenants.jobs.actions import enqueue, enqueue_soon
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import LIVE, AlreadyLive

EVERY_MINUTE = "* * * * *"
# Minutes apart, so that a tenant's own jobs do not queue behind each other.
CRONTABS = {
    JobKind.SWEEP: EVERY_MINUTE,
    JobKind.FORGET: "17 4 * * *",
    JobKind.RECOUNT: "27 4 * * *",
}
SOONEST = timedelta(seconds=2)
LATEST = timedelta(minutes=1)
LOOK_AT = "look_at"  # the place of a dispatcher


def hurry(provider: int) -> None:
    """Let a provider's dispatcher look at once: something can be called, or a line is free."""
    enqueue_soon(kind=JobKind.DISPATCH, subject=str(provider), params={"provider": provider})


def keep_watch(provider: int) -> None:
    """Begin to call: look at once, from now on every minute after what nobody told (C17, C18), and every
    night after what has been kept long enough (S19), and after counters and balances (C23)."""
    look_after()
    hurry(provider)


def look_after() -> None:
    """See that what is done by the clock is done here from now on."""
    for kind, crontab in CRONTABS.items():
        Schedule.objects.get_or_create(kind=kind, subject="", defaults={"crontab": crontab})


def hurry_events() -> None:
    """Let what a provider told be applied at once."""
    enqueue_soon(kind=JobKind.EVENTS)


def look_again(provider: int, *, now: datetime) -> None:
    """Set the next look of a provider's dispatcher, if there is anything to look for (J8).

    Who is due is not always allowed: its last claim has said when another one is worth while.
    """
    call, told = _next_call(provider), _look_told(provider)
    moments = [next_ask(provider), max(call, told) if call and told else call]
    due = min((moment for moment in moments if moment), default=None)
    if due is None:
        return
    shift = clock_for(Provider.objects.get(pk=provider), lambda: now)() - now
    at = min(max(due - shift, now + SOONEST), now + LATEST)
    try:
        enqueue(kind=JobKind.DISPATCH, subject=str(provider), params={"provider": provider}, due_at=at)
    except AlreadyLive:
        return


def hurry_all() -> int:
    """Let every provider's dispatcher look that has something to look for; return how many have."""
    calling = Campaign.objects.filter(state=CampaignState.RUNNING).values("account__provider")
    asking = CallAttempt.objects.awaited().values("provider")
    found = Provider.objects.filter(pk__in=calling) | Provider.objects.filter(pk__in=asking)
    for provider in found.distinct().values_list("pk", flat=True):
        hurry(provider)
    return found.distinct().count()


def next_ask(provider: int) -> datetime | None:
    """Return when the provider is to be asked about a call next. One query."""
    asked: datetime | None = CallAttempt.objects.filter(provider=provider).aggregate(at=Min("ask_at"))["at"]
    return asked


def _look_told(provider: int) -> datetime | None:
    """Return when the dispatcher that looked last wants to look again."""
    looked = Job.objects.of(JobKind.DISPATCH, str(provider)).exclude(state__in=LIVE).order_by("-id")
    cursor = looked.values_list("cursor", flat=True).first() or {}
    return datetime.fromisoformat(cursor[LOOK_AT]) if LOOK_AT in cursor else None


def _next_call(provider: int) -> datetime | None:
    running = Campaign.objects.filter(state=CampaignState.RUNNING, account__provider=provider)
    waiting = Entry.objects.filter(campaign__in=running, state__in=CALLABLE)
    due: datetime | None = waiting.order_by("earliest_at").values_list("earliest_at", flat=True).first()
    return due
