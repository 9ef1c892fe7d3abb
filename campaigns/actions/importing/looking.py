"""What would a draft's file come to? Opened and looked at; nothing is stored."""

from dataclasses import dataclass

from campaigns.actions.importing.draft_files import day_of, draft_of, file_of, opened_again, spoken_by
from campaigns.actions.importing.excluding import Standards, exclude
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import Speech, end_speechless, missing_variables
from campaigns.actions.importing.storing import counted, is_large
from campaigns.actions.importing.terms import terms_of
from campaigns.actions.importing.uploads import ClientPreview
from campaigns.imports import ClientFile as OpenFile
from campaigns.imports import ReadFile, Terms, read_people
from campaigns.legality import stored_settings
from tenants.intake.tables import UnreadableFile

# Of a file that a job will read, so many rows are looked at while somebody waits.
ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class DraftPreview(ClientPreview):
    """A draft's file as it would be read; of a large one `read` holds the first rows, `rows` counts all."""

    rows: int = 0
    is_whole: bool = True
    allows_duplicates: bool = False


def open_draft(*, code: str) -> OpenFile:
    """Return a draft's file, opened: its headings and how they are understood.

    Raises UnknownCampaign, CampaignMoveRefused, NoFile, UnreadableClientFile.
    """
    return opened_again(file_of(draft_of(code)))


def preview_draft(*, code: str) -> DraftPreview:
    """Return how a draft's file would be read and how its rows would end; nothing is stored.

    Raises UnknownCampaign, CampaignMoveRefused, NoFile, UnreadableClientFile.
    """
    found = draft_of(code)
    file = file_of(found)
    opened, settings = opened_again(file), stored_settings(found.call_settings)
    rows = int(file.params.get("rows") or 0) or counted(opened)
    whole = not (file.file and is_large(file.file.size, opened))
    allows = bool(file.params["allow_duplicates"])
    if not opened.is_usable:
        return DraftPreview(opened, settings, None, (), rows, whole, allows)
    speech = Speech.stored(found.account, spoken_by(found))
    terms = terms_of(found.account, day_of(found, file), file.params, spoken=speech.names)
    read = _read(opened, terms, most=None if whole else ROWS_LOOKED_AT)
    end_speechless(read.persons, speech)
    exclude(read.persons, Standards(found.account_id, found.pk, allows))
    missing = missing_variables(opened, speech, file.params)
    return DraftPreview(opened, settings, read, missing, rows, whole, allows)


def _read(opened: OpenFile, terms: Terms, *, most: int | None) -> ReadFile:
    try:
        return read_people(opened, terms, most=most)
    except UnreadableFile as error:
        raise refusal_of(error) from error
