"""A brand's posts and comments as the modules look at them: all of them, a range, some platforms, one run."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from insights.models import Comment, FichaCliente, Label, Post
from insights.models.labels import EMOTION_FIELDS, MEANING, SCALE, meaning_of
from insights.modules import CommentView, Cuts, PostView, View
from insights.modules.selecting import SHOWN, Choice
from insights.rules import Engine, Platform, Trait
from insights.rules import Label as Meaning

_COMMENT = ("id", "post_id", "author", "text", "created_at", "likes", "label_id")
_POST = ("id", "url", "platform", "created_at", "content", "likes", "comments_count", "shares", "views")
_ENGINES = {str(engine): engine for engine in Engine}
_PLATFORMS = {str(platform): platform for platform in Platform}
_UNLABELLED = (None, None)
EVERYTHING = Choice()
A_DAY = timedelta(days=1)


def view_of(
    *,
    ficha: FichaCliente,
    engine: Engine,
    version: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    platforms: Collection[Platform] = (),
    run: int | None = None,
    choice: Choice = EVERYTHING,
) -> View:
    """Return what modules look at; comments by their date, both ends included. Three queries, four of a run.

    `run`: only comments and posts that this run brought; older posts stand only under its comments.
    `choice`: at least the comments that it names, for `select`.
    """
    comments = comments_of(ficha=ficha, start=start, end=end, platforms=platforms, run=run)
    comments = comments.filter(_among(choice))
    posts = Post.objects.filter(ficha=ficha)
    if platforms:
        posts = posts.filter(platform__in=platforms)
    return View(
        comments=_comments(comments),
        posts=_posts(posts),
        engine=engine,
        version=version,
        zone=ficha.timezone,
        minimum=ficha.minimum_sample,
        targets={
            Trait(name): float(value) for name, value in ficha.target_profile.items() if value is not None
        },
        start=start,
        end=end,
        cuts=cuts(),
        language=ficha.language,
        brought=None if run is None else frozenset(posts.filter(first_run=run).values_list("id", flat=True)),
    )


def cuts() -> Cuts:
    """Return from where demand and impact are high in this installation (Q6)."""
    return Cuts(demand=settings.DEMAND_CUT, impact=settings.IMPACT_CUT)


def comments_of(
    *,
    ficha: FichaCliente,
    start: datetime | None = None,
    end: datetime | None = None,
    platforms: Collection[Platform] = (),
    run: int | None = None,
) -> QuerySet[Comment]:
    """Return the comments of a view, newest first."""
    wanted = Q(ficha=ficha)
    if start:
        wanted &= Q(created_at__gte=start)
    if end:
        wanted &= Q(created_at__lte=end)
    if platforms:
        wanted &= Q(platform__in=platforms)
    if run is not None:
        wanted &= Q(first_run=run)
    return Comment.objects.filter(wanted)


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to look at: how many comments, labelled or not, and who made the labels."""

    comments: int
    engines: frozenset[Engine]


def stock_of(comments: QuerySet[Comment]) -> Stock:
    """Count the comments of a look without reading them. One query."""
    engines = ArrayAgg("label__engine", distinct=True, default=Value([]))
    found = comments.order_by().aggregate(stored=Count("pk"), engines=engines)
    return Stock(found["stored"], frozenset(_ENGINES[name] for name in found["engines"] if name))


def _among(choice: Choice) -> Q:
    """Return rows among which all that a choice names are: what a column says need not be fetched and read.

    Whoever asks for something is known by the whole view (N11), so nothing is left out for that.
    """
    if choice.asks_for:
        return Q()
    named = {
        "label__sentiment": choice.sentiment,
        "label__frame": choice.frame,
        "post": choice.post,
        "pk": choice.comment,
    }
    wanted = Q(**{column: value for column, value in named.items() if value is not None})
    if choice.emotion is not None:
        wanted &= Q(**{f"label__{EMOTION_FIELDS[choice.emotion]}__gte": SHOWN * SCALE})
    return wanted & _about(choice.week)


def _about(week: date | None) -> Q:
    """Return rows of a week, and of a day more on both sides: which week it is, the brand's zone says."""
    if week is None or not MINYEAR < week.year < MAXYEAR:
        return Q()
    monday = datetime.combine(week, time.min, UTC)
    return Q(created_at__gte=monday - A_DAY, created_at__lt=monday + 8 * A_DAY)


def _comments(comments: QuerySet[Comment]) -> list[CommentView]:
    # Plain columns: as Django's objects 100,000 comments take fifteen seconds instead of one.
    rows = list(comments.order_by().values_list(*_COMMENT))
    meanings = _meanings(comments)
    return [
        CommentView(number, post, author, text, moment, likes, *meanings.get(label, _UNLABELLED))
        for number, post, author, text, moment, likes, label in rows
    ]


def _meanings(comments: QuerySet[Comment]) -> dict[int | None, tuple[Meaning, Engine]]:
    # Equal texts share a label, so each is built once however often it is said.
    used = Label.objects.filter(Exists(comments.order_by().filter(label=OuterRef("pk"))))
    rows = used.order_by().values_list("id", "engine", *MEANING)
    return {number: (meaning_of(row), _ENGINES[engine]) for number, engine, *row in rows}


def _posts(posts: QuerySet[Post]) -> list[PostView]:
    rows = posts.order_by().values_list(*_POST)
    return [PostView(number, url, _PLATFORMS[platform], *rest) for number, url, platform, *rest in rows]
