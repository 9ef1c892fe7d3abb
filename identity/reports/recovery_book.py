"""The red backlog as a workbook: the page's figures, typed and unrounded (Exports)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from identity.reports.recovery import Recovery
from identity.reports.recovery_paper import (
    day_headings,
    job_headings,
    judged_of,
    moved,
    period_of,
    state_of,
)
from tenants.display.books import Block, Page, Ratio

DAY_WIDTHS, ALERT_WIDTHS = {0: 16, 7: 40}, {0: 60, 1: 80}


def pages_of(look: Recovery, *, organisation: str) -> Iterator[Page]:
    """Yield every sheet: how it stands, the days, why leads are red, alerts, jobs. No query."""
    yield _overview(look, organisation=organisation)
    yield Page(_("Days"), [Block(day_headings(), _days(look))], widths=DAY_WIDTHS, is_list=True)
    yield Page(_("Reasons"), [Block((_("Reason"), _("Leads"), _("Share")), _reasons(look))])
    alerts = ((one.text, one.why) for one in look.alerts)
    yield Page(_("Alerts"), [Block((_("Alert"), _("Why it matters")), alerts)], widths=ALERT_WIDTHS)
    yield Page(_("Jobs"), [Block(job_headings(), _jobs(look))])


def _overview(look: Recovery, *, organisation: str) -> Page:
    told = look.told
    tiles = ((tile.label, tile.value, tile.change and tile.change.before) for tile in look.tiles)
    causes = (
        (why.label, Ratio(cause.share / 100), cause.leads, why.cure)
        for why, cause in zip(told.causes, look.verdict.causes, strict=True)
    )
    blocks = [
        Block((), _facts(look, organisation=organisation)),
        Block((_("Figure"), _("Today"), _("Yesterday")), tiles),
        Block((), [(said,) for said in (told.sentence, told.badge, *told.criteria)], _("Verdict")),
        Block((_("Cause"), _("Share"), _("Leads"), _("What helps")), causes),
    ]
    return Page(_("Overview"), blocks, f"{_('Red backlog')} · {_('Identity report')}", widths={0: 40, 1: 26})


def _facts(look: Recovery, *, organisation: str) -> list[tuple[str, Any]]:
    return [
        (_("Organisation"), organisation),
        (_("Period"), period_of(look)),
        (_("Judged days"), judged_of(look)),
        (_("Clock"), look.formats.timezone),
        (_("Matched in the last 24 hours"), look.lately.total),
        (_("Of them out of the red backlog"), look.lately.were_red),
        (_("Made"), look.now),
    ]


def _days(look: Recovery) -> Iterator[tuple[Any, ...]]:
    return ((row.day.metric_date, *moved(row.day), row.reason or None) for row in look.rows)


def _reasons(look: Recovery) -> Iterator[tuple[Any, ...]]:
    bars = look.reasons.categories if look.reasons else ()
    whole = sum(float(one.value) for one in bars)
    return ((one.label, one.value, Ratio(float(one.value) / whole)) for one in bars)


def _jobs(look: Recovery) -> Iterator[tuple[Any, ...]]:
    return (
        (row.label, state_of(row), row.processed, row.linked, row.errors, row.at, row.next_at)
        for row in look.jobs
    )
