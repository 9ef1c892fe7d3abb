"""Does work go on? What a machine that watches this installation is told (S12)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db.models import Min
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import ChannelError, OperationalError

from tenants.jobs.rules import LIVE
from tenants.models import Ticket

log = logging.getLogger(__name__)
SWEEPER = "jobs_sweeper"
# The sweeper sends again what waits, every ten seconds: who is due for this long finds no worker.
LATE = timedelta(minutes=2)
# The scheduler writes down what it ran every three minutes.
QUIET = timedelta(minutes=10)
BROKER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds that the oldest due job waits (None: none is due) and since the beat ran (None: never)."""

    oldest_due_s: int | None
    beat_s: int | None

    @property
    def is_well(self) -> bool:
        """Whether workers take what is due and the beat beats."""
        is_late = (self.oldest_due_s or 0) > LATE.total_seconds()
        return not is_late and self.beat_s is not None and self.beat_s <= QUIET.total_seconds()


def pulse(*, now: datetime) -> Pulse:
    """Return how work goes on in the whole installation. Two queries, public scope."""
    due = Ticket.objects.filter(state__in=LIVE, due_at__lte=now).aggregate(since=Min("due_at"))["since"]
    beat = PeriodicTask.objects.filter(name=SWEEPER).values_list("last_run_at", flat=True).first()
    return Pulse(_seconds(due, now), _seconds(beat, now))


def broker_answers() -> bool:
    """Say whether a message could be sent now; waits two seconds at most."""
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
            broker.default_channel.close()
    except (OperationalError, ChannelError, OSError) as error:
        log.warning("broker unreachable: %s", type(error).__name__)
        return False
    return True


def _seconds(since: datetime | None, now: datetime) -> int | None:
    return max(0, int((now - since).total_seconds())) if since else None
