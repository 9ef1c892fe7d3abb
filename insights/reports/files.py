"""A look at a brand as a file to take away: the figures of its page, on paper or as a workbook (Exports)."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from insights.reports.book import pages_of
from insights.reports.looking import OVERVIEW, Chosen
from insights.reports.panels import look_of
from insights.reports.paper import report_of
from tenants.display.books import exported_book
from tenants.display.exports import ReportType, file_name
from tenants.display.formats import Formats
from tenants.display.pdf import pdf_file


def report_file(
    chosen: Chosen, type: ReportType, *, formats: Formats, organisation: str, now: datetime
) -> HttpResponseBase:
    """Return the download of a look, all tabs of it. Raises NotSet for a PDF that cannot be made.

    A PDF asks what its page asks and one query more; a workbook reads the comments too, four more.
    """
    look = look_of(replace(chosen, tab=OVERVIEW), formats)
    zone = ZoneInfo(chosen.ficha.timezone)
    name = file_name(chosen.ficha.brand_name, now=now, zone=zone)
    if type is ReportType.XLSX:
        return exported_book(name=name, pages=pages_of(look, organisation=organisation, now=now), zone=zone)
    return pdf_file(report_of(look, organisation=organisation, now=now), name=name)
