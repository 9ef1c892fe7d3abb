"""A campaign that has never called gives its people back: everybody out, its file to be read anew."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from campaigns.actions.running import CampaignMoveRefused, hold_campaign
from campaigns.models import CallAttempt, Campaign, ClientFile, Debt, Entry, RowReport, Tally
from campaigns.rules import UNLAUNCHED, CampaignState, EntryState
from tenants.jobs import queries as jobs
from tenants.records.actions import note
from tenants.rules import Refused


class FileBeingRead(Refused):
    """A job reads the campaign's file; `job` says which."""

    code = "file_being_read"
    message = _("The file is being read. Wait for its end, or cancel it.")


@transaction.atomic
def take_people_out(*, code: str, by: UUID | None = None) -> Campaign:
    """Take everybody out of a campaign that has never called: a draft again, its file unread.

    Raises UnknownCampaign, CampaignMoveRefused, FileBeingRead.
    """
    found = hold_campaign(code)
    if found.state not in UNLAUNCHED or CallAttempt.objects.filter(campaign=found).exists():
        raise CampaignMoveRefused(_("The campaign has begun to call: its people stay."), state=found.state)
    check_unread_by_jobs(found)
    people = found.tally.entries
    forget_rows(found)
    ClientFile.objects.filter(campaign=found).update(report=None, job=None, error="", finished_at=None)
    Campaign.objects.filter(pk=found.pk).update(state=CampaignState.DRAFT, zones=[])
    note(verb="empty", of="campaign", id=found.pk, by=by, change={"entries": people})
    return hold_campaign(code)


def forget_rows(found: Campaign) -> None:
    """Delete people and rows of a campaign that has never called. Four statements, bottom up."""
    # By statements: a hundred thousand rows are not to be read first.
    Debt.objects.filter(entry__campaign=found)._raw_delete("default")
    Entry.objects.filter(campaign=found)._raw_delete("default")
    RowReport.objects.filter(of__campaign=found)._raw_delete("default")
    nobody = dict.fromkeys(("entries", *map(str, EntryState)), 0)
    Tally.objects.filter(pk=found.pk).update(version=F("version") + 1, **nobody)


def check_unread_by_jobs(found: Campaign) -> None:
    """Raise FileBeingRead while a job reads a campaign's file."""
    file = getattr(found, "file", None)
    if file is not None and file.job is not None and jobs.job(job_id=file.job).is_live:
        raise FileBeingRead(job=str(file.job))
