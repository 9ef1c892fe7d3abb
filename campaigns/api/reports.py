"""Campaigns as files to take away: a row for each entry; the rows of a file that nobody is called for.

A workbook too large to be waited for is written by a job, for whoever may look (W13, S2).
"""

from datetime import date

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from campaigns import actions
from campaigns.models import Campaign
from campaigns.queries.tables import REPORT
from campaigns.reports.files import campaign_file
from tenants.api.files import listed
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.display.asked import day
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType, ReportType
from tenants.permissions import Capability, may
from tenants.queries import principal_of

WHEN = "A day (2026-11-21) of the campaign's clock, included; narrows the calls alone."
EXPORTED = [
    OpenApiParameter("format", str, enum=list(ReportType), description="pdf unless said otherwise."),
    OpenApiParameter("start_date", date, description=WHEN),
    OpenApiParameter("end_date", date, description=f"{WHEN} Not before start_date."),
]


def report_of(request: Request, campaign: Campaign, type: FileType) -> HttpResponseBase:
    """Return a campaign's report as a download, or the job that writes it.

    What was said in the calls has columns only for whoever may hear it, and that they took it is noted (S19).
    """
    who = principal_of(request)
    hears = may(who.role, Capability.HEAR)
    if hears:
        actions.note_report_heard(campaign=campaign.pk, by=who.id)
    asked = {"batch_id": campaign.code, "hears": hears}
    return listed(request, of=REPORT, asked=asked, type=type, rows=campaign.tally.entries)


def rows_report_of(request: Request, campaign: Campaign, type: FileType) -> HttpResponseBase:
    """Return the rows that were not accepted, as they stood in the file, with number and reason (W3)."""
    asked = {"batch_id": campaign.code, "language": get_language()}
    rows = actions.count_rejected(campaign=campaign)
    return listed(request, of=actions.REJECTED, asked=asked, type=type, rows=rows)


def export_of(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Return what the campaign's page shows of the same days as a download. Raises BadParameters, NotSet."""
    type, (start, end) = _type(request), _days(request)
    return campaign_file(
        campaign,
        type,
        start=start,
        end=end,
        formats=formats_for(request),
        organisation=principal_of(request).tenant.name,
        now=timezone.now(),
    )


def _type(request: Request) -> ReportType:
    check_parameters(request.query_params, known=[one.name for one in EXPORTED])
    text = request.query_params.get("format", ReportType.PDF)
    if text not in list(ReportType):
        raise bad_parameter("format", _("This is unknown. Known are: %s.") % ", ".join(ReportType))
    return ReportType(text)


def _days(request: Request) -> tuple[date | None, date | None]:
    start, end = _day(request, "start_date"), _day(request, "end_date")
    if start and end and end < start:
        raise bad_parameter("end_date", _("The last day is before the first."))
    return start, end


def _day(request: Request, name: str) -> date | None:
    found = day(request._request, name)
    if found is None and request.query_params.get(name):
        raise bad_parameter(name, _("A day is written 2026-09-18."))
    return found
