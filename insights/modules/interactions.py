"""What platforms count of posts (Q11-Q15)."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from insights.modules.view import PostView, View
from insights.modules.weeks import calendar, monday
from insights.rules import Platform


def interactions(post: PostView) -> int | None:
    """Return likes, comments and shares together; an unknown counter adds nothing, None if all are."""
    known = [each for each in (post.likes, post.comments_count, post.shares) if each is not None]
    return sum(known) if known else None


def by_network(posts: Iterable[PostView]) -> dict[Platform, list[PostView]]:
    """Part posts by network, in listed order; networks without a post are left out."""
    parted: dict[Platform, list[PostView]] = {platform: [] for platform in Platform}
    for post in posts:
        parted[post.platform].append(post)
    return {platform: each for platform, each in parted.items() if each}


def by_week(view: View) -> dict[date, list[PostView]]:
    """Part the published posts by week: every one in which the view has a post or a comment, and between."""
    zone = ZoneInfo(view.zone)
    mondays = [monday(post.created_at, zone) for post in view.published]
    if not mondays:
        return {}
    lively = [*mondays, *view.by_week]
    parted: dict[date, list[PostView]] = {week: [] for week in calendar(lively)}
    for week, post in zip(mondays, view.published, strict=True):
        parted[week].append(post)
    return parted
