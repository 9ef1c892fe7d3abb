"""Which draft is meant, which file lies beside it, and by whose clock and which scripts is it read?"""

from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.emptying import check_unread_by_jobs
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.terms import Day
from campaigns.actions.importing.work import client_files, reopened
from campaigns.actions.importing.writing import NoLongerDraft
from campaigns.actions.running import CampaignMoveRefused, hold_campaign
from campaigns.imports import ClientFile as OpenFile
from campaigns.legality import stored_settings
from campaigns.models import Campaign, ClientFile
from campaigns.rules import CampaignState
from tenants.intake.tables import UnreadableFile
from tenants.rules import RefusalKind, Refused


class NoFile(Refused):
    """The draft has no file to read."""

    code = "file_missing"
    kind = RefusalKind.CONFLICT
    message = _("The campaign has no file yet.")


def held_draft(code: str) -> Campaign:
    """Return a draft whose file nobody reads, locked. Raises what `attach_file` says of it."""
    found = hold_campaign(code)
    check_draft(found)
    check_unread_by_jobs(found)
    return found


def draft_of(code: str) -> Campaign:
    """Return a draft. Raises UnknownCampaign, CampaignMoveRefused."""
    found = queries.campaign(code=code)
    check_draft(found)
    return found


def check_draft(found: Campaign) -> None:
    """Raise CampaignMoveRefused for what is no draft any more."""
    if found.state != CampaignState.DRAFT:
        raise CampaignMoveRefused(NoLongerDraft.message, state=found.state)


def file_of(found: Campaign) -> ClientFile:
    """Return the file of a campaign. Raises NoFile."""
    file = client_files().filter(campaign=found).first()
    if file is None:
        raise NoFile
    return file


def opened_again(file: ClientFile) -> OpenFile:
    """Return a stored file, opened. Raises UnreadableClientFile."""
    try:
        return reopened(file)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def day_of(found: Campaign, file: ClientFile) -> Day:
    """Return the day on which the file came, by the campaign's clock (C8)."""
    return Day.of(found.account, stored_settings(found.call_settings).timezone, file.created_at)


def spoken_by(found: Campaign) -> dict[str, dict[str, int]]:
    """Return the versions that a campaign speaks by as an upload names them."""
    return {"scripts": {str(arm.version_id): arm.weight for arm in queries.arms_of(campaign=found)}}
