"""The states of a job, and how long silence is tolerated."""

import enum
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tenants.rules import LEAVES_NOTHING, RefusalKind, Refused


class State(enum.StrEnum):
    """Where a job stands. Three ends, two live states."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Tuples, since they stand in constraints and a set would reorder them in migrations.
LIVE = (State.WAITING, State.RUNNING)
ENDED = (State.COMPLETED, State.FAILED, State.CANCELLED)

STATE_LABELS = {
    State.WAITING: _("Waiting"),
    State.RUNNING: _("Running"),
    State.COMPLETED: _("Completed"),
    State.FAILED: _("Failed"),
    State.CANCELLED: _("Cancelled"),
}

# Shown as "no signal"; taken over only after the lease (W2, J4).
QUIET_AFTER = timedelta(seconds=60)
# What the overviews call trouble: work nobody takes, and failures that are still news.
OVERDUE_AFTER = timedelta(minutes=5)
FAILED_LATELY = timedelta(days=1)
ERROR_LENGTH = 2000


def trouble_words(trouble: str, count: int, *, shown: str) -> str:
    """Say how many jobs are in which trouble: failed, silent or overdue; `shown` is the count as written."""
    words = {
        "failed": ngettext(
            "%(count)s job failed since yesterday", "%(count)s jobs failed since yesterday", count
        ),
        "silent": ngettext(
            "%(count)s job gives no sign of life", "%(count)s jobs give no sign of life", count
        ),
        "overdue": ngettext(
            "%(count)s job waits for more than 5 minutes",
            "%(count)s jobs wait for more than 5 minutes",
            count,
        ),
    }
    return words[trouble] % {"count": shown}


class JobKind(enum.StrEnum):
    """The jobs of the job app itself."""

    MIRROR_SCHEDULES = "jobs.mirror_schedules"


class AlreadyLive(Refused):
    """A job of this kind is waiting or running for the same subject (J5)."""

    code = "job_already_live"
    message = _("Such a job is already waiting or running.")


class NotCancellable(Refused):
    """The job has ended already."""

    code = "job_ended"
    message = _("The job has already ended.")


class UnknownJob(Refused):
    """There is no such job in this tenant."""

    code = "job_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such job.")


class LeaseLost(Exception):
    """Another worker took the job over: stop and write nothing (J3)."""


class Cancelled(Exception):
    """Somebody asked for the end; obeyed between two chunks (J7)."""


class GaveWay(Exception):
    """Another tenant waits and the time slice is over, or the worker or the tenant is about to go (J8)."""


def cancelling_words(kind: str) -> str:
    """Say what becomes of a job of a kind that was just cancelled (W2)."""
    if kind in LEAVES_NOTHING:
        return str(_("Cancelling. Nothing is kept: half a file is none."))
    return str(_("Cancelling. What is done until then is kept."))
