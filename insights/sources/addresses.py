"""A post's address in one canonical form: however it was copied, it is the same post (N4)."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from insights.rules import URL_LENGTH

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]{2,}")
_DOORS = ("www.", "m.")
# What the platforms and their advertisers add to say who passed an address on.
_TRACKING_PREFIXES = ("utm_", "igsh", "__cft__", "__xts__", "__tn__")
_TRACKING = frozenset(
    (
        *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "ttclid", "twclid", "yclid"),
        *("mc_cid", "mc_eid", "mibextid", "rdid", "sfnsn", "share_url", "is_from_webapp", "is_copy_url"),
        *("sender_device", "sender_web_id", "share_app_id", "share_link_id", "tt_from", "_ga", "_gl"),
        *("_r", "_t", "_rdr", "_rdc", "ref_src", "ref_url"),
    )
)


class BadAddress(ValueError):
    """A text that is no address of a post."""


# A sheet of 200,000 comments repeats the addresses of some thousand posts: half of its reading was this.
@lru_cache(maxsize=16_384)
def canonical_url(text: str) -> str:
    """Return the canonical form of an address, itself canonical; raises BadAddress (N4)."""
    address = text.strip()
    if not _SCHEME.match(address):
        address = f"https://{address}"
    if re.search(r"\s", address):
        raise BadAddress
    try:
        parts = urlsplit(address)
        host = _host_of(parts)
    except ValueError as broken:
        raise BadAddress from broken
    query = urlencode(_kept(parts.query), quote_via=quote)
    url = f"https://{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"
    if len(url) > URL_LENGTH:
        raise BadAddress
    return url


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    # What is left must still be a host: m.com is a house and no door.
    while host.startswith(_DOORS) and host.count(".") > 1:
        host = host.split(".", 1)[1]
    if parts.username is not None or not _HOST.fullmatch(host.encode("idna").decode("ascii")):
        raise BadAddress
    port = parts.port
    return host if port in {None, 80, 443} else f"{host}:{port}"


def _kept(query: str) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in parse_qsl(query) if not _is_tracking(name.lower()))


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
