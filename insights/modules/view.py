"""What the modules look at: the posts and comments of a brand, a range and platforms, as plain values.

Standard library only. Who builds a view has filtered it: comments by **their** date, posts by platform.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from insights.modules.topic_names import spellings, spoken_of
from insights.modules.weeks import monday
from insights.rules import MINIMUM_SAMPLE, Engine, Label, Platform, Trait

# An opportunity is high from here on (Q6) where an installation sets nothing else.
DEMAND_CUT = 10.0
IMPACT_CUT = 50.0


@dataclass(frozen=True, slots=True)
class CommentView:
    """A stored comment. `label` None: it has none. `created_at` is aware; `likes` None is unknown."""

    id: int
    post_id: int
    author: str
    text: str
    created_at: datetime
    likes: int | None = None
    label: Label | None = None
    engine: Engine | None = None


@dataclass(frozen=True, slots=True)
class PostView:
    """A stored post with its newest counters; None is unknown. `created_at` is aware."""

    id: int
    url: str
    platform: Platform
    created_at: datetime
    content: str = ""
    likes: int | None = None
    comments_count: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Cuts:
    """From where demand (% of comments) and impact (0-100) count as high; equal is high (Q6)."""

    demand: float = DEMAND_CUT
    impact: float = IMPACT_CUT


Said = tuple[CommentView, Label]


@dataclass(frozen=True)
class View:
    """One look at a brand. The order of posts and comments changes nothing in any result.

    engine: who labels this brand now; an offline view with labels of a model offers what they hold.
    version: of the prompt or word lists, for provenance. start, end: aware, both included, for the posts of
    Q11-Q15; comments come filtered. posts: at least every post of the comments, also older ones. brought:
    numbers of the posts that a run brought, when only they count as published; None is all of the range.
    """

    comments: Sequence[CommentView]
    posts: Sequence[PostView]
    engine: Engine
    version: str = ""
    zone: str = "America/Lima"
    minimum: int = MINIMUM_SAMPLE
    targets: Mapping[Trait, float | None] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    cuts: Cuts = Cuts()
    language: str = "es"
    brought: Collection[int] | None = None

    @cached_property
    def labelled(self) -> list[Said]:
        """Labelled comments with their labels: the n of every module."""
        return [(comment, comment.label) for comment in self.comments if comment.label is not None]

    @cached_property
    def by_post(self) -> list[tuple[PostView, list[Said]]]:
        """Posts that have labelled comments, the most commented first, then by address."""
        said = defaultdict(list)
        for pair in self.labelled:
            said[pair[0].post_id].append(pair)
        posts = [(post, said[post.id]) for post in self.posts if post.id in said]
        return sorted(posts, key=lambda each: (-len(each[1]), each[0].url))

    @cached_property
    def by_week(self) -> dict[date, list[Said]]:
        """Labelled comments by the Monday of their week, in the order of time."""
        zone, weeks = ZoneInfo(self.zone), defaultdict(list)
        for pair in self.labelled:
            weeks[monday(pair[0].created_at, zone)].append(pair)
        return dict(sorted(weeks.items()))

    @cached_property
    def topics(self) -> dict[int, dict[str, float]]:
        """What each labelled comment says of which topic: comment id → topic key → sentiment."""
        return {comment.id: spoken_of(label.topics) for comment, label in self.labelled if label.topics}

    @cached_property
    def topic_spellings(self) -> dict[str, str]:
        """How each topic key is written."""
        return spellings(mention.topic for _, label in self.labelled for mention in label.topics)

    @cached_property
    def engines(self) -> frozenset[Engine]:
        """Who made the labels that are there."""
        return frozenset(comment.engine for comment, _ in self.labelled if comment.engine is not None)

    @cached_property
    def published(self) -> list[PostView]:
        """Posts of the range by their own date, or of the run, in the order of time (Q11-Q15)."""
        posts = [post for post in self.posts if self._is_in_range(post.created_at) and self._is_brought(post)]
        return sorted(posts, key=lambda post: (post.created_at, post.url))

    def _is_in_range(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment <= self.end)

    def _is_brought(self, post: PostView) -> bool:
        return self.brought is None or post.id in self.brought

    @property
    def offers_model(self) -> bool:
        """Whether traits, frames, needs and authority were asked for at all (N11).

        A person's correction of a few offline labels does not make a tile of them.
        """
        return self.engine is Engine.MODEL or Engine.MODEL in self.engines
