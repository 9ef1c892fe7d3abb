"""One look at a brand as a report to hand over: what the tabs show, on A4 (Exports, N14)."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insights.models.words import ENGINE_LABELS, PLATFORM_LABELS
from insights.modules import Module
from insights.reports.looking import Chosen
from insights.reports.panels import OVERVIEW_MODULES, Look, Panel, at_tab, panel
from insights.reports.story import Story, story
from insights.rules import Engine
from tenants.display.formats import NOTHING, Formats
from tenants.display.pdf import Cited, Figure, Report, Section
from tenants.display.pdf.report import figure_of, sheet_of, shortened, small_figure_of


def report_of(look: Look, *, organisation: str, now: datetime) -> Report:
    """Return the document of a look, in the reader's language. No query beside the brand's own."""
    first = story(look)
    period = period_of(look.chosen, look.formats)
    brand = look.chosen.ficha.brand_name
    return Report(
        language=(get_language() or "es").split("-")[0],
        organisation=organisation,
        kind=_("Audience report"),
        title=brand,
        subtitle=f"{period} · {network_of(look.chosen)}",
        running=f"{organisation[:40]} · {brand[:40]} · {period}",
        facts=facts_of(look, now=now),
        headline=first.headline if first else panel(look, Module.SUMMARY).trouble,
        figures=tuple((one.label, one.value, one.change) for one in first.figures) if first else (),
        findings=_findings(first) if first else (),
        overview=_overview(look),
        sections=tuple(_section(look, module) for module in Module if module is not Module.SUMMARY),
    )


def facts_of(look: Look, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of all that a reader must know before the first figure."""
    chosen = look.chosen
    formats = local(look.formats, chosen)
    last = chosen.ficha.last_analysis_timestamp
    return (
        (_("Period"), period_of(chosen, formats)),
        (_("Network"), network_of(chosen)),
        (_("Clock"), chosen.ficha.timezone),
        (_("Labelled comments"), _coverage(look)),
        (_("Posts"), formats.number(look.published)),
        (_("Read by"), read_by(look)),
        (_("Last analysis"), formats.moment(last) if last else NOTHING),
        (_("Made"), formats.moment(now)),
    )


def period_of(chosen: Chosen, formats: Formats) -> str:
    """Say which days a look is of, on the brand's clock; moments to the minute where days do not say it."""
    formats = local(formats, chosen)
    say = formats.moment if chosen.moments else formats.day
    start, end = chosen.start, chosen.end
    if start and end:
        return f"{say(start)} – {say(end)}"
    if start:
        return _("From %(day)s on") % {"day": say(start)}
    return _("Up to %(day)s") % {"day": say(end)} if end else _("The whole history")


def read_by(look: Look) -> str:
    """Name who made the labels of a look; who would make them when there is none."""
    engines = [engine for engine in Engine if engine in look.stock.engines]
    engines = engines or [look.results[Module.EMOTIONS].metadata.engine]
    return ", ".join(str(ENGINE_LABELS[engine]) for engine in engines)


def network_of(chosen: Chosen) -> str:
    """Name the platform of a look."""
    return str(PLATFORM_LABELS[chosen.platform]) if chosen.platform else _("All networks")


def sample_of(found: Panel, formats: Formats) -> str:
    """Say over how many comments a panel was reckoned, and what is to be known about them."""
    result = found.result
    if result is None or found.trouble:
        return ""
    share = [] if result.cobertura is None else [formats.percent(result.cobertura)]
    counted = _("n = %(count)s") % {"count": formats.number(result.n)}
    covered = [_("%(share)s of all") % {"share": one} for one in share]
    return " · ".join((counted, *covered, *found.remarks))


def local(formats: Formats, chosen: Chosen) -> Formats:
    """Return the reader's formats on the brand's own clock."""
    return replace(formats, timezone=chosen.ficha.timezone)


def _findings(first: Story) -> tuple[str, ...]:
    texts = [one.text for one in (*first.findings, *first.turns)]
    return (*texts, first.missing) if first.missing else tuple(texts)


def _overview(look: Look) -> tuple[Figure, ...]:
    panels = (panel(look, module) for module in OVERVIEW_MODULES)
    return tuple(small_figure_of(chart, look.formats) for found in panels for chart in found.charts)


def _section(look: Look, module: Module) -> Section:
    found = panel(at_tab(look, module.key), module)
    table = found.told.table
    is_bare = not (found.trouble or found.charts or found.told.facts or (table and table.rows))
    return Section(
        title=found.title,
        question=found.question,
        sample=sample_of(found, look.formats),
        trouble=found.trouble,
        facts=(_("Nothing stands out in these days."),) if is_bare else found.told.facts,
        # A table of the tab says what its chart's own would say, and more.
        figures=tuple(figure_of(chart, look.formats, with_sheet=not table) for chart in found.charts),
        sheet=sheet_of(table, look.formats) if table else None,
        quotes=tuple(Cited(shortened(quote.text), quote.label) for quote in found.told.quotes),
    )


def _coverage(look: Look) -> str:
    formats, labelled, stored = look.formats, look.labelled, look.stock.comments
    if not stored:
        return formats.number(0)
    counts = {"labelled": formats.number(labelled), "stored": formats.number(stored)}
    return _("%(labelled)s of %(stored)s") % counts + f" ({formats.percent(labelled / stored)})"
