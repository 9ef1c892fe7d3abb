"""Why a whole upload is not taken, whatever app it is for (S14)."""

from django.utils.translation import gettext_lazy as _

from tenants.intake.tables.faults import FileFault, UnreadableFile, describe_file_fault
from tenants.rules import RefusalKind, Refused


class UnreadableUpload(Refused):
    """The file cannot be read; `fault` says why in a word."""

    code = "file_unreadable"
    kind = RefusalKind.INVALID


class UploadTooLarge(Refused):
    """The file is larger than what is read."""

    code = "file_too_large"
    kind = RefusalKind.TOO_LARGE


class FileGone(Refused):
    """The bytes were deleted; only what became of them is kept."""

    code = "file_gone"
    message = _("The file is no longer kept. Upload it again.")


def refused_upload(
    error: UnreadableFile, *, unreadable: type[UnreadableUpload] = UnreadableUpload
) -> Refused:
    """Return the refusal of a file that no row can be taken from, in words for people."""
    kind = UploadTooLarge if error.code is FileFault.TOO_LARGE else unreadable
    return kind(describe_file_fault(error), fault=str(error.code))
