"""The refused rows of a file as a file to mend: its own columns, then the row's number and the reason."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from identity.imports.reasons import RowReason, describe_reason

# A cell that begins with one of these is a formula to a spreadsheet (S15).
LIVE = ("=", "+", "-", "@", "\t", "\r")
Refused = tuple[int, str, Sequence[str]]


def report_lines(headings: Sequence[str], rows: Iterable[Refused]) -> Iterator[str]:
    """Yield the lines of a CSV file out of (line, reason, cells), in the active language."""

    class Line:
        def write(self, text: str) -> str:
            return text

    writer, width = csv.writer(Line()), len(headings)
    # Excel takes the file for Latin-1 without the mark.
    yield "\ufeff" + str(writer.writerow([*map(_safe, headings), _("Row"), _("Reason")]))
    for line, reason, cells in rows:
        shown = [*cells[:width], *[""] * (width - len(cells))]
        yield str(writer.writerow([*map(_safe, shown), line, describe_reason(RowReason(reason))]))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(LIVE) else cell
