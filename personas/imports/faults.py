"""What is wrong with a file, or with a row, in words."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext as _

from personas.rules import ImportRowReason


class FileFault(StrEnum):
    """Why a whole file cannot be read."""

    WRONG_TYPE = "wrong_type"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    BAD_HEADINGS = "bad_headings"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_PARTS = "too_many_parts"
    EXPANDS_TOO_MUCH = "expands_too_much"
    ENCRYPTED = "encrypted"
    ODD_PART_NAME = "odd_part_name"
    FORBIDDEN_MARKUP = "forbidden_markup"
    DAMAGED = "damaged"
    TOO_SLOW = "too_slow"


class UnreadableFile(Exception):
    """A file that no row can be taken from; `detail` is for the log and names no content."""

    def __init__(self, code: FileFault, detail: str = "") -> None:
        """Keep the stable code and a technical detail in English."""
        super().__init__(code.value, detail)
        self.code = code
        self.detail = detail


# Functions, because gettext must run when somebody reads, in that person's language.
_FILES: dict[FileFault, Callable[[], str]] = {
    FileFault.WRONG_TYPE: lambda: _("Only .csv and .xlsx files can be imported."),
    FileFault.TOO_LARGE: lambda: _("The file is larger than 20 MB."),
    FileFault.NOT_TEXT: lambda: _("The file is not a text file; export it again as CSV or XLSX."),
    FileFault.NO_ROWS: lambda: _("The file has no rows."),
    FileFault.TOO_MANY_ROWS: lambda: _("The file has more than 200,000 rows; split it."),
    FileFault.TOO_MANY_COLUMNS: lambda: _("The file has more than 200 columns."),
    FileFault.BAD_HEADINGS: lambda: _("The line of headings cannot be read; export the file again."),
    FileFault.TOO_MANY_CELLS: lambda: _("The sheet spans more than 8 million cells."),
    FileFault.TOO_MANY_PARTS: lambda: _("The workbook has too many parts."),
    FileFault.EXPANDS_TOO_MUCH: lambda: _("The workbook grows too much when it is opened."),
    FileFault.ENCRYPTED: lambda: _(
        "The workbook has a password or an old format; save it as .xlsx without one."
    ),
    FileFault.ODD_PART_NAME: lambda: _("The workbook has parts with forbidden names."),
    FileFault.FORBIDDEN_MARKUP: lambda: _("The workbook has forbidden markup."),
    FileFault.DAMAGED: lambda: _("The workbook is damaged; save it again."),
    FileFault.TOO_SLOW: lambda: _("The workbook took too long to read; save it as CSV."),
}

_ROWS: dict[ImportRowReason, Callable[[], str]] = {
    ImportRowReason.MISSING_IDENTIFIERS: lambda: _("The row has neither a name nor a profile address."),
    ImportRowReason.NAME_WITHOUT_COMPANY: lambda: _(
        "The row has a name only: no e-mail, profile or company."
    ),
    ImportRowReason.UNCLOSED_QUOTE: lambda: _("A quotation mark is opened and not closed."),
    ImportRowReason.CELL_TOO_LONG: lambda: _("A cell is too long."),
    ImportRowReason.TOO_MANY_COLUMNS: lambda: _("The row has more than 200 cells."),
    ImportRowReason.NUL_CHARACTER: lambda: _("The row has a NUL character."),
    ImportRowReason.EMAIL_URL_MISMATCH: lambda: _("The e-mail and the profile belong to different contacts."),
    ImportRowReason.CONNECTED_ON_PARSE_FAILED: lambda: _("The connection date is not a date."),
    ImportRowReason.EMAIL_INVALID_FORMAT: lambda: _("The e-mail is not valid."),
    ImportRowReason.URL_INVALID_FORMAT: lambda: _("The profile address is not valid."),
    ImportRowReason.VALUE_SHORTENED: lambda: _("A value was too long and was cut."),
    ImportRowReason.EXTRA_CELLS: lambda: _("The row has more cells than the headings."),
}


def describe_file_fault(code: FileFault) -> str:
    """Return the sentence for a file's fault, in the active language."""
    return _FILES[code]()


def describe_row_reason(reason: ImportRowReason) -> str:
    """Return the sentence for a row's reason, in the active language."""
    return _ROWS[reason]()
