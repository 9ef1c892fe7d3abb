"""A large list becomes a file that waits for whoever asked for it, for a week (S5, S15)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.display.exports import CONTENT_TYPES, IN_MEMORY, FileType, TooManyRows, write_file
from tenants.display.later import table_of
from tenants.jobs.runner import Run
from tenants.records.actions import keep_file

# Beyond, a spreadsheet is no help any more, and a file has to fit a row of the database.
MOST_ROWS_OF_A_FILE = 500_000
KEPT = timedelta(days=7)
# Rows between two looks at the lease, and two moves of the bar.
STEP = 2_000


def write_export(run: Run) -> dict[str, Any]:
    """Write the file that a job was asked for; return its id, name and rows. Raises TooManyRows.

    A run that was killed begins anew: half a workbook is none, so it does not give way either.
    """
    run.whole()
    type, table = FileType(run.params["type"]), table_of(run.params["of"], run.params["asked"])
    if "file" not in run.cursor:
        with SpooledTemporaryFile(IN_MEMORY) as file:
            counted = _Counted(run, table.rows)
            _write(file, type, table.headings, counted)
            file.seek(0)
            _keep(run, f"{table.name}.{type}", file.read(), type, counted.rows)
    return dict(run.cursor)


def _write(file: IO[bytes], type: FileType, headings: Sequence[str], rows: "_Counted") -> None:
    try:
        write_file(file, type, headings, rows, most=MOST_ROWS_OF_A_FILE)
    except TooManyRows as refusal:
        # Its own words are of what somebody waits for.
        raise TooManyRows(_("These are more than 500,000 rows: narrow the list.")) from refusal


def _keep(run: Run, name: str, content: bytes, type: FileType, rows: int) -> None:
    until = timezone.now() + KEPT
    with run.chunk() as chunk:
        kept = keep_file(
            name=name, content=content, content_type=CONTENT_TYPES[type], by=run.created_by, expires_at=until
        )
        told = {"file": str(kept.pk), "name": name, "rows": rows}
        chunk.advance(max(0, rows - run.done), total=max(rows, run.done), cursor=told)


class _Counted:
    """Rows on their way into a file; the bar moves with them, and a cancelled job stops (J7)."""

    def __init__(self, run: Run, rows: Any) -> None:
        self.run, self._rows, self.rows = run, rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            yield row
            self.rows += 1
            if self.rows % STEP == 0:
                with self.run.chunk() as chunk:
                    chunk.advance(max(0, self.rows - self.run.done))
