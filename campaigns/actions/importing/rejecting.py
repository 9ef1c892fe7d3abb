"""The rows of a client's file that nobody is called for, as a table to be mended and sent again (C10, W3)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns import queries
from campaigns.actions.importing.uploads import ClientPreview
from campaigns.imports import NOT_ACCEPTED, RowCode, describe_row, report_rows
from campaigns.models import Campaign, RowReport
from tenants.display.later import Table, table_in, tables

REJECTED = "campaigns.rejected"
_NOT_ACCEPTED = [str(one) for one in NOT_ACCEPTED]
HeadedRows = tuple[list[str], Iterator[tuple[Any, ...]]]
# A row of the file that ended so: its line, status, code, the figures of its words, its cells.
Rejected = tuple[int, str, str, Any, Iterable[str]]


def rejected_table(*, campaign: Campaign) -> HeadedRows:
    """Return headings and rows of what was not accepted when a campaign's file was read."""
    headings, rows = queries.rejected_rows(campaign=campaign, statuses=_NOT_ACCEPTED)
    return _table(headings, rows)


@tables(REJECTED)
def rejected_file(asked: Mapping[str, Any]) -> Table:
    """Return the same as a file that may be written later, in the language of whoever asked for it."""
    found = queries.campaign(code=asked["batch_id"])
    return table_in(asked["language"], f"{found.code}-rows", lambda: rejected_table(campaign=found))


def count_rejected(*, campaign: Campaign) -> int:
    """Return how many rows of a campaign's file were not accepted. One query."""
    return RowReport.objects.filter(of__campaign=campaign, status__in=_NOT_ACCEPTED).count()


def previewed_table(*, seen: ClientPreview) -> HeadedRows:
    """Return headings and rows of what would not be accepted. Raises UnreadableFile."""
    rows = report_rows(seen.opened, seen.read) if seen.read else iter(())
    told = ((row.line, str(row.status), str(row.code or ""), row.told, cells) for row, cells in rows)
    return _table(list(seen.opened.headings), told)


def _table(headings: list[str], rows: Iterable[Rejected]) -> HeadedRows:
    told = [*headings, _("row"), _("became"), _("code"), _("reason")]
    return told, (_line(row, len(headings)) for row in rows)


def _line(row: Rejected, width: int) -> tuple[Any, ...]:
    line, status, code, told, cells = row
    padded = [*cells, *[""] * width][:width]
    return (*padded, line, status, code, describe_row(RowCode(code), told) if code else "")
