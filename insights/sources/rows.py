"""Rows that mean something: posts and comments of an answer, and what became of every row (N2-N5)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from insights.rules import NAME_LENGTH, TEXT_LENGTH, Platform, RowCode, Tab, text_hash
from insights.sources.addresses import BadAddress, canonical_url
from insights.sources.answers import Answer, Cell, Line
from insights.sources.cells import BadCounter, counter_of, text_of
from insights.sources.columns import COMMENT_COLUMNS, POST_COLUMNS, check_columns, find_columns, header_of
from insights.sources.identity import identity_of, spot_of
from insights.sources.moments import BadMoment, moment_of
from tenants.intake.tables import Vocabulary

COUNTERS = ("likes", "comments_count", "shares", "views")
_SHOWN = 120  # characters of a cell that a report repeats


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post that can be stored."""

    row: int
    url: str
    platform: Platform
    created_at: datetime
    content: str
    likes: int | None
    comments_count: int | None
    shares: int | None
    views: int | None


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment that can be stored."""

    row: int
    url: str
    comment_id: str
    author: str
    created_at: datetime
    text: str
    likes: int | None
    spot: UUID
    identity: UUID
    text_hash: str
    # Where a read puts it, by zone, this one's first: they differ if nothing but the zone says when.
    spots: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a row was left out, or taken with a doubt."""

    tab: Tab
    row: int
    code: RowCode
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class ReadTab:
    """What became of a tab's rows: read = accepted + blank + repeated + rejected (W3)."""

    read: int = 0
    blank: int = 0
    repeated: int = 0
    rejected: int = 0


@dataclass(slots=True)
class ReadSource:
    """A whole source, understood; posts by address and comments by identity, in the order of the source."""

    posts: dict[str, PostRow] = field(default_factory=dict)
    comments: dict[UUID, CommentRow] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    tabs: dict[Tab, ReadTab] = field(default_factory=lambda: {tab: ReadTab() for tab in Tab})
    has_comments_tab: bool = True


class _Rejected(Exception):
    def __init__(self, code: RowCode, column: str, cell: Cell) -> None:
        super().__init__(code)
        self.code, self.column, self.cell = code, column, cell


def read_rows(
    answer: Answer, *, zone: str, other_zones: Sequence[str] = (), known_urls: Collection[str] = ()
) -> ReadSource:
    """Read every row of an answer; `known_urls` are posts that are stored although the source has lost them.

    `other_zones`: those that earlier reads were made in, as far as comments of theirs may stand there still.
    The same answer and terms give the same rows and remarks. Raises MissingColumns.
    """
    check_columns(answer.posts, answer.comments)
    reading = _Reading(ZoneInfo(zone), [ZoneInfo(other) for other in other_zones], known_urls)
    for line, cells in _named(POST_COLUMNS, answer.posts):
        reading.take(Tab.POSTS, line, cells)
    for line, cells in _named(COMMENT_COLUMNS, answer.comments or []):
        reading.take(Tab.COMMENTS, line, cells)
    reading.read.has_comments_tab = answer.comments is not None
    return reading.read


def _named(vocabulary: Vocabulary, lines: Sequence[Line]) -> Iterator[tuple[Line, dict[str, Cell]]]:
    places = find_columns(vocabulary, header_of(lines))
    for line in lines[1:]:
        width = len(line.cells)
        cells = {name: line.cells[place] if place < width else None for name, place in places.items()}
        # A row with something only in columns that are ignored says nothing.
        if any(text_of(cell) for cell in cells.values()):
            yield line, cells


class _Reading:
    """A source while it is read."""

    def __init__(self, zone: ZoneInfo, others: Sequence[ZoneInfo], known_urls: Collection[str]) -> None:
        self._zone, self._others, self._known = zone, others, known_urls
        self.read = ReadSource()

    def take(self, tab: Tab, line: Line, cells: Mapping[str, Cell]) -> None:
        """Read one row; what is wrong with it is a remark, never an error."""
        counts = self.read.tabs[tab]
        counts.read += 1
        try:
            self._post(line.row, cells) if tab is Tab.POSTS else self._comment(line.row, cells)
        except _Rejected as refused:
            counts.rejected += 1
            self._remark(tab, line.row, refused.code, refused.column, refused.cell)

    def _post(self, row: int, cells: Mapping[str, Cell]) -> None:
        url = _url(cells)
        platform = _platform(cells["platform"])
        moment = _moment(cells["created_at"], self._zone)
        content = _text("content", cells["content"])
        counters = {name: self._counter(Tab.POSTS, row, name, cells.get(name)) for name in COUNTERS}
        if self.read.posts.pop(url, None):
            self.read.tabs[Tab.POSTS].repeated += 1
            self._remark(Tab.POSTS, row, RowCode.DUPLICATE_URL, "post_url", cells["post_url"])
        self.read.posts[url] = PostRow(row, url, platform, moment, content, **counters)

    def _comment(self, row: int, cells: Mapping[str, Cell]) -> None:
        text = _text("comment_text", cells["comment_text"])
        if not text:
            self.read.tabs[Tab.COMMENTS].blank += 1
            return
        url = _url(cells)
        if url not in self.read.posts and url not in self._known:
            raise _Rejected(RowCode.UNKNOWN_POST, "post_url", cells["post_url"])
        moment = _moment(cells["created_at"], self._zone)
        author = text_of(cells["ownerUsername"]).lstrip("@").strip()[:NAME_LENGTH]
        comment_id = text_of(cells.get("comment_id"))[:NAME_LENGTH]
        spot, hashed = spot_of(url, author, moment), text_hash(text)
        spots = (spot, *self._other_spots(url, author, cells["created_at"]))
        likes = self._counter(Tab.COMMENTS, row, "likes", cells.get("likes"))
        identity = identity_of(comment_id, spot, hashed)
        self._keep(
            CommentRow(row, url, comment_id, author, moment, text, likes, spot, identity, hashed, spots)
        )

    def _other_spots(self, url: str, author: str, written: Cell) -> Iterator[UUID]:
        return (spot_of(url, author, _moment(written, zone)) for zone in self._others)

    def _keep(self, comment: CommentRow) -> None:
        before = self.read.comments.pop(comment.identity, None)
        if before:
            self.read.tabs[Tab.COMMENTS].repeated += 1
            if (before.spot, before.text_hash) != (comment.spot, comment.text_hash):
                value = comment.comment_id
                self._remark(Tab.COMMENTS, comment.row, RowCode.DUPLICATE_COMMENT, "comment_id", value)
        self.read.comments[comment.identity] = comment

    def _counter(self, tab: Tab, row: int, column: str, cell: Cell) -> int | None:
        try:
            return counter_of(cell)
        except BadCounter as bad:
            self._remark(tab, row, bad.code, column, cell)
            return None

    def _remark(self, tab: Tab, row: int, code: RowCode, column: str, cell: Cell) -> None:
        self.read.remarks.append(Remark(tab, row, code, column, text_of(cell)[:_SHOWN]))


def _url(cells: Mapping[str, Cell]) -> str:
    text = text_of(cells["post_url"])
    if not text:
        raise _Rejected(RowCode.MISSING_URL, "post_url", None)
    try:
        return canonical_url(text)
    except BadAddress as bad:
        raise _Rejected(RowCode.INVALID_URL, "post_url", text) from bad


def _platform(cell: Cell) -> Platform:
    try:
        return Platform(text_of(cell).casefold())
    except ValueError as unknown:
        raise _Rejected(RowCode.INVALID_PLATFORM, "platform", cell) from unknown


def _moment(cell: Cell, zone: ZoneInfo) -> datetime:
    try:
        return moment_of(cell, zone)
    except BadMoment as bad:
        raise _Rejected(bad.code, "created_at", cell) from bad


def _text(column: str, cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > TEXT_LENGTH:
        raise _Rejected(RowCode.TOO_LONG, column, text)
    return text
