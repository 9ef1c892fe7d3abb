"""Workbooks of a brand: the sheet as it was some days ago and as it is now, with what is true of each."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from insights.rules import Label, RowCode, Tab
from insights.samples.feed import Comment, Feed, Post
from insights.samples.rows import COMMENT_COLUMNS, POST_COLUMNS, Line, Rows
from insights.samples.words import BRANDS, Brand
from tenants.samples.dice import Dice

SEED = 2026
WEEKS = 16
LAST_MONDAY = date(2026, 11, 9)
# The first book ends so many days before the last week does.
_EARLIER = timedelta(days=3)


@dataclass(slots=True)
class Truth:
    """What a correct reading of a book finds, and what each text means.

    counts: by tab, rows read, blank, repeated and rejected. remarks: tab, row, code.
    new: comments never seen in the book before; edited: how many changed their text.
    """

    counts: dict[Tab, dict[str, int]]
    remarks: list[tuple[Tab, int, RowCode]]
    posts: int
    comments: int
    labels: dict[str, Label]
    new: int = 0
    edited: int = 0
    gone: int = 0
    stories: list[dict[str, str]] = field(default_factory=list)

    def as_document(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BookSample:
    """The bytes of a brand's workbook and what is true of them."""

    filename: str
    brand: Brand
    content: bytes
    truth: Truth


def make_books(
    brand: str, *, seed: int = SEED, weeks: int = WEEKS, last_monday: date = LAST_MONDAY, size: float = 1.0
) -> tuple[BookSample, BookSample]:
    """Return a brand's workbook of three days before the end and the one of the end.

    The second has more posts and comments, late ones, edits, higher counters, and lacks some rows. `size`
    multiplies comments. Raises KeyError for a brand that is not in BRANDS.
    """
    sketch, dice = BRANDS[brand], Dice(seed)
    feed = Feed(dice, sketch, weeks=weeks, last_monday=last_monday, size=size)
    posts = feed.posts()
    comments = list(feed.comments(posts))
    stories = [_story(story.weeks_ago, story.mood, last_monday) for story in sketch.stories]
    early = _early(dice, posts, comments, feed.ends_at - _EARLIER)
    late = _late(dice, feed, posts, comments, early)
    return (
        _book(sketch, dice, f"{brand}-1.xlsx", *early, stories, ()),
        _book(sketch, dice, f"{brand}-2.xlsx", *late, stories, _taken(*early)),
    )


def write_books(folder: Path, *, seed: int = SEED, weeks: int = WEEKS) -> list[Path]:
    """Write both workbooks of every brand, their truth beside as JSON. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [book for brand in BRANDS for book in make_books(brand, seed=seed, weeks=weeks)]
    for sample in samples:
        (folder / sample.filename).write_bytes(sample.content)
        told = json.dumps(sample.truth.as_document(), indent=1, ensure_ascii=False)
        (folder / f"{sample.filename}.truth.json").write_text(told, encoding="utf-8")
    return [folder / sample.filename for sample in samples]


Told = tuple[Sequence[Post], Sequence[Comment]]


def _early(dice: Dice, posts: Sequence[Post], comments: Sequence[Comment], until: datetime) -> Told:
    """Return what stood in the sheet then: one old post and some old comments had not been copied yet."""
    known = [post for post in posts if post.created_at < until][1:]
    urls = {post.url for post in posts if post.created_at < until}
    told = [each for each in comments if each.created_at < until and each.url in urls]
    return known, [each for each in told if not dice.chance(0.02)]


def _late(dice: Dice, feed: Feed, posts: Sequence[Post], comments: Sequence[Comment], early: Told) -> Told:
    """Return what stands there now: all of it, some comments edited, counters grown, some rows gone."""
    seen = {id(each) for each in early[1]}
    kept = [each for each in comments if id(each) not in seen or not dice.chance(0.01)]
    edited = [_edited(dice, feed, each) if id(each) in seen else each for each in kept]
    return [replace(post, likes=post.likes + int(dice.share() * 9)) for post in posts], edited


def _edited(dice: Dice, feed: Feed, comment: Comment) -> Comment:
    if comment.label.sentiment is None or not dice.chance(0.015):
        return comment
    phrase = feed.phrase_of(comment.label.sentiment)
    return replace(comment, text=f"{feed.say(phrase)} (editado)", label=phrase.label)


def _book(
    brand: Brand,
    dice: Dice,
    filename: str,
    posts: Sequence[Post],
    comments: Sequence[Comment],
    stories: list[dict[str, str]],
    before: Sequence[Comment],
) -> BookSample:
    rows = Rows(dice, brand)
    content = _packed({Tab.POSTS: rows.posts(posts, comments), Tab.COMMENTS: rows.comments(comments)})
    here = {_mark(each) for each in _taken(posts, comments)}
    past = {_mark(each): each.text for each in before}
    truth = Truth(
        counts=rows.counts,
        remarks=rows.remarks,
        posts=len(posts),
        comments=len(here),
        labels={each.text: each.label for each in comments},
        new=len(here - set(past)),
        edited=sum(past.get(_mark(each), each.text) != each.text for each in comments),
        gone=len(set(past) - here),
        stories=stories,
    )
    return BookSample(filename, brand, content, truth)


def _taken(posts: Sequence[Post], comments: Sequence[Comment]) -> list[Comment]:
    """Return the comments that can be stored; those of a post that is not there wait for it (N5)."""
    known = {post.url for post in posts}
    return [each for each in comments if each.url in known]


def _mark(comment: Comment) -> tuple[str, str, datetime, str]:
    return comment.url, comment.author.lstrip("@").casefold(), comment.created_at, comment.comment_id


def _story(weeks_ago: int, mood: str, last_monday: date) -> dict[str, str]:
    year, week, _ = (last_monday - timedelta(weeks=weeks_ago)).isocalendar()
    return {"semana": f"{year:04d}-W{week:02d}", "mood": mood}


def _packed(tabs: dict[Tab, Iterator[Line]]) -> bytes:
    """Return the .xlsx; texts stay texts, whatever they look like."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    columns = {Tab.POSTS: POST_COLUMNS, Tab.COMMENTS: COMMENT_COLUMNS}
    with xlsxwriter.Workbook(packed, options) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for tab, lines in tabs.items():
            sheet = book.add_worksheet(tab.title())
            sheet.write_row(0, 0, columns[tab])
            for row, line in enumerate(lines, 1):
                for place, cell in enumerate(line):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(row, place, cell, moment)
                    elif cell is not None:
                        sheet.write(row, place, cell)
    return packed.getvalue()
