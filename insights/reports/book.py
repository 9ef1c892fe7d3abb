"""One look at a brand as a workbook: an overview, a sheet for each question, the comments (Exports, W3)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from insights.models.words import (
    MODULE_STATE_LABELS,
)
from insights.modules import Module
from insights.modules.summary import Summary
from insights.reports.panels import Look, Panel, panel
from insights.reports.paper import network_of, period_of, read_by, sample_of
from insights.reports.sheets import SHEETS
from insights.reports.tables import comment_headings, comment_rows
from insights.reports.words import EMOTIONS, MODULES
from tenants.display.books import Block, Page, Ratio
from tenants.display.exports import MOST_ROWS_OF_A_WORKBOOK

COMMENT_WIDTHS = {0: 18, 1: 12, 2: 20, 3: 80, 4: 8, 5: 14, 6: 10, 7: 40, 8: 14, 17: 48}


def pages_of(look: Look, *, organisation: str, now: datetime) -> Iterator[Page]:
    """Yield every sheet, the comments last. Numbers are those of the modules, unrounded by no one twice."""
    panels = {module: panel(look, module) for module in Module}
    yield _overview(look, panels, organisation=organisation, now=now)
    for module, found in panels.items():
        yield _module(look, module, found)
    yield _comments(look)


def _overview(look: Look, panels: dict[Module, Panel], *, organisation: str, now: datetime) -> Page:
    first = panels[Module.SUMMARY].told.facts
    blocks = [
        Block((), _facts(look, organisation=organisation, now=now)),
        Block((_("Figure"), _("Value")), _kpis(look)),
        Block((), [(said,) for said in first], str(MODULES[Module.SUMMARY])),
        Block(
            (
                _("Module"),
                _("State"),
                _("Labelled comments"),
                _("Coverage"),
                _("Small sample"),
                _("Remarks"),
            ),
            [_state(found) for found in panels.values() if found.result],
            _("Modules"),
        ),
    ]
    ficha = look.chosen.ficha
    return Page(
        _("Overview"), blocks, f"{ficha.brand_name} · {_('Audience report')}", widths={0: 34, 1: 26, 5: 60}
    )


def _facts(look: Look, *, organisation: str, now: datetime) -> list[tuple[str, Any]]:
    chosen, labelled, stored = look.chosen, look.labelled, look.stock.comments
    return [
        (_("Organisation"), organisation),
        (_("Brand"), chosen.ficha.brand_name),
        (_("Period"), period_of(chosen, look.formats)),
        (_("Network"), network_of(chosen)),
        (_("Clock"), chosen.ficha.timezone),
        (_("Stored comments"), stored),
        (_("Labelled comments"), labelled),
        (_("Coverage"), Ratio(labelled / stored) if stored else None),
        (_("Posts"), look.published),
        (_("Read by"), read_by(look)),
        (_("Last analysis"), chosen.ficha.last_analysis_timestamp),
        (_("Made"), now),
    ]


def _kpis(look: Look) -> list[tuple[str, Any]]:
    found: Summary | None = look.found(Module.SUMMARY)
    if found is None:
        return []
    kpis = found.kpis
    return [
        (_("Positive, %"), kpis.sentimiento_positivo_pct),
        (_("Negative, %"), kpis.sentimiento_negativo_pct),
        (_("Neutral, %"), kpis.sentimiento_neutral_pct),
        (_("Mixed, %"), kpis.sentimiento_mixto_pct),
        (_("Dominant emotion"), kpis.emocion_dominante and str(EMOTIONS[kpis.emocion_dominante])),
        (_("Main topic"), kpis.tema_principal),
        (_("Key voices"), kpis.influenciadores),
        (_("Opportunities"), kpis.oportunidades),
    ]


def _state(found: Panel) -> tuple[Any, ...]:
    result = found.result
    if result is None:
        return (found.title,)
    covered = None if result.cobertura is None else Ratio(result.cobertura)
    remarks = " · ".join((*found.remarks, *([found.trouble] if found.trouble else [])))
    small = _("Yes") if result.muestra_insuficiente else _("No")
    return found.title, str(MODULE_STATE_LABELS[result.estado]), result.n, covered, small, remarks


def _module(look: Look, module: Module, found: Panel) -> Page:
    results = look.found(module)
    notes = [found.question, found.trouble or sample_of(found, look.formats)]
    return Page(
        name=f"{module.value} {MODULES[module]}",
        blocks=SHEETS[module](results) if results is not None else (),
        title=found.title,
        notes=[note for note in notes if note],
    )


def _comments(look: Look) -> Page:
    stored = len(look.view.comments)
    rows = islice(comment_rows(look.view), MOST_ROWS_OF_A_WORKBOOK)
    return Page(
        name=_("Comments"),
        blocks=[Block(comment_headings(), rows)],
        notes=_cut(look, min(stored, MOST_ROWS_OF_A_WORKBOOK), stored),
        widths=COMMENT_WIDTHS,
        is_list=True,
    )


def _cut(look: Look, shown: int, stored: int) -> list[str]:
    """Say that there are more, never leave it to be found out (W3)."""
    if shown == stored:
        return []
    counts = {"shown": look.formats.number(shown), "stored": look.formats.number(stored)}
    return [
        _("The newest %(shown)s of %(stored)s comments. All of them are in the list of comments (CSV).")
        % counts
    ]
