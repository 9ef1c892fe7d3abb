"""One look at the red backlog: the page shows it, its PDF and workbook hand it over, so none disagrees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from identity.queries.alerts import alerts
from identity.queries.backlog import (
    WEEK_DAYS,
    BacklogDay,
    MatchedLately,
    RecoveryVerdict,
    backlog_days,
    judged,
    matched_lately,
    standing,
    verdict,
)
from identity.queries.job_health import WATCHED
from identity.queries.leads import check_leads
from identity.queries.red_reasons import RedReasons, first_day, red_reasons
from identity.queries.words import LIMBO_REASON_LABELS
from identity.reports import addresses, alerting, charts, verdicts
from identity.rules import JobKind, LimboStage
from tenants.display.charts import Bars, Columns
from tenants.display.formats import Formats
from tenants.display.home import Attention, Change, Tile, Tone
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.runner import label_of

SHOWN_JOBS = (*WATCHED, JobKind.IMPORT)
# What jobs call the leads they linked.
LINKED = ("matched", "newly_linked", "linked")
MOVES = ("new_backlog_in", "matched_out", "other_out", "net_change")


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


@dataclass(frozen=True, slots=True)
class Recovery:
    """How recovery stands at `now`: `shown` are the days asked for, oldest first."""

    now: datetime
    formats: Formats
    shown: tuple[BacklogDay, ...]
    verdict: RecoveryVerdict
    red: RedReasons | None
    lately: MatchedLately
    alerts: tuple[Attention, ...]
    jobs: tuple[JobRow, ...]

    @property
    def params(self) -> dict[str, str]:
        """What an address names the look by (W6)."""
        return {"days": str(len(self.shown))}

    @property
    def told(self) -> verdicts.Told:
        """The verdict in words."""
        return verdicts.told(self.verdict, self.formats)

    @property
    def tiles(self) -> list[Tile]:
        """The figures of today against those of yesterday."""
        return _tiles(self.shown)

    @property
    def backlog(self) -> Columns:
        """The chart of the days."""
        return charts.backlog(self.shown, self.formats)

    @property
    def reasons(self) -> Bars | None:
        """The chart of why leads are red; None while none is."""
        return charts.reasons(self.red) if self.red else None

    @property
    def rows(self) -> list[DayRow]:
        """All shown days, newest first."""
        return [_row(day) for day in reversed(self.shown)]

    @property
    def week(self) -> list[DayRow]:
        """The last seven days, newest first."""
        return self.rows[:WEEK_DAYS]

    @property
    def total(self) -> BacklogDay:
        """The last seven days as one."""
        return together(self.shown[-WEEK_DAYS:])


def recovery(*, days: int, now: datetime, formats: Formats) -> Recovery:
    """Return how recovery stands over the last `days` days. Raises NoLeads."""
    check_leads()
    shown, stands = backlog_days(days=days), standing()
    return Recovery(
        now=now,
        formats=formats,
        shown=shown,
        verdict=verdict(days=judged(shown, first=first_day()), standing=stands),
        red=red_reasons() if stands.red else None,
        lately=matched_lately(now=now),
        alerts=tuple(alerting.attention(alerts(now=now), formats)),
        jobs=_jobs(now),
    )


def together(days: Sequence[BacklogDay]) -> BacklogDay:
    """Return days that follow one another as if they were one; no reason is that of all."""
    moved = {name: sum(getattr(day, name) for day in days) for name in MOVES}
    start, end = days[0].backlog_start, days[-1].backlog_end
    return replace(days[-1], backlog_start=start, backlog_end=end, top_fail_reason=None, **moved)


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


def _row(day: BacklogDay) -> DayRow:
    return DayRow(day, str(LIMBO_REASON_LABELS[day.top_fail_reason]) if day.top_fail_reason else "")


def _jobs(now: datetime) -> tuple[JobRow, ...]:
    newest = {job.kind: job for job in jobs.newest_of_each_kind()}
    coming = jobs.next_runs(now=now)
    return tuple(_job(kind, newest.get(kind), coming.get(kind)) for kind in SHOWN_JOBS)


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
