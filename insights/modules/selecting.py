"""The comments under a figure (W1): the same readings that the modules count, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from insights.modules.topic_names import topic_key
from insights.modules.view import CommentView, PostView, View
from insights.modules.voices import author_key
from insights.modules.weeks import monday
from insights.rules import Emotion, Frame, Label, Sentiment

# From here on an emotion shows in a comment.
SHOWN = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for; what is None or empty narrows nothing. `week` is a Monday, `topic` any spelling.

    asks_for: the topic of an opportunity (Q6). words: in the text, any case. ids: any of these comments.
    posted, weekday (1-7), hour: when the post appeared (Q11-Q15).
    """

    sentiment: Sentiment | None = None
    emotion: Emotion | None = None
    frame: Frame | None = None
    topic: str = ""
    asks_for: str = ""
    author: str = ""
    post: int | None = None
    week: date | None = None
    comment: int | None = None
    ids: frozenset[int] = frozenset()
    words: str = ""
    address: str = ""
    posted: date | None = None
    weekday: int | None = None
    hour: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is looked for."""
        return self != Choice()


Test = Callable[[CommentView], bool]


def select(view: View, choice: Choice) -> list[CommentView]:
    """Return the comments of a view that a choice names, newest first."""
    tests = tuple(_tests(view, choice))
    found = [comment for comment in view.comments if all(test(comment) for test in tests)]
    return sorted(found, key=lambda comment: (comment.created_at, comment.id), reverse=True)


def _tests(view: View, choice: Choice) -> Iterator[Test]:
    yield from _of_labels(choice)
    yield from _of_posts(view, choice)
    if choice.asks_for:
        yield _asking(view, topic_key(choice.asks_for))
    yield from _of_comments(choice)
    if choice.topic:
        key = topic_key(choice.topic)
        yield lambda comment: key in view.topics.get(comment.id, {})
    if choice.week is not None:
        zone = ZoneInfo(view.zone)
        yield lambda comment: monday(comment.created_at, zone) == choice.week


def _of_comments(choice: Choice) -> Iterator[Test]:
    if choice.author:
        name = author_key(choice.author)
        yield lambda comment: author_key(comment.author) == name
    if choice.post is not None:
        yield lambda comment: comment.post_id == choice.post
    if choice.comment is not None:
        yield lambda comment: comment.id == choice.comment
    if choice.ids:
        yield lambda comment: comment.id in choice.ids
    if choice.words:
        wanted = choice.words.casefold()
        yield lambda comment: wanted in comment.text.casefold()


def _of_labels(choice: Choice) -> Iterator[Test]:
    if choice.sentiment is not None:
        yield _labelled(lambda label: label.sentiment is choice.sentiment)
    if choice.frame is not None:
        yield _labelled(lambda label: label.frame is choice.frame)
    if (emotion := choice.emotion) is not None:
        yield _labelled(lambda label: label.emotions[emotion] >= SHOWN)


def _asking(view: View, key: str) -> Test:
    """Return the test of Q6: who needs it, or by rules who speaks badly of it (N11)."""
    if view.offers_model:
        return _labelled(lambda label: label.need is not None and topic_key(label.need.topic) == key)
    return lambda comment: view.topics.get(comment.id, {}).get(key, 0.0) < 0


def _of_posts(view: View, choice: Choice) -> Iterator[Test]:
    if (choice.address, choice.posted, choice.weekday, choice.hour) == ("", None, None, None):
        return
    zone = ZoneInfo(view.zone)
    named = {post.id for post in view.published if _is_chosen(post, choice, zone)}
    yield lambda comment: comment.post_id in named


def _is_chosen(post: PostView, choice: Choice, zone: ZoneInfo) -> bool:
    local = post.created_at.astimezone(zone)
    return (
        choice.address in ("", post.url)
        and choice.posted in (None, monday(post.created_at, zone))
        and choice.weekday in (None, local.isoweekday())
        and choice.hour in (None, local.hour)
    )


def _labelled(test: Callable[[Label], bool]) -> Test:
    return lambda comment: comment.label is not None and test(comment.label)
