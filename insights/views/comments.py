"""The comments under a figure, as people wrote them and as they were read (W1)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models.words import FRAME_LABELS, PLATFORM_LABELS, SENTIMENT_LABELS
from insights.modules import CommentView, PostView
from insights.modules.selecting import Choice, select
from insights.reports.looking import view_for
from insights.reports.words import EMOTIONS
from insights.rules import Emotion, Frame, Sentiment
from insights.views.choosing import chosen, fichas_of
from insights.views.dashboard import frame
from tenants.display import asked
from tenants.display.paging import Pages

PAGE = 50
SHOWN = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """A comment with its post, and its label in words."""

    comment: CommentView
    post: PostView | None
    platform: str
    sentiment: str
    emotions: list[str]
    topics: list[str]


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """List the comments of a look, narrowed by `sentiment`, `emotion`, `topic`, `author`, `week`…"""
    fichas = fichas_of(request)
    looked, choice = chosen(request, fichas, now=timezone.now()), asked_for(request)
    view = view_for(looked)
    found, offset = select(view, choice), asked.number(request, "offset") or 0
    posts = {post.id: post for post in view.posts}
    page = frame(looked, fichas) | {
        "rows": [row(comment, posts.get(comment.post_id)) for comment in found[offset : offset + PAGE]],
        "total": len(found),
        "words": in_words(choice),
        "pages": _pages(request, offset, len(found)),
        "back": looked.href(),
    }
    return render(request, "insights/comments.html", page)


def asked_for(request: HttpRequest) -> Choice:
    """Return what an address looks for; what means nothing looks for nothing."""
    sentiment = asked.one_of(request, "sentiment", list(Sentiment))
    emotion = asked.one_of(request, "emotion", list(Emotion))
    frame_ = asked.one_of(request, "frame", list(Frame))
    return Choice(
        sentiment=Sentiment(sentiment) if sentiment else None,
        emotion=Emotion(emotion) if emotion else None,
        frame=Frame(frame_) if frame_ else None,
        topic=asked.text(request, "topic"),
        author=asked.text(request, "author"),
        post=asked.number(request, "post"),
        comment=asked.number(request, "comment"),
        week=asked.day(request, "week"),
        asks_for=asked.text(request, "asks"),
        address=asked.text(request, "address"),
        posted=asked.day(request, "posted"),
        weekday=_within(request, "weekday", range(1, 8)),
        hour=_within(request, "hour", range(24)),
    )


def _within(request: HttpRequest, name: str, known: range) -> int | None:
    found = asked.one_of(request, name, [str(one) for one in known])
    return int(found) if found else None


def in_words(choice: Choice) -> list[str]:
    """Say what is looked for."""
    return [
        str(word)
        for word in (
            choice.sentiment and SENTIMENT_LABELS[choice.sentiment],
            choice.emotion and EMOTIONS[choice.emotion],
            choice.frame and FRAME_LABELS[choice.frame],
            choice.topic,
            choice.author,
            choice.week,
        )
        if word
    ]


def row(comment: CommentView, post: PostView | None) -> Row:
    """Return a comment as the list shows it."""
    label = comment.label
    shown = sorted(((v, k) for k, v in label.emotions.items() if v >= SHOWN), reverse=True) if label else []
    return Row(
        comment=comment,
        post=post,
        platform=PLATFORM_LABELS[post.platform] if post else "",
        sentiment=str(SENTIMENT_LABELS[label.sentiment]) if label and label.sentiment else "",
        emotions=[str(EMOTIONS[emotion]) for _value, emotion in shown],
        topics=[mention.topic for mention in label.topics] if label else [],
    )


def _pages(request: HttpRequest, offset: int, total: int) -> Pages:
    params = {name: value for name, value in request.GET.items() if name != "offset"}
    here, following = reverse("insights:comments"), offset + PAGE
    return Pages(
        shown=min(following, total),
        next_url=f"{here}?{urlencode(params | {'offset': str(following)})}" if following < total else "",
        first_url=f"{here}?{urlencode(params)}" if offset else "",
        total=total,
    )
