"""Campaigns as files to take away: a row for each entry; the rows of a file that nobody is called for.

A workbook too large to be waited for is written by a job, for whoever may look (W13, S2).
"""

from django.http import HttpResponseBase
from django.utils.translation import get_language
from rest_framework.request import Request

from campaigns import actions
from campaigns.models import Campaign
from campaigns.queries.tables import REPORT
from tenants.api.files import listed
from tenants.display.exports import FileType
from tenants.permissions import Capability, may
from tenants.queries import principal_of


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
