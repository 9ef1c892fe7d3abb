"""What is wrong with a file, or with a row, in words."""

from collections.abc import Callable
from enum import StrEnum

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _


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


class RowFault(StrEnum):
    """Why nothing can be taken from one row, whatever its columns mean."""

    UNCLOSED_QUOTE = "unclosed_quote"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_COLUMNS = "too_many_columns"
    NUL_CHARACTER = "nul_character"


class UnreadableFile(Exception):
    """A file that no row can be taken from; `detail` is for the log and names no content."""

    def __init__(self, code: FileFault, detail: str = "", *, limit: int = 0) -> None:
        """Keep the stable code, a detail in English and the limit that was passed, in rows or bytes."""
        super().__init__(code.value, detail)
        self.code = code
        self.detail = detail
        self.limit = limit


# Functions, because gettext must run when somebody reads, in that person's language.
_FILES: dict[FileFault, Callable[[], str]] = {
    FileFault.WRONG_TYPE: lambda: _("Only .csv and .xlsx files can be imported."),
    FileFault.TOO_LARGE: lambda: _("The file is larger than %(limit)s MB."),
    FileFault.NOT_TEXT: lambda: _("The file is not a text file; export it again as CSV or XLSX."),
    FileFault.NO_ROWS: lambda: _("The file has no rows."),
    FileFault.TOO_MANY_ROWS: lambda: _("The file has more than %(limit)s rows; split it."),
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
_ROWS: dict[RowFault, Callable[[], str]] = {
    RowFault.UNCLOSED_QUOTE: lambda: _("A quotation mark is opened and not closed."),
    RowFault.CELL_TOO_LONG: lambda: _("A cell is too long."),
    RowFault.TOO_MANY_COLUMNS: lambda: _("The row has more than 200 cells."),
    RowFault.NUL_CHARACTER: lambda: _("The row has a NUL character."),
}


def describe_file_fault(error: UnreadableFile) -> str:
    """Return the sentence for what is wrong with a file, in the active language."""
    limit = error.limit // 1_000_000 if error.code is FileFault.TOO_LARGE else error.limit
    return _FILES[error.code]() % {"limit": _written(limit)}


def _written(number: int) -> str:
    return str(format_decimal(number, locale=(get_language() or "es").replace("-", "_")))


def describe_row_fault(fault: RowFault) -> str:
    """Return the sentence for a row's fault, in the active language."""
    return _ROWS[fault]()
