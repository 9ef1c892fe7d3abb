"""The comments under a figure, as people wrote them and as they were read (W1)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insights.models.words import FRAME_LABELS, PLATFORM_LABELS, SENTIMENT_LABELS
from insights.modules import CommentView, PostView
from insights.modules.selecting import Choice, select
from insights.modules.weeks import year_week
from insights.reports.looking import Chosen, view_for
from insights.reports.words import EMOTIONS, WEEKDAYS
from insights.rules import Emotion, Frame, Sentiment
from insights.views.choosing import chosen, fichas_of
from insights.views.dashboard import frame
from tenants.display import asked
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
    posts = {post.id: post for post in view.posts}
    page = frame(looked, fichas) | {
        "rows": [
            row(comment, posts.get(comment.post_id), looked) for comment in found[offset : offset + PAGE]
        ],
        "total": len(found),
        "narrowed": narrowed(request, choice),
        "choice": choice,
        "kept": [(name, value) for name, value in request.GET.items() if value and name not in ASKED],
        "sentiments": SENTIMENT_LABELS.items(),
        "emotions": EMOTIONS.items(),
        "unlabelled": sum(comment.label is None for comment in found),
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
        ids=frozenset(int(one) for one in asked.text(request, "ids").split(".") if is_number(one)),
        words=asked.text(request, "q"),
        address=asked.text(request, "address"),
        posted=asked.day(request, "posted"),
        weekday=_within(request, "weekday", range(1, 8)),
        hour=_within(request, "hour", range(24)),
    )


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
    words = {
        "sentiment": choice.sentiment and SENTIMENT_LABELS[choice.sentiment],
        "emotion": choice.emotion and EMOTIONS[choice.emotion],
        "frame": choice.frame and _("frame: %(frame)s") % {"frame": FRAME_LABELS[choice.frame]},
        "topic": choice.topic and _("about %(topic)s") % {"topic": choice.topic},
        "asks": choice.asks_for and _("asking for %(topic)s") % {"topic": choice.asks_for},
        "author": choice.author and _("by %(author)s") % {"author": choice.author},
        "week": choice.week and _("week %(week)s") % {"week": year_week(choice.week)},
        "posted": choice.posted and _("posts of week %(week)s") % {"week": year_week(choice.posted)},
        "weekday": choice.weekday and _("posts of a %(day)s") % {"day": WEEKDAYS[choice.weekday]},
        "hour": choice.hour is not None and _("posts at %(hour)s") % {"hour": f"{choice.hour:02}:00"},
        "address": choice.address and _("of one post"),
        "post": choice.post and _("of one post"),
        "comment": choice.comment and _("one comment"),
        "ids": choice.ids and _("cited comments"),
        "q": choice.words and f"“{choice.words}”",
    }
    return [Narrowed(str(said), _without(request, name)) for name, said in words.items() if said]


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
