"""The rows of a list that were not taken, as a workbook to be mended and sent again (W3)."""

import io

from campaigns.actions.suppressing.lines import Said
from tenants.display.exports import RefusedRow, with_reasons, write_workbook


def refused_workbook(said: Said) -> bytes:
    """Return them with the list's own columns and the reasons, as the bytes of an .xlsx file."""
    refused = (RefusedRow(one.cells, one.place, str(one.code), one.detail) for one in said.refusals)
    headings, rows = with_reasons(said.headings, refused)
    book = io.BytesIO()
    write_workbook(book, headings, rows)
    return book.getvalue()
