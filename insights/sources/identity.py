"""Which comment is it? The same on every run, wherever its row stands (N4)."""

import hashlib
from datetime import datetime
from uuid import UUID

_SEPARATOR = "\x1f"  # no text of ours holds it


def author_key(author: str) -> str:
    """Return an author's name as it is compared: without @ and case."""
    return author.strip().lstrip("@").casefold()


def digest(*parts: str) -> UUID:
    """Return 128 bits that stand for some texts."""
    whole = _SEPARATOR.join(parts).encode("utf-8", "replace")
    return UUID(bytes=hashlib.blake2b(whole, digest_size=16).digest())


def spot_of(url: str, author: str, moment: datetime) -> UUID:
    """Return what stays when a comment without an id is edited: its post, author and moment (N6)."""
    return digest("spot", url, author_key(author), moment.isoformat())


def identity_of(comment_id: str, spot: UUID, text_hash: str) -> UUID:
    """Return a comment's identity: its id there, else post, author, moment and text (N4)."""
    return digest("id", comment_id) if comment_id else digest("text", str(spot), text_hash)
