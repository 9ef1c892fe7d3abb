"""Why a source cannot be read, in words that say what to do (N1, N2)."""

from django.utils.translation import gettext_lazy as _

from tenants.display.formats import reader
from tenants.rules import RefusalKind, Refused


class SourceRefused(Refused):
    """The root of every reason why nothing was read."""

    code = "source_refused"
    kind = RefusalKind.UNPROCESSABLE


class NoSource(SourceRefused):
    """The brand names no sheet, or its workbook is gone."""

    code = "source_missing"
    message = _("The brand has no source yet: name a Google Sheet or upload a workbook.")


class NoCredentials(SourceRefused):
    """There is no service account to read sheets with, or Google does not know it."""

    code = "sheet_credentials"
    message = _(
        "Google Sheets cannot be read: the service account's key is missing or not valid "
        "(GOOGLE_APPLICATION_CREDENTIALS)."
    )


class NotShared(SourceRefused):
    """The sheet is not shared with the service account; `share_with` is its address."""

    code = "sheet_forbidden"
    message = _("The sheet is not shared. Share it, to be read, with this address: %(address)s")

    def __init__(self, address: str) -> None:
        super().__init__(self.message % {"address": address}, share_with=address)


class NoSuchSheet(SourceRefused):
    """No sheet has that id."""

    code = "sheet_not_found"
    message = _("There is no Google Sheet of that id, or the id is not one.")


class SheetTooLarge(SourceRefused):
    """A tab has more rows than are read at once, or the whole answer more bytes."""

    code = "sheet_too_large"
    message = _(
        "The sheet is too large: a tab can have %(rows)s rows. Move older months to another sheet; what was "
        "read of them stays."
    )

    def __init__(self, rows: int) -> None:
        super().__init__(self.message % {"rows": reader().number(rows)}, limit=rows)


class SheetUnavailable(SourceRefused):
    """Google gave no whole answer, however often it was asked; another run may get one."""

    code = "sheet_unavailable"
    kind = RefusalKind.UNAVAILABLE
    message = _("Google Sheets does not answer. The next run will try again.")


class MissingTab(SourceRefused):
    """There is no tab of posts, so there is nothing to read."""

    code = "sheet_missing"

    def __init__(self, tab: str) -> None:
        super().__init__(_("The source has no tab “%(tab)s”.") % {"tab": tab}, tab=tab)


class MissingColumns(SourceRefused):
    """A mandatory column is missing (N2)."""

    code = "missing_columns"

    def __init__(self, columns: list[str]) -> None:
        words = _("The source lacks these columns: %(columns)s") % {"columns": ", ".join(columns)}
        super().__init__(words, columns=columns)


class UnreadableWorkbook(SourceRefused):
    """The uploaded workbook cannot be read."""

    code = "workbook_unreadable"
