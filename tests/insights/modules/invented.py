"""Views of a few invented comments, by hand and by chance."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from insights.modules import CommentView, PostView, View
from insights.rules import (
    TOPICS,
    Emotion,
    Engine,
    Frame,
    Label,
    Need,
    Platform,
    Sentiment,
    TopicMention,
    Trait,
)

NOON = datetime(2025, 3, 12, 17, tzinfo=UTC)  # a Wednesday, noon in Lima
# A drawn view takes long on a busy machine; a few dozen find what a hundred find.
DRAWN = settings(deadline=None, max_examples=40)
NO_FEELING = dict.fromkeys(Emotion, 0.0)


def label(**said: Any) -> Label:
    """Return a label that says nothing but this."""
    return Label(**{"emotions": NO_FEELING, "sentiment": None, "score": None} | said)


def feeling(**levels: float) -> Label:
    """Return a label of emotions: `feeling(alegria=0.5)`."""
    return label(emotions=NO_FEELING | {Emotion(name): level for name, level in levels.items()})


def about(**topics: float) -> Label:
    """Return a label of topics: `about(Precio=-1)`."""
    return label(topics=tuple(TopicMention(topic, sentiment) for topic, sentiment in topics.items()))


def of_class(sentiment: Sentiment | None, **said: Any) -> Label:
    """Return a label of a sentiment."""
    return label(sentiment=sentiment, **said)


def number(name: str) -> int:
    """Return the number of a post's name."""
    return int(name.removeprefix("p"))


def post(name: str = "p1", **values: Any) -> PostView:
    """Return a post at `https://instagram.com/<name>`; p1 has the number 1."""
    known: dict[str, Any] = {"platform": Platform.INSTAGRAM, "created_at": NOON} | values
    return PostView(id=number(name), url=f"https://instagram.com/{name}", **known)


def comment(said: Label | None = None, name: int = 0, post: str = "p1", **values: Any) -> CommentView:
    """Return a comment of ana on a post; the engine is the model unless told."""
    known: dict[str, Any] = {
        "author": "ana",
        "text": f"comment {name}",
        "created_at": NOON,
        "engine": Engine.MODEL if said else None,
    }
    return CommentView(id=name, post_id=number(post), label=said, **known | values)


def view(comments: Iterable[CommentView | Label], posts: Iterable[PostView] = (), **values: Any) -> View:
    """Return a view, by the model unless told; comments without a number are numbered from 1."""
    asked = [each if isinstance(each, CommentView) else comment(each) for each in comments]
    named = [replace(each, id=each.id or place) for place, each in enumerate(asked, 1)]
    known = list(posts) or [post(f"p{each}") for each in sorted({each.post_id for each in named})]
    asked_for: dict[str, Any] = {"engine": Engine.MODEL}
    return View(comments=named, posts=known, **asked_for | values)


def _tenths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low * 10, high * 10).map(lambda value: value / 10)


_topics = st.sampled_from([*TOPICS, "precio", " PRECIO ", "garantia", "Envío gratis", "envio gratis", "Moda"])
_needs = st.builds(Need, text=st.just("more"), topic=_topics, impact=_tenths(0, 100))
_mentions = st.builds(TopicMention, topic=_topics, sentiment=_tenths(-1, 1))

labels: st.SearchStrategy[Label] = st.builds(
    Label,
    emotions=st.fixed_dictionaries({emotion: _tenths(0, 1) for emotion in Emotion}),
    sentiment=st.none() | st.sampled_from(Sentiment),
    score=st.none() | _tenths(-1, 1),
    subjectivity=st.none() | _tenths(0, 1),
    traits=st.fixed_dictionaries({trait: st.none() | _tenths(0, 100) for trait in Trait}),
    topics=st.lists(_mentions, max_size=3).map(tuple),
    frame=st.none() | st.sampled_from(Frame),
    need=st.none() | _needs,
    authority=st.none() | _tenths(0, 100),
)
moments = st.integers(0, 24 * 80).map(lambda hours: NOON + timedelta(hours=hours))
counters = st.none() | st.integers(0, 5000)
POSTS = ("p1", "p2", "p3", "p4")


@st.composite
def views(draw: st.DrawFn, /, engine: Engine = Engine.MODEL, **values: Any) -> View:
    """Draw a view of up to 25 comments on up to four posts."""
    posts = [
        post(
            name,
            platform=draw(st.sampled_from(Platform)),
            created_at=draw(moments),
            likes=draw(counters),
            comments_count=draw(counters),
            shares=draw(counters),
            views=draw(counters),
        )
        for name in POSTS
    ]
    comments = [
        comment(
            said,
            place,
            draw(st.sampled_from(POSTS)),
            author=draw(st.sampled_from(["Ana", "@ana", "luis", "LUIS", "", " @ ", "Eva M."])),
            created_at=draw(moments),
            likes=draw(st.none() | st.integers(0, 3)),
            engine=engine if said else None,
        )
        for place, said in enumerate(draw(st.lists(st.none() | labels, max_size=25)), 1)
    ]
    known: dict[str, Any] = {"engine": engine, "minimum": 3}
    return View(comments=comments, posts=posts, **known | values)


def results_of(result: Any) -> Mapping[str, Any]:
    """Return the results of an answer as JSON values."""
    stored: Mapping[str, Any] = result.to_json()["results"]
    return stored
