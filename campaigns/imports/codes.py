"""What became of a row, and why: stable codes for programs, words for people (C10)."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial

from django.utils.translation import gettext as _

from tenants.intake.tables import RowFault, describe_row_fault


class RowStatus(StrEnum):
    """How a row ended; every row has exactly one of these."""

    ACCEPTED = "accepted"
    REPAIRED = "repaired"  # accepted, with a number that was mended
    MERGED = "merged"  # one more row of somebody who is accepted
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    AMBIGUOUS = "ambiguous"
    REFUSED = "refused"


TAKEN = frozenset({RowStatus.ACCEPTED, RowStatus.REPAIRED, RowStatus.MERGED})


class RowCode(StrEnum):
    """Why a row ended so, or what a person should know of a row that was taken."""

    # Of the table, whatever its columns mean.
    UNCLOSED_QUOTE = "unclosed_quote"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_COLUMNS = "too_many_columns"
    NUL_CHARACTER = "nul_character"
    # Of a cell.
    VALUE_TOO_LONG = "value_too_long"
    NAME_MISSING = "name_missing"
    NAME_UNREADABLE = "name_unreadable"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_UNREADABLE = "document_unreadable"
    DOCUMENT_CHECK_DIGIT = "document_check_digit"
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_TOO_LARGE = "amount_too_large"
    AMOUNT_CURRENCY = "amount_currency"
    DUE_DATE_UNREADABLE = "due_date_unreadable"
    DAYS_OVERDUE_UNREADABLE = "days_overdue_unreadable"
    PAID_DATE_UNREADABLE = "paid_date_unreadable"
    # Of a number.
    PHONE_MISSING = "phone_missing"
    PHONE_UNREADABLE = "phone_unreadable"
    PHONE_LENGTH = "phone_length"
    PHONE_NO_AREA = "phone_no_area"
    PHONE_NOT_ASSIGNED = "phone_not_assigned"
    PHONE_OTHER_COUNTRY = "phone_other_country"
    PHONE_PLACEHOLDER = "phone_placeholder"
    PHONE_SHARED_LINE = "phone_shared_line"
    PHONE_AMBIGUOUS = "phone_ambiguous"
    PHONE_REPAIRED = "phone_repaired"
    # Of a person.
    SAME_PERSON = "same_person"
    PAID = "paid"
    DISPUTED = "disputed"
    DEBT_NOT_POSITIVE = "debt_not_positive"
    LIMIT_AFTER_MAXIMUM = "limit_after_maximum"
    # Of a person, by the scripts that were chosen (V6).
    VARIABLE_MISSING = "variable_missing"
    VARIABLE_UNREADABLE = "variable_unreadable"
    # Decided by the caller, against what is stored.
    LIVE_ELSEWHERE = "live_elsewhere"
    ON_SUPPRESSION_LIST = "on_suppression_list"
    NUMBERS_BAD = "numbers_bad"
    # Warnings only.
    OVERDUE_BLANK = "overdue_blank"
    DATE_PAST = "date_past"
    OTHER_ROW_REFUSED = "other_row_refused"
    EXTRA_CELLS = "extra_cells"
    VARIABLE_TOO_LONG = "variable_too_long"


# What is stored and answered keeps its own words whatever the table's faults are called.
ROW_FAULTS: Mapping[RowFault, RowCode] = {
    RowFault.UNCLOSED_QUOTE: RowCode.UNCLOSED_QUOTE,
    RowFault.CELL_TOO_LONG: RowCode.CELL_TOO_LONG,
    RowFault.TOO_MANY_COLUMNS: RowCode.TOO_MANY_COLUMNS,
    RowFault.NUL_CHARACTER: RowCode.NUL_CHARACTER,
}
Told = Mapping[str, str]
NOTHING_TOLD: Told = {}


class Unacceptable(Exception):
    """A row, or a value of it, that nothing can be taken from."""

    def __init__(self, code: RowCode, **told: str) -> None:
        """Keep the code, and the figures that its words speak of."""
        super().__init__(str(code))
        self.code = code
        self.told: Told = told


# Functions, because gettext must run when somebody reads, in that person's language.
_WORDS: Mapping[RowCode, Callable[[], str]] = {
    RowCode.VALUE_TOO_LONG: lambda: _("A value is longer than its column can hold."),
    RowCode.NAME_MISSING: lambda: _("No row of the person has a name."),
    RowCode.NAME_UNREADABLE: lambda: _("The name is not a name."),
    RowCode.DOCUMENT_MISSING: lambda: _("The document is missing."),
    RowCode.DOCUMENT_UNREADABLE: lambda: _("The document does not have the form of a document."),
    RowCode.DOCUMENT_CHECK_DIGIT: lambda: _("The check digit of the document is wrong."),
    RowCode.AMOUNT_MISSING: lambda: _("The amount is missing."),
    RowCode.AMOUNT_UNREADABLE: lambda: _("The amount is not an amount."),
    RowCode.AMOUNT_TOO_LARGE: lambda: _("The amount is too large to be true."),
    RowCode.AMOUNT_CURRENCY: lambda: _("The amount is in %(currency)s; the file is in %(expected)s."),
    RowCode.DUE_DATE_UNREADABLE: lambda: _("The due date is not a date."),
    RowCode.DAYS_OVERDUE_UNREADABLE: lambda: _("The days overdue are not a whole number."),
    RowCode.PAID_DATE_UNREADABLE: lambda: _("The date of payment is not a date."),
    RowCode.PHONE_MISSING: lambda: _("The person has no phone number."),
    RowCode.PHONE_UNREADABLE: lambda: _("The phone number is not a number."),
    RowCode.PHONE_LENGTH: lambda: _("The phone number has too few or too many digits."),
    RowCode.PHONE_NO_AREA: lambda: _("The phone number lacks its area code."),
    RowCode.PHONE_NOT_ASSIGNED: lambda: _("No phone number of the country begins like this."),
    RowCode.PHONE_OTHER_COUNTRY: lambda: _("The phone number belongs to another country."),
    RowCode.PHONE_PLACEHOLDER: lambda: _("The phone number is a filler: its digits are all alike."),
    RowCode.PHONE_SHARED_LINE: lambda: _("The phone number is a service line (600, 800), nobody's own."),
    RowCode.PHONE_AMBIGUOUS: lambda: _("The phone number can be read in two ways: %(readings)s."),
    RowCode.PHONE_REPAIRED: lambda: _("A phone number was mended: %(written)s is %(number)s."),
    RowCode.SAME_PERSON: lambda: _("Merged with row %(line)s: the same person."),
    RowCode.PAID: lambda: _("It is paid."),
    RowCode.DISPUTED: lambda: _("It is disputed."),
    RowCode.DEBT_NOT_POSITIVE: lambda: _("The debt to %(creditor)s sums up to %(total)s: nothing is owed."),
    RowCode.LIMIT_AFTER_MAXIMUM: lambda: _(
        "The day to pay by (%(limit)s) is after the last day (%(maximum)s)."
    ),
    RowCode.VARIABLE_MISSING: lambda: _("The script needs a value for: %(names)s."),
    RowCode.VARIABLE_UNREADABLE: lambda: _("The script cannot read the value of: %(names)s."),
    RowCode.LIVE_ELSEWHERE: lambda: _("The person is being called in another campaign: %(campaign)s."),
    RowCode.NUMBERS_BAD: lambda: _("Earlier calls found that none of the numbers exists: %(numbers)s."),
    RowCode.ON_SUPPRESSION_LIST: lambda: _("The person is not to be called."),
    RowCode.OVERDUE_BLANK: lambda: _("The days overdue are blank and count as 0."),
    RowCode.DATE_PAST: lambda: _("A date has passed: to pay by %(limit)s, last day %(maximum)s."),
    RowCode.OTHER_ROW_REFUSED: lambda: _("Another row of the same person was refused."),
    RowCode.VARIABLE_TOO_LONG: lambda: _("The value of a variable is too long and is left out: %(name)s."),
    RowCode.EXTRA_CELLS: lambda: _("The row has more cells than the headings."),
} | {code: partial(describe_row_fault, fault) for fault, code in ROW_FAULTS.items()}


def describe_row(code: RowCode, told: Told = NOTHING_TOLD) -> str:
    """Return the sentence for a row's code, in the active language; figures that were not told stay blank."""
    return _WORDS[code]() % _Told(told)


class _Told(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"
