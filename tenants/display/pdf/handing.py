"""A page handed over as a PDF: its tiles and charts as they stand there, by the same values (Exports)."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tenants.display.charts import Chart
from tenants.display.formats import NOTHING, Formats
from tenants.display.home import Tile
from tenants.display.pdf.report import Figure, Report, figure_of, report_pdf


def told_tiles(tiles: Iterable[Tile], formats: Formats) -> tuple[tuple[str, str, str], ...]:
    """Return (name, value, change or "") of each tile, in the words of its page."""
    return tuple((tile.label, _value(tile, formats), _change(tile, formats)) for tile in tiles)


def figures_of(charts: Iterable[Chart | None], formats: Formats) -> tuple[Figure, ...]:
    """Return charts with their figures, as paper shows them; None is a chart that its page leaves out."""
    return tuple(figure_of(chart, formats) for chart in charts if chart is not None)


def pdf_file(report: Report, *, name: str) -> HttpResponse:
    """Return a report as a download; `name` has no ending. Raises NotSet."""
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.pdf")}
    return HttpResponse(report_pdf(report), content_type="application/pdf", headers=headers)


def _value(tile: Tile, formats: Formats) -> str:
    return NOTHING if tile.value is None else formats.number(tile.value, tile.places)


def _change(tile: Tile, formats: Formats) -> str:
    return " ".join(filter(None, (tile.change.words(formats), str(tile.since)))) if tile.change else ""
