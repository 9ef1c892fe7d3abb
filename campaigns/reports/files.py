"""What a page of campaigns shows as a file to hand over: on paper, or as a workbook (Exports)."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from campaigns.models import Campaign
from campaigns.queries.choosing import Choice
from campaigns.reports import campaign_book, campaign_paper, dashboard_book, dashboard_paper
from campaigns.reports.campaign import DRAWN_DAYS, PROMISED_DAYS, campaign_look
from campaigns.reports.dashboard import DashboardLook, Named, dashboard_look
from tenants.display.books import exported_book
from tenants.display.exports import ReportType, file_name
from tenants.display.formats import Formats
from tenants.display.pdf import pdf_file


def campaign_file(
    campaign: Campaign,
    type: ReportType,
    *,
    start: date | None,
    end: date | None,
    formats: Formats,
    organisation: str,
    now: datetime,
) -> HttpResponseBase:
    """Return a campaign and its calls of some days as a download. As many queries as its page.

    Raises NotSet for a PDF that cannot be made.
    """
    most = PROMISED_DAYS if type is ReportType.XLSX else DRAWN_DAYS
    look = campaign_look(campaign=campaign, start=start, end=end, formats=formats, now=now, promised=most)
    zone = ZoneInfo(look.choice.zone)
    name = file_name(campaign.name, now=now, zone=zone)
    told: dict[str, Any] = {"organisation": organisation, "now": now}
    if type is ReportType.PDF:
        return pdf_file(campaign_paper.report_of(look, formats, **told), name=name)
    return exported_book(name=name, pages=campaign_book.pages_of(look, formats, **told), zone=zone)


def dashboard_file(
    choice: Choice,
    named: Named,
    type: ReportType,
    *,
    formats: Formats,
    organisation: str,
    now: datetime,
) -> HttpResponseBase:
    """Return what campaigns came to on the days of a choice as a download. Fewer queries than its page.

    Raises NotSet for a PDF that cannot be made.
    """
    zone = ZoneInfo(choice.zone)
    name = file_name(named.title, now=now, zone=zone)
    told: dict[str, Any] = {"organisation": organisation, "now": now}
    if type is ReportType.PDF:
        look = _look(choice, formats, dashboard_paper.MOST_CAMPAIGNS)
        return pdf_file(dashboard_paper.report_of(look, named, formats, **told), name=name)
    look = _look(choice, formats, dashboard_book.MOST_CAMPAIGNS)
    pages = dashboard_book.pages_of(look, named, formats, **told)
    return exported_book(name=name, pages=pages, zone=zone)


def _look(choice: Choice, formats: Formats, most: int) -> DashboardLook:
    return dashboard_look(choice=choice, formats=formats, most=most, is_handed_over=True)
