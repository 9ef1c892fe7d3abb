"""People's own words, with the comment they stand in (N21)."""

from collections.abc import Iterable, Mapping

from pydantic.dataclasses import dataclass

from insights.modules.shapes import STRICT, Some, Text
from insights.modules.view import CommentView


@dataclass(frozen=True, slots=True, config=STRICT)
class Quote:
    """Words of a stored comment, letter by letter."""

    comment_id: Some
    texto: Text


def rank(comment: CommentView) -> tuple[int, float, int]:
    """Return a key by which the most liked come first, then the newest."""
    return -(comment.likes or 0), -comment.created_at.timestamp(), comment.id


def quote(comment: CommentView) -> Quote:
    """Return all words of a comment."""
    return Quote(comment.id, comment.text)


def best_quote(comments: Iterable[CommentView]) -> Quote | None:
    """Return the words of the most liked comment, then the newest; None without comments."""
    said = list(comments)
    # Likes alone leave few; only those are compared by their moment.
    most = max((comment.likes or 0 for comment in said), default=0)
    first = min((comment for comment in said if (comment.likes or 0) == most), key=rank, default=None)
    return None if first is None else quote(first)


def is_verbatim(quote: Quote, texts: Mapping[int, str]) -> bool:
    """Say whether words stand in the comment they are said to be from; texts by comment id."""
    return quote.texto in texts.get(quote.comment_id, "")
