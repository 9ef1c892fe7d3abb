"""A report as any app may hand it over: a head, what matters first, sections with drawings and figures."""

from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.display.charts import Bars, Chart, Columns, Table
from tenants.display.formats import Formats
from tenants.display.pdf.typesetting import HERE, typeset

TEMPLATE = HERE / "templates" / "report.typ"
# Beyond these a table is a list, and lists are for workbooks.
ROWS_BESIDE, ROWS_BELOW = 12, 20
# So many short cells, as those of hours are, stand side by side.
SHORT, SHORT_ONES = 5, 18
LONGEST_TEXT = 700
# So many bars, with all states that people of a campaign can be in, stay on the first page; 15 leave it.
SMALL_BARS = 13
# These need the whole width of a page; the others share it with their figures, so many parts to one.
WIDE = frozenset({"columns", "lines", "scatter", "waterfall"})
PARTS = {"bars": 1.7}
NARROW = frozenset({"bars", "doughnut"})
IN_TIME = frozenset({"columns", "lines"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on paper. `is_figures`: all but the first column are numbers; `rest`: what was left out."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_figures: bool = True
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its figures below it when it is wide, else beside it, `parts` times as wide as they.

    `further`: the rest of figures that are too many for one width, each below the other.
    """

    title: str
    note: str
    svg: str
    is_wide: bool
    parts: float = 1.1
    sheet: Sheet | None = None
    further: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """Somebody's own words and what they stand for."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer, or the trouble that stands in its place."""

    title: str
    question: str = ""
    sample: str = ""
    trouble: str = ""
    facts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sheet: Sheet | None = None
    quotes: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole document; `running` stands below every page.

    facts: (name, value) of what was looked at. figures: (name, value, change against before or "").
    """

    language: str
    organisation: str
    kind: str
    title: str
    subtitle: str
    running: str
    facts: tuple[tuple[str, str], ...]
    headline: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[str, ...] = ()
    overview: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()


def report_pdf(report: Report) -> bytes:
    """Return the report as a PDF of A4 pages. Raises NotSet."""
    return typeset(TEMPLATE, values_of(report))


def values_of(report: Report) -> dict[str, Any]:
    """Return what the template is told: the report and the words around it."""
    words = {"overview": _("Overview"), "page": _("Page")}
    return asdict(report) | {"words": words}


def figure_of(chart: Chart, formats: Formats, *, with_sheet: bool = True) -> Figure:
    """Return a chart as paper shows it: drawn as on the page, with as many of its figures as fit."""
    sheet, *further = _figures(chart, formats) if with_sheet else [None]
    return Figure(
        title=chart.title,
        note=chart.description,
        svg=str(chart.svg(formats)),
        is_wide=chart.kind in WIDE,
        parts=PARTS.get(chart.kind, 1.1),
        sheet=sheet,
        further=tuple(one for one in further if one),
    )


def small_figure_of(chart: Chart, formats: Formats) -> Figure:
    """Return a chart for half the width of a page, drawn as for a phone where that keeps letters large."""
    small = _few(chart) if isinstance(chart, Bars) else chart
    drawn = str(small.narrow(formats) if chart.kind in NARROW else small.svg(formats))
    return Figure(chart.title, chart.description, drawn, chart.kind in WIDE)


def _few(chart: Bars) -> Bars:
    """Return bars of the largest categories in their order, the others summed up in the last."""
    largest = sorted(chart.categories, key=lambda one: -one.value)[: SMALL_BARS - 1]
    order = sorted(chart.categories, key=lambda one: one not in largest)
    return replace(chart, categories=tuple(order), limit=SMALL_BARS) if len(order) > SMALL_BARS else chart


def sheet_of(table: Table, formats: Formats, *, is_figures: bool = False) -> Sheet | None:
    """Return a table's first rows; None for an empty one."""
    most = ROWS_BESIDE if is_figures else ROWS_BELOW
    rows = tuple(tuple(shortened(cell) for cell in row) for row in table.rows[:most])
    rest = rest_words(len(table.rows) - len(rows), formats)
    return Sheet(table.headings, rows, is_figures, rest) if rows else None


def _figures(chart: Chart, formats: Formats) -> list[Sheet | None]:
    table = chart.table(formats)
    if chart.kind not in IN_TIME or not table.rows:
        return [sheet_of(table, formats, is_figures=True)]
    is_short = all(len(cell) <= SHORT for row in table.rows for cell in row)
    most, count = SHORT_ONES if is_short else ROWS_BESIDE, len(table.rows)
    if isinstance(chart, Columns) and chart.is_cycle:
        size = ceil(count / ceil(count / most))
        return [_across(table, table.rows[at : at + size]) for at in range(0, count, size)]
    # The newest are what a reader looks for.
    return [_across(table, table.rows[-most:], rest_words(max(count - most, 0), formats))]


def _across(table: Table, shown: tuple[tuple[str, ...], ...], rest: str = "") -> Sheet:
    """Return rows as columns: time runs to the right, below the drawing."""
    names, *columns = zip(*shown, strict=True)
    rows = tuple(zip(table.headings[1:], *zip(*columns, strict=True), strict=True))
    return Sheet((table.headings[0], *names), rows, True, rest)


def shortened(text: str) -> str:
    """Return a text as paper has room for."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip() + "…"


def rest_words(count: int, formats: Formats) -> str:
    """Say how many rows of the workbook were left out; "" for none."""
    if not count:
        return ""
    return ngettext(
        "%(count)s more row is in the workbook.", "%(count)s more rows are in the workbook.", count
    ) % {"count": formats.number(count)}
