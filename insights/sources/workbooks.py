"""An uploaded workbook with the same two tabs (N1): the default that needs no key."""

from collections.abc import Sequence

from insights.sources.answers import Answer, Cell, Line
from insights.sources.refusals import MissingTab, UnreadableWorkbook
from tenants.intake.tables import Record, UnreadableFile, describe_file_fault, read_tabs


def read_workbook(content: bytes, *, posts_tab: str, comments_tab: str) -> Answer:
    """Return both tabs of an .xlsx, parsed in a child (S14); raises UnreadableWorkbook, MissingTab."""
    try:
        posts, comments = read_tabs(content, [posts_tab, comments_tab])
    except UnreadableFile as error:
        raise UnreadableWorkbook(describe_file_fault(error), fault=error.code) from error
    if posts is None:
        raise MissingTab(posts_tab)
    return Answer(_lines(posts), None if comments is None else _lines(comments))


def _lines(records: list[Record]) -> list[Line]:
    return [Line(record.line, _cells(record.cells)) for record in records]


def _cells(cells: Sequence[str]) -> list[Cell]:
    return list(cells)
