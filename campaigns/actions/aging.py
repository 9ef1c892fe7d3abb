"""What campaigns forget by age (S19)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from campaigns.actions.forgetting import forget_batch, kept_days
from campaigns.actions.settings import keep_records_for
from campaigns.models import ClientFile, RowReport
from tenants.records.actions import forget_bytes
from tenants.records.retention import Aged, Stored

BATCH = 1_000


def forget_rows(before: datetime) -> int:
    """Delete what became of single rows of files; the counts stay in the file's report."""
    keys = list(RowReport.objects.filter(created_at__lt=before).values_list("pk", flat=True)[:BATCH])
    return RowReport.objects.filter(pk__in=keys).delete()[0]


def forget_files(before: datetime) -> int:
    """Delete the bytes of clients' files that were worked off."""
    done = ClientFile.objects.filter(finished_at__lt=before, file__isnull=False)
    return forget_bytes(done.order_by("pk").values_list("file", flat=True))


def _write(days: int, by: UUID | None) -> object:
    return keep_records_for(days=days, by=by)


CALLS = Aged(
    "calls",
    _("What was said in calls, and what providers told of them"),
    365,
    ("campaigns.CallRecord", "campaigns.ProviderEvent"),
    forget_batch,
    stored=Stored(kept_days, _write),
)
ROWS = Aged("client_rows", _("Rows of clients' files"), 180, ("campaigns.RowReport",), forget_rows, least=30)
FILES = Aged("client_files", _("Bytes of clients' files"), 90, ("records.StoredFile",), forget_files)
KINDS = (CALLS, ROWS, FILES)
STAYS = {
    "campaigns.StagedPerson": _("Who is chosen for an audience leaves when its list is made."),
    "campaigns.StagedWord": _("Keys of who is chosen leave when the list is made."),
    "campaigns.StagedRow": _("Rows of a file leave with its reading, some minutes after they came."),
    "campaigns.CallerNumber": _("A number of the tenant's own."),
    "campaigns.Account": _("Who pays: a client, with its contact."),
    "campaigns.LedgerRow": _("Books of account; a note says why money moved."),
    "campaigns.ScriptVersion": _("What every person hears; names are put in when it is spoken."),
    "campaigns.Campaign": _("A campaign's own words."),
    "campaigns.SuppressionList": _("A list's name and counts; what it said is kept for a day."),
    "campaigns.ClientFile": _("A file's name and counts; its rows are elsewhere."),
}
