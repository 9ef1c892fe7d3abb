"""How people write a feed into a sheet: in many forms, and with the mistakes that sheets have (N2-N5)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from insights.rules import RowCode, Tab
from insights.samples.feed import Comment, Post
from insights.samples.words import Brand
from tenants.samples.dice import Dice

POST_COLUMNS = ("post_url", "platform", "created_at", "content", "likes", "comments_count", "shares", "views")
COMMENT_COLUMNS = ("post_url", "comment_text", "ownerUsername", "created_at", "comment_id", "likes", "notas")

Cell = str | int | float | datetime | None
Line = tuple[Cell, ...]
_HEADER_LINE = 1
_WRONG = 0.01
_TWICE = 0.01
_BLANK = 0.01


class Rows:
    """Writes lines, and what a correct reading must say about each."""

    def __init__(self, dice: Dice, brand: Brand) -> None:
        """Write moments without an offset on the brand's clock."""
        self._dice, self._zone = dice, ZoneInfo(brand.zone)
        self._known: set[str] = set()
        self._line = dict.fromkeys(Tab, _HEADER_LINE)
        self.remarks: list[tuple[Tab, int, RowCode]] = []
        self.counts = {tab: {"read": 0, "blank": 0, "repeated": 0, "rejected": 0} for tab in Tab}

    def posts(self, posts: Sequence[Post], comments: Sequence[Comment]) -> Iterator[Line]:
        """Yield the lines of the tab of posts."""
        commented = Counter(each.url for each in comments)
        for post in posts:
            self._known.add(post.url)
            if self._dice.chance(_WRONG * 2):
                yield self._wrong_post(post)
            if self._dice.chance(_TWICE * 2):
                # The row was pasted again further up, from another device: the last one counts.
                self._count(Tab.POSTS)
                yield self._post(post, commented[post.url] - 1, f"{post.url}?utm_source=panel")
                self._remark_next(Tab.POSTS, RowCode.DUPLICATE_URL)
                self.counts[Tab.POSTS]["repeated"] += 1
            self._count(Tab.POSTS)
            yield self._post(post, commented[post.url], post.url)

    def comments(self, comments: Sequence[Comment]) -> Iterator[Line]:
        """Yield the lines of the tab of comments; the posts' must have been written before."""
        for comment in comments:
            if self._dice.chance(_BLANK):
                self._count(Tab.COMMENTS)
                self.counts[Tab.COMMENTS]["blank"] += 1
                yield self._comment(comment, text="   ")
            if self._dice.chance(_WRONG):
                yield self._wrong_comment(comment)
            self._count(Tab.COMMENTS)
            yield self._comment(comment)
            if comment.url not in self._known:
                self._reject(Tab.COMMENTS, RowCode.UNKNOWN_POST)
            elif self._dice.chance(_TWICE):
                self._count(Tab.COMMENTS)
                self.counts[Tab.COMMENTS]["repeated"] += 1
                yield self._comment(comment)

    def _wrong_post(self, post: Post) -> Line:
        self._count(Tab.POSTS)
        broken: Sequence[tuple[RowCode, dict[str, Cell]]] = (
            (RowCode.INVALID_PLATFORM, {"platform": "youtube"}),
            (RowCode.MISSING_TIMESTAMP, {"created_at": None}),
            (RowCode.INVALID_TIMESTAMP, {"created_at": "01/15/2025"}),
            (RowCode.MISSING_URL, {"post_url": None}),
        )
        code, cells = self._dice.pick(broken)
        self._reject(Tab.POSTS, code)
        whole = dict(zip(POST_COLUMNS, self._sound_post(post, 0, f"{post.url}borrador"), strict=True))
        return tuple((whole | cells).values())

    def _wrong_comment(self, comment: Comment) -> Line:
        self._count(Tab.COMMENTS)
        if self._dice.chance(0.5) and comment.url in self._known:
            self._reject(Tab.COMMENTS, RowCode.INVALID_TIMESTAMP)
            return self._comment(comment, moment="02/30/2026")
        self._reject(Tab.COMMENTS, RowCode.UNKNOWN_POST)
        return self._comment(comment, url="https://www.instagram.com/p/borrada/")

    def _post(self, post: Post, comments: int, url: str) -> Line:
        *line, views = self._sound_post(post, comments, url)
        if self._dice.chance(_WRONG):
            views = "muchas"
            self._remark(Tab.POSTS, RowCode.INVALID_NUMBER)
        elif self._dice.chance(_WRONG):
            views = -1
            self._remark(Tab.POSTS, RowCode.NEGATIVE_NUMBER)
        return (*line, views)

    def _sound_post(self, post: Post, comments: int, url: str) -> Line:
        platform = self._dice.pick((str(post.platform), post.platform.title(), f" {post.platform} "))
        moment = self._moment(post.created_at)
        return url, platform, moment, post.content, post.likes, max(comments, 0), post.shares, post.views

    def _comment(self, comment: Comment, *, text: str = "", moment: Cell = None, url: str = "") -> Line:
        return (
            url or self._address(comment.url),
            text or comment.text,
            comment.author or None,
            moment or self._moment(comment.created_at),
            comment.comment_id or None,
            comment.likes,
            "revisado" if self._dice.chance(0.05) else None,
        )

    def _address(self, url: str) -> str:
        forms: Sequence[Callable[[str], str]] = (
            lambda each: each,
            lambda each: each.replace("https://www.", "http://"),
            lambda each: f"{each}?fbclid=IwAR0",
            lambda each: each.rstrip("/"),
        )
        return self._dice.pick(forms)(url)

    def _moment(self, moment: datetime) -> Cell:
        """Return a moment in one of the ways of N3, to the minute."""
        here = moment.astimezone(self._zone)
        # An hour that comes twice, when clocks go back, needs its offset.
        if here.fold or here.replace(fold=1).utcoffset() != here.utcoffset():
            return here.isoformat()
        forms: Sequence[Cell] = (
            moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            here.isoformat(),
            here.strftime("%Y-%m-%d %H:%M"),
            here.strftime("%d/%m/%Y %H:%M"),
            here.replace(tzinfo=None),
        )
        return self._dice.pick(forms)

    def _count(self, tab: Tab) -> None:
        self._line[tab] += 1
        self.counts[tab]["read"] += 1

    def _reject(self, tab: Tab, code: RowCode) -> None:
        self.counts[tab]["rejected"] += 1
        self._remark(tab, code)

    def _remark(self, tab: Tab, code: RowCode) -> None:
        self.remarks.append((tab, self._line[tab], code))

    def _remark_next(self, tab: Tab, code: RowCode) -> None:
        self.remarks.append((tab, self._line[tab] + 1, code))
