"""Limbo: which leads are stuck where, week by week and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.queries import limbo as leads
from identity.queries.audit import AuditWeek, weekly_audit
from identity.queries.leads import has_leads
from identity.queries.limbo import LimboRow
from identity.queries.money import currency
from identity.queries.words import ACTION_LABELS, LIMBO_REASON_LABELS, STAGE_LABELS
from identity.reports import addresses, charts
from identity.reports.words import REASONS_OF
from identity.rules import LimboStage, NextAction
from identity.views import choosing, files
from identity.views.choosing import PAGE, Chosen
from tenants.display import asked
from tenants.display.charts import Spark
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.home import Change, Tile

WEEKS = ("12", "26", "52")


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead's line, with its codes in words."""

    lead: LimboRow
    stage: str
    reason: str
    next_step: str
    is_idle: bool


@require_safe
def limbo(request: HttpRequest) -> HttpResponse:
    """Show stuck leads over `weeks` weeks, and those that `stage`, `reason`, `week`, dates name (W6)."""
    formats, chosen = formats_for(request), choosing.chosen(request)
    count = asked.one_of(request, "weeks", WEEKS, "12")
    if not has_leads():
        return render(request, "identity/limbo.html", {"is_empty": True})
    page = _list(chosen, count) | _trends(int(count), formats)
    page |= {"stages": STAGE_LABELS.items(), "reasons": _reasons(chosen.stage), "weeks": WEEKS}
    return render(request, "identity/limbo.html", page | {"chosen": chosen, "shown_weeks": count})


def _list(chosen: Chosen, count: str) -> dict[str, object]:
    found = leads.limbo(chosen=chosen.choice, limit=PAGE, offset=chosen.offset)
    kept, total = chosen.params | {"weeks": count}, found.summary.total
    return {
        "rows": [_listed(row) for row in found.rows],
        "summary": found.summary,
        "currency": currency(),
        "files": files.addresses("limbo", chosen.params),
        "pages": choosing.pages(kept, offset=chosen.offset, shown=len(found.rows), total=total),
    }


def _trends(count: int, formats: Formats) -> dict[str, object]:
    """Return the chart of the last weeks, and of all leads how many are in each stage."""
    weeks = weekly_audit()
    today = timezone.localdate(timezone=formats.zone)
    first = today - timedelta(weeks=count)
    shown = sorted((w for w in weeks if w.week_start and w.week_start > first), key=_week_start)
    whole = _whole_weeks(weeks, today)
    tiles = [
        _tile(stage, weeks, _change(whole, stage), _spark(shown, stage, formats)) for stage in LimboStage
    ]
    return {"chart": charts.limbo(shown, formats), "tiles": tiles}


def _whole_weeks(weeks: Sequence[AuditWeek], today: date) -> tuple[AuditWeek | None, ...]:
    """Return the last whole week and the one before, None without leads; nothing if all leads are younger."""
    starts = {week.week_start: week for week in weeks if week.week_start}
    last = today - timedelta(days=today.weekday() + 7)
    before = last - timedelta(weeks=1)
    if not any(start <= before for start in starts):
        return ()
    return starts.get(last), starts.get(before)


def _week_start(week: AuditWeek) -> str:
    return str(week.week_start)


def _tile(stage: LimboStage, weeks: Sequence[AuditWeek], change: Change | None, spark: Spark | None) -> Tile:
    return Tile(
        str(STAGE_LABELS[stage]),
        sum(week.of_stage(stage) for week in weeks),
        addresses.leads(stage=stage),
        change,
        _("in the last whole week, against the one before"),
        spark=spark,
    )


def _change(whole: Sequence[AuditWeek | None], stage: LimboStage) -> Change | None:
    if not whole or stage is LimboStage.NO_LEAD_DATE:
        return None
    now, before = (week.of_stage(stage) if week else 0 for week in whole)
    if stage is LimboStage.OK:
        return Change(now, before, "calm")
    return Change(now, before, "calm" if now == before else "bad" if now > before else "good")


def _spark(weeks: Sequence[AuditWeek], stage: LimboStage, formats: Formats) -> Spark | None:
    if len(weeks) < 2 or stage is LimboStage.NO_LEAD_DATE:
        return None
    labels = tuple(formats.day(week.week_start) for week in weeks if week.week_start)
    key = f"spark-{stage.lower().replace('_', '-')}"
    return Spark(key, str(STAGE_LABELS[stage]), "", labels, tuple(week.of_stage(stage) for week in weeks))


def _reasons(stage: str) -> list[tuple[str, object]]:
    found = REASONS_OF[LimboStage(stage)] if stage else [one for each in REASONS_OF.values() for one in each]
    return [(str(reason), LIMBO_REASON_LABELS[reason]) for reason in found]


def _listed(row: LimboRow) -> Listed:
    return Listed(
        lead=row,
        stage=str(STAGE_LABELS[LimboStage(row.limbo_stage)]),
        reason=str(LIMBO_REASON_LABELS.get(row.reason_detail, row.reason_detail)),
        next_step=str(ACTION_LABELS[NextAction(row.next_action)]),
        is_idle=row.next_action == NextAction.NONE,
    )
