"""How contacts stand as a report to hand over: the page's figures, charts and lists on A4 (Exports)."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas.reports.standing import Row, Standing
from tenants.display.charts import Chart
from tenants.display.formats import NOTHING
from tenants.display.pdf import Report, Section, Sheet, figures_of, told_tiles
from tenants.display.pdf.report import shortened, small_figure_of


def report_of(look: Standing, *, organisation: str) -> Report:
    """Return the document of a look, in the reader's language. No query."""
    title, source = _("Personas"), source_of(look)
    return Report(
        language=look.formats.language.split("-")[0],
        organisation=organisation,
        kind=_("Report of contacts"),
        title=title,
        subtitle=f"{source} · {look.formats.day(look.now)}",
        running=f"{organisation[:40]} · {title} · {source[:60]}",
        facts=_facts(look),
        figures=told_tiles(look.tiles, look.formats),
        overview=tuple(small_figure_of(chart, look.formats) for chart in (look.shares, look.ring)),
        sections=tuple(_sections(look)),
    )


def source_of(look: Standing) -> str:
    """Say where the contacts of a look came from."""
    return look.choice.source or _("All sources")


def compared_with(look: Standing) -> str:
    """Say what the figures are held against, or why against nothing."""
    days = look.choice.days
    return look.uncompared or ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}


def growth_over(look: Standing) -> str:
    """Say over how many months connections are told."""
    months = look.choice.months
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


def share_headings() -> tuple[str, ...]:
    """Name what is known of a persona."""
    return (
        _("Persona"),
        _("Contacts"),
        _("Share"),
        _("Contacts before"),
        _("With a job title"),
        _("Decided by hand"),
    )


def _facts(look: Standing) -> tuple[tuple[str, str], ...]:
    moment, latest = look.formats.moment, look.latest
    return (
        (_("Source"), source_of(look)),
        (_("Compared with"), compared_with(look)),
        (_("Growth over"), growth_over(look)),
        (_("Clock"), look.formats.timezone),
        (_("Keywords counted"), moment(latest.computed_at) if latest else NOTHING),
        (_("Made"), moment(look.now)),
    )


def _sections(look: Standing) -> Iterator[Section]:
    yield Section(look.shares.title, look.shares.description, sheet=_shares(look))
    yield _drawn(look, look.growth)
    yield _drawn(look, look.connected)
    later = _("Figures are kept every six hours. The line begins with the second day.")
    yield _by_day(look, look.coverage, _("Coverage by day"), later)
    later = _("Contacts are counted as they come and change. The line begins with the second day.")
    yield _by_day(look, look.by_day, _("Contacts by persona and day"), later)
    yield from _lists(look)


def _lists(look: Standing) -> Iterator[Section]:
    title, nothing = _("Keywords that win most"), _("No keyword has won a contact yet.")
    yield _counted(look, title, _("Those that decided the persona."), _("Keyword"), look.keywords, nothing)
    yield _unused(look)
    title, nothing = _("Frequent titles without a keyword"), _("Every title has a persona of its own.")
    default = _("The default persona holds what no keyword matches.")
    yield _counted(look, title, default, _("Title"), look.unclassified, nothing)
    title, nothing = _("Companies with most contacts"), _("No contact has a company yet.")
    yield _counted(look, title, _("As the contacts name them."), _("Company"), look.companies, nothing)


def _shares(look: Standing) -> Sheet:
    number, percent, whole = look.formats.number, look.formats.percent, look.seen.contacts.now
    rows = (
        (
            shortened(one.name),
            number(one.contacts),
            percent(one.contacts / whole),
            NOTHING if one.contacts_before is None else number(one.contacts_before),
            number(one.with_title),
            number(one.held),
        )
        for one in look.seen.shares
    )
    return Sheet(share_headings(), tuple(rows))


def _drawn(look: Standing, chart: Chart) -> Section:
    return Section(chart.title, figures=figures_of([chart], look.formats))


def _by_day(look: Standing, chart: Chart | None, title: str, later: str) -> Section:
    if chart:
        return _drawn(look, chart)
    return Section(title, facts=(later,))


def _counted(
    look: Standing, title: str, question: str, heading: str, rows: Iterable[Row], nothing: str
) -> Section:
    told = tuple((shortened(row.label), look.formats.number(row.contacts)) for row in rows)
    sheet = Sheet((heading, _("Contacts")), told) if told else None
    return Section(title, question, facts=() if told else (nothing,), sheet=sheet)


def _unused(look: Standing) -> Section:
    title, told = _("Keywords without a contact"), tuple(look.unused)
    if told:
        sheet = Sheet((_("Keyword"), _("Persona")), told, is_figures=False)
        return Section(title, _("Among the contacts of all sources."), sheet=sheet)
    later = _("They are counted every six hours, soon for the first time.")
    return Section(title, facts=(_("Every keyword matches somebody.") if look.latest else later,))
