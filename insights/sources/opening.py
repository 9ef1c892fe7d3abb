"""One way to read a brand's source, wherever it is (N1)."""

from dataclasses import dataclass

from insights.rules import SourceKind
from insights.sources.answers import Answer
from insights.sources.refusals import NoSource
from insights.sources.workbooks import read_workbook


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows are, and the zone of moments that name none."""

    kind: SourceKind
    zone: str
    posts_tab: str
    comments_tab: str
    spreadsheet_id: str = ""
    workbook: bytes | None = None


def read_source(source: Source, *, is_asked_about: bool = False) -> Answer:
    """Return what a source says now; `is_asked_about` adds a sheet's title, locale and zone.

    Raises a SourceRefused that says what to do.
    """
    if source.kind == SourceKind.WORKBOOK:
        if source.workbook is None:
            raise NoSource
        return read_workbook(source.workbook, posts_tab=source.posts_tab, comments_tab=source.comments_tab)
    if not source.spreadsheet_id:
        raise NoSource
    # Google's client takes a third of a second to load; workers without sheets never pay for it.
    from insights.sources.sheets import read_sheet

    return read_sheet(
        source.spreadsheet_id,
        posts_tab=source.posts_tab,
        comments_tab=source.comments_tab,
        is_asked_about=is_asked_about,
    )
