"""The manager's page: does the red backlog fall, if not why, and how the work on it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.queries.alerts import alerts
from identity.queries.backlog import (
    WEEK_DAYS,
    BacklogDay,
    backlog_days,
    judged,
    matched_lately,
    standing,
    verdict,
)
from identity.queries.job_health import WATCHED
from identity.queries.leads import has_leads
from identity.queries.red_reasons import first_day, red_reasons
from identity.queries.words import LIMBO_REASON_LABELS
from identity.rules import JobKind, LimboStage
from identity.views import addresses, alerting, charts, verdicts
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.home import Change, Tile, Tone
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.runner import label_of

DAYS = ("7", "14", "30", "90")
SHOWN_JOBS = (*WATCHED, JobKind.IMPORT)
# What jobs call the leads they linked.
LINKED = ("matched", "newly_linked", "linked")


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the backlog as the table tells it; `reason` in words."""

    day: BacklogDay
    reason: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """A kind of job: its newest run, what that counted, when it runs next; None for what nobody said."""

    label: str
    job: Job | None
    at: datetime | None
    processed: int | None
    linked: int | None
    errors: int | None
    next_at: datetime | None


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the red backlog over `days` days, why it is red, and how jobs and alerts stand (W6)."""
    now, formats = timezone.now(), formats_for(request)
    days = int(asked.one_of(request, "days", DAYS, "14"))
    if not has_leads():
        return render(request, "identity/dashboard.html", {"is_empty": True})
    shown = backlog_days(days=days)
    page = _backlog(shown, formats) | _lately(shown, now) | _health(now, formats)
    return render(request, "identity/dashboard.html", page | {"days": DAYS, "chosen": str(days)})


def _backlog(shown: Sequence[BacklogDay], formats: Formats) -> dict[str, object]:
    now, days = standing(), judged(shown, first=first_day())
    return {
        "verdict": verdicts.told(verdict(days=days, standing=now), formats),
        "tiles": _tiles(shown),
        "backlog": charts.backlog(shown, formats),
        "reasons": charts.reasons(red_reasons()) if now.red else None,
    }


def _tiles(shown: Sequence[BacklogDay]) -> list[Tile]:
    today, before = shown[-1], shown[-2]
    since = _("against yesterday")
    red = addresses.leads(stage=LimboStage.NO_IDENTITY)
    return [
        Tile(_("Red now"), today.backlog_end, red, _change(today.backlog_end, before.backlog_end), since),
        Tile(
            _("In today"),
            today.new_backlog_in,
            "",
            _change(today.new_backlog_in, before.new_backlog_in),
            since,
        ),
        Tile(
            _("Matched by recovery today"),
            today.matched_out,
            "",
            _change(today.matched_out, before.matched_out, is_good=True),
            since,
        ),
        Tile(_("Out otherwise today"), today.other_out, "", Change(today.other_out, before.other_out), since),
    ]


def _change(now: int, before: int, *, is_good: bool = False) -> Change:
    tone: Tone = "calm" if now == before else "good" if (now > before) == is_good else "bad"
    return Change(now, before, tone)


def _lately(shown: Sequence[BacklogDay], now: datetime) -> dict[str, object]:
    week = shown[-WEEK_DAYS:]
    return {
        "week": [_row(day) for day in reversed(week)],
        "total": {
            name: sum(getattr(day, name) for day in week)
            for name in ("new_backlog_in", "matched_out", "other_out", "net_change")
        }
        | {"backlog_start": week[0].backlog_start, "backlog_end": week[-1].backlog_end},
        "lately": matched_lately(now=now),
    }


def _row(day: BacklogDay) -> DayRow:
    return DayRow(day, str(LIMBO_REASON_LABELS[day.top_fail_reason]) if day.top_fail_reason else "")


def _health(now: datetime, formats: Formats) -> dict[str, object]:
    newest = {job.kind: job for job in jobs.newest_of_each_kind()}
    coming = jobs.next_runs(now=now, zone=formats.zone)
    return {
        "alerts": alerting.attention(alerts(now=now), formats),
        "jobs": [_job(kind, newest.get(kind), coming.get(kind)) for kind in SHOWN_JOBS],
        "all_jobs": reverse("jobs:list"),
    }


def _job(kind: JobKind, newest: Job | None, next_at: datetime | None) -> JobRow:
    counted = {**newest.counters, **(newest.result or {})} if newest else {}
    return JobRow(
        label=label_of(kind),
        job=newest,
        at=(newest.finished_at or newest.started_at or newest.created_at) if newest else None,
        processed=_counted(counted, ("processed", "total_rows", "rows", "checked")),
        linked=_counted(counted, LINKED),
        errors=_counted(counted, ("errors", "failed_rows", "refused")),
        next_at=next_at,
    )


def _counted(counted: dict[str, object], names: Sequence[str]) -> int | None:
    found = (counted[name] for name in names if name in counted)
    return next((value for value in found if isinstance(value, int)), None)
