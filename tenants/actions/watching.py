"""What goes wrong on the ground floor: jobs that fail, fall silent or find no worker; webhooks that fail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.display.watches import Watch
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import run_after, troubled
from tenants.jobs.rules import State, trouble_words
from tenants.jobs.runner import label_of
from tenants.records.actions.alerts import Alarm
from tenants.records.models import WebhookEndpoint
from tenants.records.rules import Stop

# Schedules of every minute may pause for a deployment.
LEAST_SILENCE = timedelta(minutes=30)
# A receiver that is being deployed fails for minutes.
FAILS_LONG = timedelta(hours=1)
ALL_JOBS = ""


def _look_at_work(now: datetime) -> Iterator[Alarm]:
    for kind in _failing(now):
        yield Alarm("jobs.failed", kind)
    late = Job.objects.filter(troubled(now=now)["overdue"]).count()
    if late:
        yield Alarm("jobs.overdue", ALL_JOBS, {"count": late})


def _failing(now: datetime) -> list[str]:
    """Return the kinds that failed within a day and did not end well since. One query."""
    since = Job.objects.filter(kind=OuterRef("kind"), state=State.COMPLETED, pk__gt=OuterRef("pk"))
    failed = Job.objects.filter(troubled(now=now)["failed"], ~Exists(since)).order_by("kind")
    return list(failed.values_list("kind", flat=True).distinct())


def _look_at_schedules(now: datetime) -> Iterator[Alarm]:
    """Find the scheduled kinds of which two runs in a row left no trace. One query."""
    newest = Job.objects.filter(kind=OuterRef("kind"), started_at__isnull=False).order_by("-id")
    seen = Subquery(newest.values(at=Greatest("started_at", "heartbeat_at", "finished_at"))[:1])
    schedules = Schedule.objects.filter(is_active=True).with_zone().annotate(seen_at=seen).order_by("kind")
    for kind in sorted({one.kind for one in schedules if _is_silent(one, one.seen_at, now)}):
        yield Alarm("jobs.silent", kind)


def _is_silent(schedule: Schedule, seen: datetime | None, now: datetime) -> bool:
    # Before its first run it is silent since it was written or changed.
    since = max(filter(None, (seen, schedule.changed_at)))
    second = run_after(schedule, run_after(schedule, since))
    return now - since > LEAST_SILENCE and now > second


def _tell_of_work(alarm: Alarm, formats: Formats) -> Attention:
    listed, kind = reverse("jobs:list"), label_of(alarm.subject)
    if alarm.code == "jobs.failed":
        text = _("The job %(job)s failed.") % {"job": kind}
        return Attention(text, _("Its page says why."), f"{listed}?state={State.FAILED}", "bad")
    if alarm.code == "jobs.silent":
        why = _("Is its schedule switched on, and does a worker run?")
        return Attention(_("The job %(job)s gives no sign of life.") % {"job": kind}, why, listed, "bad")
    late = int(alarm.figures.get("count", 0))
    text = trouble_words("overdue", late, shown=formats.number(late))
    return Attention(text, _("Does a worker run?"), f"{listed}?state={State.WAITING}", "warn")


def _look_at_webhooks(now: datetime) -> Iterator[Alarm]:
    long = Q(failing_since__lte=now - FAILS_LONG, stopped="")
    ended = Q(stopped__in=[Stop.FAILING, Stop.GONE])
    for number, stopped in WebhookEndpoint.objects.filter(long | ended).values_list("id", "stopped"):
        yield Alarm("webhooks.stopped" if stopped else "webhooks.failing", str(number))


def _tell_of_webhooks(alarm: Alarm, _formats: Formats) -> Attention:
    desk = reverse("admin:records_webhookendpoint_changelist")
    if alarm.code == "webhooks.stopped":
        text = _("A webhook endpoint was stopped because it failed.")
        why = _("Nothing is told there any more. An administrator starts it again and sends what failed.")
        return Attention(text, why, "", "bad", desk)
    text = _("A webhook endpoint has not taken anything for an hour.")
    why = _("Messages wait and are tried again; after two days it is stopped.")
    return Attention(text, why, "", "warn", desk)


# Home counts the first two by itself, as they are this moment.
WORK = Watch(
    codes=frozenset({"jobs.failed", "jobs.overdue"}), look=_look_at_work, tell=_tell_of_work, at_home=False
)
SILENCE = Watch(codes=frozenset({"jobs.silent"}), look=_look_at_schedules, tell=_tell_of_work)
WEBHOOKS = Watch(
    codes=frozenset({"webhooks.failing", "webhooks.stopped"}),
    look=_look_at_webhooks,
    tell=_tell_of_webhooks,
)
