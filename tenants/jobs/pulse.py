"""Does work go on? What a machine that watches this installation is told (S12)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import ChannelError, OperationalError

from tenants.jobs.models import Job, in_service
from tenants.jobs.rules import LIVE, State
from tenants.models import Ticket
from tenants.rules import JobKind

log = logging.getLogger(__name__)
SWEEPER = "jobs_sweeper"
# The sweeper sends again what waits, every ten seconds: who is due for this long finds no worker.
LATE = timedelta(minutes=2)
# The scheduler writes down what it ran every three minutes.
QUIET = timedelta(minutes=10)
BROKER_SECONDS = 2
# A daily backup, and an hour for making it (S18).
BACKUP_OLD = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds that the oldest due job waits (None: none is due) and since the beat ran (None: never)."""

    oldest_due_s: int | None
    beat_s: int | None
    # Since the newest verified daily backup was begun (None: none yet); watched where one is set up.
    backup_s: int | None = None
    has_backups: bool = False

    @property
    def is_well(self) -> bool:
        """Whether workers take what is due, the beat beats and the backup is young enough."""
        is_late = (self.oldest_due_s or 0) > LATE.total_seconds()
        beats = self.beat_s is not None and self.beat_s <= QUIET.total_seconds()
        return not is_late and beats and not self.backup_is_old

    @property
    def backup_is_old(self) -> bool:
        """Whether daily backups are set up and the newest verified one is older than 25 hours (S18)."""
        age = self.backup_s
        return self.has_backups and (age is None or age > BACKUP_OLD.total_seconds())


def backup_words(age_s: int | None) -> str:
    """Say that the newest verified backup is too old, in the reader's language."""
    if age_s is None:
        return _("The daily backup is not made: there is none yet")
    return _("The newest backup is %(hours)d hours old") % {"hours": age_s // 3600}


def pulse(*, now: datetime) -> Pulse:
    """Return how work goes on in the whole installation. Three queries, public scope."""
    # What an organisation out of service left waiting is handed to nobody: no worker is missing.
    handed = Ticket.objects.filter(in_service(), state__in=LIVE, due_at__lte=now)
    due = handed.aggregate(since=Min("due_at"))["since"]
    beat = PeriodicTask.objects.filter(name=SWEEPER).values_list("last_run_at", flat=True).first()
    backup = newest_backup()
    return Pulse(
        _seconds(due, now), _seconds(beat, now), _seconds(backup, now), settings.BACKUP_DIR is not None
    )


def newest_backup() -> datetime | None:
    """Return when the newest daily backup was begun that was written and read again. Public scope."""
    done = Job.objects.filter(kind=JobKind.BACK_UP, state=State.COMPLETED).order_by("-id")
    return done.values_list("started_at", flat=True).first()


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
