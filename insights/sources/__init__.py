"""Reading a brand's source: a Google Sheet or a workbook in, posts, comments and remarks out; no database."""

from insights.sources.addresses import BadAddress, canonical_url
from insights.sources.answers import Answer, Line
from insights.sources.opening import Source, read_source
from insights.sources.refusals import (
    MissingColumns,
    MissingTab,
    NoCredentials,
    NoSource,
    NoSuchSheet,
    NotShared,
    SheetTooLarge,
    SheetUnavailable,
    SourceRefused,
    UnreadableWorkbook,
)
from insights.sources.rows import CommentRow, PostRow, ReadSource, ReadTab, Remark, read_rows

__all__ = [
    "Answer",
    "BadAddress",
    "CommentRow",
    "Line",
    "MissingColumns",
    "MissingTab",
    "NoCredentials",
    "NoSource",
    "NoSuchSheet",
    "NotShared",
    "PostRow",
    "ReadSource",
    "ReadTab",
    "Remark",
    "SheetTooLarge",
    "SheetUnavailable",
    "Source",
    "SourceRefused",
    "UnreadableWorkbook",
    "canonical_url",
    "read_rows",
    "read_source",
]
