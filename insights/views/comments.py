"""The comments under a figure, as people wrote them and as they were read (W1)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models.words import PLATFORM_LABELS, SENTIMENT_LABELS
from insights.modules import CommentView, PostView, View
from insights.modules.selecting import Choice, select
from insights.reports.looking import Chosen, view_for
from insights.reports.narrowing import words_of
from insights.reports.words import EMOTIONS
from insights.rules import Emotion, Frame, Sentiment
from insights.views.choosing import chosen, fichas_of
from insights.views.dashboard import frame
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.paging import Pages
from tenants.intake import is_number

PAGE = 50
SHOWN = 0.5
TONES = {Sentiment.POSITIVE: "good", Sentiment.NEGATIVE: "bad"}
# Fields of the list's own form; the rest of the address goes along with it.
ASKED = ("sentiment", "emotion", "q", "platform", "offset")


@dataclass(frozen=True, slots=True)
class Row:
    """A comment with its post, and its label in words."""

    comment: CommentView
    post: PostView | None
    platform: str
    sentiment: str
    emotions: list[str]
    topics: list[tuple[str, str]]
    tone: str


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """List the comments of a look, narrowed by `sentiment`, `emotion`, `topic`, `author`, `week`…"""
    fichas = fichas_of(request)
    looked, choice = chosen(request, fichas, now=timezone.now()), asked_for(request)
    view = view_for(looked, choice)
    found, offset = select(view, choice), asked.number(request, "offset") or 0
    page = frame(looked, fichas) | _form(request, choice)
    page |= {
        "rows": _rows(view, found[offset : offset + PAGE], looked),
        "total": len(found),
        "unlabelled": sum(comment.label is None for comment in found),
        "pages": _pages(request, offset, len(found)),
        "back": looked.href(),
    }
    return render(request, "insights/comments.html", page)


def _form(request: HttpRequest, choice: Choice) -> dict[str, object]:
    """Return what the list's own form shows, and what is looked for."""
    return {
        "choice": choice,
        "narrowed": narrowed(request, choice),
        "kept": [(name, value) for name, value in request.GET.items() if value and name not in ASKED],
        "sentiments": SENTIMENT_LABELS.items(),
        "emotions": EMOTIONS.items(),
    }


def _rows(view: View, found: list[CommentView], looked: Chosen) -> list[Row]:
    posts = {post.id: post for post in view.posts}
    return [row(comment, posts.get(comment.post_id), looked) for comment in found]


def asked_for(request: HttpRequest) -> Choice:
    """Return what an address looks for; what means nothing looks for nothing."""
    return Choice(
        topic=asked.text(request, "topic"),
        author=asked.text(request, "author"),
        comment=asked.number(request, "comment"),
        week=asked.day(request, "week"),
        asks_for=asked.text(request, "asks"),
        ids=frozenset(int(one) for one in asked.text(request, "ids").split(".") if is_number(one)),
        words=asked.text(request, "q"),
        **_of_label(request),
        **_of_post(request),
    )


def _of_label(request: HttpRequest) -> dict[str, Any]:
    sentiment = asked.one_of(request, "sentiment", list(Sentiment))
    emotion = asked.one_of(request, "emotion", list(Emotion))
    frame_ = asked.one_of(request, "frame", list(Frame))
    return {
        "sentiment": Sentiment(sentiment) if sentiment else None,
        "emotion": Emotion(emotion) if emotion else None,
        "frame": Frame(frame_) if frame_ else None,
    }


def _of_post(request: HttpRequest) -> dict[str, Any]:
    return {
        "post": asked.number(request, "post"),
        "address": asked.text(request, "address"),
        "posted": asked.day(request, "posted"),
        "weekday": _within(request, "weekday", range(1, 8)),
        "hour": _within(request, "hour", range(24)),
    }


def _within(request: HttpRequest, name: str, known: range) -> int | None:
    found = asked.one_of(request, name, [str(one) for one in known])
    return int(found) if found else None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One thing that is looked for, in words, and the address of the list without it."""

    words: str
    without: str


def narrowed(request: HttpRequest, choice: Choice) -> list[Narrowed]:
    """Say what is looked for, each with the way out of it."""
    said = words_of(choice, formats_for(request))
    return [Narrowed(words, _without(request, name)) for name, words in said.items()]


def _without(request: HttpRequest, *names: str) -> str:
    params = {name: value for name, value in request.GET.items() if name not in (*names, "offset")}
    return f"{reverse('insights:comments')}?{urlencode(params)}"


def row(comment: CommentView, post: PostView | None, looked: Chosen) -> Row:
    """Return a comment as the list shows it."""
    label = comment.label
    shown = sorted(((v, k) for k, v in label.emotions.items() if v >= SHOWN), reverse=True) if label else []
    return Row(
        comment=comment,
        post=post,
        platform=PLATFORM_LABELS[post.platform] if post else "",
        sentiment=str(SENTIMENT_LABELS[label.sentiment]) if label and label.sentiment else "",
        emotions=[str(EMOTIONS[emotion]) for _value, emotion in shown],
        topics=[(one.topic, looked.comments(topic=one.topic)) for one in label.topics] if label else [],
        tone=TONES.get(label.sentiment, "") if label and label.sentiment else "",
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
