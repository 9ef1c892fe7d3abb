"""A file comes in (L1, S14): its bytes are kept, its columns recognised, its first rows shown."""

import re
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.imports import (
    ImportRow,
    LinkedInExport,
    is_usable,
    open_export,
)
from personas.models import LinkedInImport
from personas.models.imports import PROFILE_LENGTH
from personas.rules import PREVIEW_ROWS, ImportState
from tenants.intake import shown_name, text_fault
from tenants.intake.tables import MAX_FILE, FileGone, UnreadableFile, refused_upload
from tenants.records.actions import digest, join_uploads, keep_file, note
from tenants.rules import XLSX_TYPE, RefusalKind, Refused

# Doors read one byte more and no further: enough to know that a file is too large (S14).
LARGEST_UPLOAD = MAX_FILE
CONTENT_TYPES = {
    "csv": "text/csv",
    "xlsx": XLSX_TYPE,
}
# A profile names the contacts' source, so it is a word and not a sentence.
PROFILE = re.compile(rf"[^\W_](?:[\w .@-]{{0,{PROFILE_LENGTH - 2}}}[^\W_])?")


class BadProfile(Refused):
    """The profile's name is missing or no name."""

    code = "profile_invalid"
    kind = RefusalKind.INVALID
    message = _("Name the profile with letters, digits, blanks and . _ - @, up to 79 characters.")


class ProfileBusy(Refused):
    """Another file of this profile is being imported (L1)."""

    code = "profile_busy"
    message = _("Another file of this profile is being imported.")


@dataclass(frozen=True, slots=True)
class Preview:
    """A file's headings and first rows, as the present mapping reads them (L2)."""

    headings: tuple[str, ...]
    mapping: dict[str, str]
    rows: list[ImportRow]
    encoding: str


def upload_linkedin(*, content: bytes, filename: str, profile: str, by: UUID | None = None) -> LinkedInImport:
    """Keep a file and suggest its mapping; the same bytes of a profile are the import they were (L1).

    Bytes that were forgotten are kept again unless the import is completed.
    Raises BadProfile, UnreadableUpload, UploadTooLarge, ProfileBusy.
    """
    profile = _clean_profile(profile)
    known = LinkedInImport.objects.filter(profile=profile, digest=digest(content)).first()
    if known is not None:
        return known if known.file_id else _kept_again(known, content, by)
    export = _open(content, filename)
    total = _count(export)
    return _store(export, total, content, shown_name(filename, otherwise="linkedin.csv"), profile, by)


def preview(*, import_id: UUID) -> Preview:
    """Return the first 50 rows as the import's mapping reads them. Raises UnknownImport, FileGone."""
    found = queries.linkedin_import(import_id=import_id)
    export = opened(found)
    return Preview(
        export.headings,
        found.mapping,
        list(islice(export.rows(found.mapping), PREVIEW_ROWS)),
        export.encoding,
    )


def opened(found: LinkedInImport) -> LinkedInExport:
    """Return an import's file, ready to read. Raises FileGone, UnreadableUpload."""
    if found.file is None:
        raise FileGone
    return _open(bytes(found.file.content), found.filename)


@transaction.atomic
def _kept_again(known: LinkedInImport, content: bytes, by: UUID | None) -> LinkedInImport:
    join_uploads()
    # Locked, so that of two uploads at once only one leaves its bytes.
    bare = LinkedInImport.objects.select_for_update().filter(pk=known.pk, file__isnull=True)
    # Of a completed one nothing is read again, so nothing is kept again (S19).
    found = bare.exclude(state=ImportState.COMPLETED).first()
    if found is None:
        known.refresh_from_db()
        return known
    content_type = CONTENT_TYPES[found.file_type]
    found.file = keep_file(name=found.filename, content=content, content_type=content_type, by=by)
    found.save(update_fields=["file"])
    note(verb="upload", of="linkedin_import", id=found.pk, by=by, change={"rows": found.total_rows})
    return found


@transaction.atomic
def _store(
    export: LinkedInExport, total: int, content: bytes, filename: str, profile: str, by: UUID | None
) -> LinkedInImport:
    join_uploads()
    if LinkedInImport.objects.filter(profile=profile).running().exists():
        raise ProfileBusy(profile=profile)
    content_type = CONTENT_TYPES[export.source]
    file = keep_file(name=filename, content=content, content_type=content_type, by=by)
    made, is_new = LinkedInImport.objects.get_or_create(
        profile=profile,
        digest=file.digest,
        defaults={
            "filename": filename,
            "file": file,
            "file_type": export.source,
            "headings": list(export.headings),
            "mapping": _suggested(export, profile),
            "total_rows": total,
            "created_by": by,
        },
    )
    if is_new:
        note(verb="upload", of="linkedin_import", id=made.pk, by=by, change={"rows": total})
    else:
        # Somebody sent the same bytes a moment earlier.
        file.delete()
    return made


def _open(content: bytes, filename: str) -> LinkedInExport:
    try:
        return open_export(content, filename=filename)
    except UnreadableFile as error:
        raise refused_upload(error) from error


def _count(export: LinkedInExport) -> int:
    try:
        return export.count_rows()
    except UnreadableFile as error:
        raise refused_upload(error) from error


def _clean_profile(profile: str) -> str:
    profile = " ".join(profile.split())
    if text_fault(profile) or not PROFILE.fullmatch(profile):
        raise BadProfile
    return profile


def _suggested(export: LinkedInExport, profile: str) -> dict[str, str]:
    """Return the mapping of the profile's last file when it fits this one, else what headings say (L2)."""
    remembered = queries.remembered_mapping(profile=profile)
    fits = set(remembered.values()) <= set(export.headings) and is_usable(remembered, export.headings)
    return remembered if fits else export.suggest_mapping()
