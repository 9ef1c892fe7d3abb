"""Campaigns as files to take away: a row for each entry; the rows of a file that nobody is called for.

A workbook too large to be waited for is written by a job, for whoever may look (W13, S2).
"""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from rest_framework.request import Request

from campaigns import actions
from campaigns.models import Campaign
from campaigns.queries.tables import REPORT
from tenants.display.exports import FileType, exported
from tenants.display.later import is_large, table_of, want
from tenants.jobs import queries as jobs
from tenants.jobs.api.answers import accepted
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
    return _now_or_later(request, REPORT, asked, type, rows=campaign.tally.entries)


def rows_report_of(request: Request, campaign: Campaign, type: FileType) -> HttpResponseBase:
    """Return the rows that were not accepted, as they stood in the file, with number and reason (W3)."""
    asked = {"batch_id": campaign.code, "language": get_language()}
    rows = actions.count_rejected(campaign=campaign)
    return _now_or_later(request, actions.REJECTED, asked, type, rows=rows)


def _now_or_later(
    request: Request, of: str, asked: dict[str, Any], type: FileType, *, rows: int
) -> HttpResponseBase:
    if not is_large(type, rows):
        table = table_of(of, asked)
        return exported(name=table.name, type=type, headings=table.headings, rows=table.rows)
    job = jobs.made_or_asked(job_id=want(request._request, of=of, asked=asked, type=type))
    return accepted(job, {"file": reverse("api-jobs-file", args=[job.id])})
