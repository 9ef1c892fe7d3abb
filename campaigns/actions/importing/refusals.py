"""Why a whole file is not taken."""

from django.utils.translation import gettext_lazy as _

from tenants.intake.tables import UnreadableFile, UnreadableUpload, refused_upload
from tenants.rules import RefusalKind, Refused


class UnreadableClientFile(UnreadableUpload):
    """The file cannot be read, which campaigns answer by 422 (C11); `fault` says why in a word."""

    kind = RefusalKind.UNPROCESSABLE


class ColumnsUnusable(Refused):
    """Needed columns are missing, or the mapping contradicts itself; `missing` lists look-alikes (C1)."""

    code = "columns_unusable"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The columns of the file do not say what is needed.")


def refusal_of(error: UnreadableFile) -> Refused:
    """Return the refusal for a file that cannot be read."""
    return refused_upload(error, unreadable=UnreadableClientFile)
