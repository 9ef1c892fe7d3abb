"""What is wrong with a row of people, in words."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from personas.rules import ImportRowReason
from tenants.intake.tables import RowFault, describe_row_fault

# Reasons are stored and answered by the API, so they keep their own words whatever faults are called.
ROW_FAULTS: dict[RowFault, ImportRowReason] = {
    RowFault.UNCLOSED_QUOTE: ImportRowReason.UNCLOSED_QUOTE,
    RowFault.CELL_TOO_LONG: ImportRowReason.CELL_TOO_LONG,
    RowFault.TOO_MANY_COLUMNS: ImportRowReason.TOO_MANY_COLUMNS,
    RowFault.NUL_CHARACTER: ImportRowReason.NUL_CHARACTER,
}
# Functions, because gettext must run when somebody reads, in that person's language.
_ROWS: dict[ImportRowReason, Callable[[], str]] = {
    ImportRowReason.MISSING_IDENTIFIERS: lambda: _("The row has neither a name nor a profile address."),
    ImportRowReason.NAME_WITHOUT_COMPANY: lambda: _(
        "The row has a name only: no e-mail, profile or company."
    ),
    ImportRowReason.EMAIL_URL_MISMATCH: lambda: _("The e-mail and the profile belong to different contacts."),
    ImportRowReason.CONNECTED_ON_PARSE_FAILED: lambda: _("The connection date is not a date."),
    ImportRowReason.EMAIL_INVALID_FORMAT: lambda: _("The e-mail is not valid."),
    ImportRowReason.URL_INVALID_FORMAT: lambda: _("The profile address is not valid."),
    ImportRowReason.VALUE_SHORTENED: lambda: _("A value was too long and was cut."),
    ImportRowReason.EXTRA_CELLS: lambda: _("The row has more cells than the headings."),
} | {reason: partial(describe_row_fault, fault) for fault, reason in ROW_FAULTS.items()}


def describe_row_reason(reason: ImportRowReason) -> str:
    """Return the sentence for a row's reason, in the active language."""
    return _ROWS[reason]()
