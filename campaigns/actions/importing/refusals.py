"""Why a whole file is not taken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tenants.intake.tables import FileFault, UnreadableFile, describe_file_fault
from tenants.rules import RefusalKind, Refused


class UnreadableClientFile(Refused):
    """The file cannot be read; `fault` says why in a word."""

    code = "file_unreadable"
    kind = RefusalKind.UNPROCESSABLE


class ClientFileTooLarge(Refused):
    """The file is larger than what is read (S14)."""

    code = "file_too_large"
    kind = RefusalKind.TOO_LARGE


class ColumnsUnusable(Refused):
    """Needed columns are missing, or the mapping contradicts itself; `missing` lists look-alikes (C1)."""

    code = "columns_unusable"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The columns of the file do not say what is needed.")


def refusal_of(error: UnreadableFile) -> Refused:
    """Return the refusal for a file that cannot be read."""
    kind: Any = ClientFileTooLarge if error.code is FileFault.TOO_LARGE else UnreadableClientFile
    refusal: Refused = kind(describe_file_fault(error), fault=str(error.code))
    return refusal
