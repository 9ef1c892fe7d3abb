"""Who says it, and what happened: signature and content of a webhook, from its raw bytes (S17)."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from campaigns.providers.calling import CallReport
from campaigns.providers.reading import EPOCH, read_call
from campaigns.providers.refusals import BadSignature, UnreadableAnswer
from tenants.intake.strict_json import read_json

SIGNATURE_HEADER = "x-retell-signature"
TOLERANCE = timedelta(minutes=5)
# ASCII digits without leading zeros: one moment is written in one way.
_SIGNATURE = re.compile(r"v=(?P<moment>[1-9][0-9]{0,15}),d=(?P<digest>[0-9a-f]{64})")


class EventKind(StrEnum):
    """The events that change what we know of a call."""

    STARTED = "call_started"
    ENDED = "call_ended"
    ANALYZED = "call_analyzed"


_KINDS = {str(kind): kind for kind in EventKind}


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event: its name as sent, the call as it stood then, and what makes it one of a kind.

    The provider numbers no events: those of EventKind happen once per call, others are told by their body.
    """

    name: str
    call: CallReport
    unique: str

    @property
    def kind(self) -> EventKind | None:
        """Return which of the three it is, None for news that changes nothing."""
        return _KINDS.get(self.name)


def verify_signature(*, raw: bytes, header: str | None, keys: Iterable[str], now: datetime) -> None:
    """Accept what one of `keys` signed within five minutes of `now`, either way. Raises BadSignature."""
    found = _SIGNATURE.fullmatch(header or "")
    if found is None:
        raise BadSignature
    signed_at = EPOCH + timedelta(milliseconds=min(int(found["moment"]), _FAR))
    digests = [_digest(key, raw, found["moment"]) for key in keys if key]
    # Every key is tried whatever the first one says, so the time taken tells nothing.
    matches = [hmac.compare_digest(digest, found["digest"]) for digest in digests]
    if abs(now - signed_at) > TOLERANCE or not any(matches):
        raise BadSignature


def read_event(raw: bytes) -> CallEvent:
    """Return the event of a verified body. Raises BadJSON, UnreadableAnswer."""
    body = read_json(raw, mends=True)
    name = body.get("event") if isinstance(body, dict) else None
    if not isinstance(name, str) or not 0 < len(name) <= 64:
        raise UnreadableAnswer("event")
    return CallEvent(name, read_call(body.get("call")), _unique(name, raw))


def _digest(key: str, raw: bytes, moment: str) -> str:
    return hmac.new(key.encode(), raw + moment.encode("ascii"), hashlib.sha256).hexdigest()


def _unique(name: str, raw: bytes) -> str:
    return name if name in _KINDS else f"{name}:{hashlib.sha256(raw).hexdigest()}"


# The last moment that a datetime can hold, in milliseconds; what lies beyond is stale anyway.
_FAR = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp() * 1000)
