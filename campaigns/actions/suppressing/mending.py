"""The rows of a list that were not taken, as a workbook to be mended and sent again (W3)."""

import io
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from campaigns.actions.suppressing.many import Written
from tenants.display.exports import CONTENT_TYPES, FileType, RefusedRow, with_reasons, write_workbook
from tenants.records.actions import keep_file

KEPT_FOR = timedelta(days=1)


def keep_refused(*, written: Written, filename: str, by: UUID, now: datetime) -> UUID:
    """Keep them for a day, for who sent the list, with the file's own columns; return the workbook's id."""
    refused = (RefusedRow(one.cells, one.place, str(one.code), one.detail) for one in written.refusals)
    headings, rows = with_reasons(written.headings, refused)
    book = io.BytesIO()
    write_workbook(book, headings, rows)
    kept = keep_file(
        name=f"{PurePath(filename).stem}-refused.xlsx",
        content=book.getvalue(),
        content_type=CONTENT_TYPES[FileType.XLSX],
        by=by,
        expires_at=now + KEPT_FOR,
    )
    return kept.pk
