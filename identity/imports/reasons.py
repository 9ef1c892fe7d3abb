"""Why a row of the fleet wrote nothing: stable codes, and words for people."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from django.utils.translation import gettext as _

from tenants.intake.tables import RowFault, describe_row_fault


class RowReason(StrEnum):
    """Stored with the refused row and answered by the API."""

    UNCLOSED_QUOTE = "unclosed_quote"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_COLUMNS = "too_many_columns"
    NUL_CHARACTER = "nul_character"
    TOO_LONG = "value_too_long"
    EMPTY = "nobody_named"
    RESERVED_ID = "external_id_reserved"
    BAD_MOMENT = "created_at_not_a_date"
    FUTURE_MOMENT = "created_at_in_future"
    NO_DRIVER_ID = "driver_id_missing"
    BAD_HIRE_DATE = "hired_on_not_a_date"
    BAD_DAY = "day_not_a_date"
    FUTURE_DAY = "day_in_future"
    BAD_TRIPS = "trips_not_a_number"
    NEGATIVE_TRIPS = "trips_negative"
    TOO_MANY_TRIPS = "trips_too_many"
    NO_EXTERNAL_ID = "external_id_missing"
    UNKNOWN_MILESTONE = "milestone_unknown"
    UNKNOWN_STATE = "state_unknown"
    BAD_AMOUNT = "amount_not_a_number"
    AMBIGUOUS_AMOUNT = "amount_ambiguous"
    NEGATIVE_AMOUNT = "amount_negative"
    SUPERSEDED = "later_row_taken"


class Unacceptable(Exception):
    """A row that nothing can be taken from."""

    def __init__(self, reason: RowReason) -> None:
        """Keep the reason."""
        super().__init__(str(reason))
        self.reason = reason


# What is stored and answered keeps its own words whatever the table's faults are called.
ROW_FAULTS: dict[RowFault, RowReason] = {
    RowFault.UNCLOSED_QUOTE: RowReason.UNCLOSED_QUOTE,
    RowFault.CELL_TOO_LONG: RowReason.CELL_TOO_LONG,
    RowFault.TOO_MANY_COLUMNS: RowReason.TOO_MANY_COLUMNS,
    RowFault.NUL_CHARACTER: RowReason.NUL_CHARACTER,
}
# Functions, because gettext must run when somebody reads, in that person's language.
_WORDS: dict[RowReason, Callable[[], str]] = {
    RowReason.TOO_LONG: lambda: _("A value is longer than its column can hold."),
    RowReason.EMPTY: lambda: _("The row has neither an external id nor anything that names somebody."),
    RowReason.RESERVED_ID: lambda: _("External ids that begin with “row:” are reserved."),
    RowReason.BAD_MOMENT: lambda: _("The date of creation is not a date."),
    RowReason.FUTURE_MOMENT: lambda: _("The date of creation lies in the future."),
    RowReason.NO_DRIVER_ID: lambda: _("The row has no driver id."),
    RowReason.BAD_HIRE_DATE: lambda: _("The date of hiring is not a date."),
    RowReason.BAD_DAY: lambda: _("The day is missing or not a date."),
    RowReason.FUTURE_DAY: lambda: _("The day lies in the future."),
    RowReason.BAD_TRIPS: lambda: _("The number of trips is missing or not a whole number."),
    RowReason.NEGATIVE_TRIPS: lambda: _("The number of trips is negative."),
    RowReason.TOO_MANY_TRIPS: lambda: _("Nobody completes so many trips in a day."),
    RowReason.NO_EXTERNAL_ID: lambda: _("The row has no external id, so it belongs to no lead."),
    RowReason.UNKNOWN_MILESTONE: lambda: _("The milestone is none of this tenant's."),
    RowReason.UNKNOWN_STATE: lambda: _("The state is none of: expected, generated, paid, rejected, expired."),
    RowReason.BAD_AMOUNT: lambda: _("The amount is not an amount with up to two decimals."),
    RowReason.AMBIGUOUS_AMOUNT: lambda: _(
        "The mark of the amount may mean thousands or decimals: leave it out, or write two decimals."
    ),
    RowReason.NEGATIVE_AMOUNT: lambda: _("The amount is negative."),
    RowReason.SUPERSEDED: lambda: _("A later row of the file has the same key and was taken instead."),
} | {reason: partial(describe_row_fault, fault) for fault, reason in ROW_FAULTS.items()}


def describe_reason(reason: RowReason) -> str:
    """Return the sentence for a row's reason, in the active language."""
    return _WORDS[reason]()
