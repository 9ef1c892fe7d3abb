"""Which texts go into which request, and what rides along in the room that is left (N8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice

from insights.labelling.asked import Asked, Brand, Usage
from insights.labelling.canaries import CANARIES
from insights.labelling.prompt import TOKENS_A_LABEL, messages_for
from insights.rules import Sentiment

# Texts of a labelling that are looked at twice, where there is room.
SECOND_LOOKS = 20
# What tells an estimate before the bill: bytes of UTF-8 a token, and tokens of a usual label.
BYTES_A_TOKEN = 3.6
USUAL_TOKENS_A_LABEL = 60
# For brackets and for a model that thinks aloud.
SPARE_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """One call: `asked` are its own; `again` are another request's, looked at twice; canaries are ours."""

    asked: tuple[Asked, ...]
    again: tuple[Asked, ...] = ()
    canaries: tuple[tuple[Asked, Sentiment], ...] = ()

    def in_order(self) -> tuple[Asked, ...]:
        """Return all texts in an order that neither authors nor weeks decide, the same at every try."""
        riding = (canary for canary, _ in self.canaries)
        return tuple(sorted(chain(self.asked, self.again, riding), key=_place))

    def halves(self) -> Iterator["Request"]:
        """Yield the two halves, with the canaries: whoever led the model astray is alone in the end."""
        middle = len(self.asked) // 2
        for part in (self.asked[:middle], self.asked[middle:]):
            yield Request(part, canaries=self.canaries)

    def without(self, keys: set[str]) -> "Request":
        """Return the request for what is still missing."""
        return Request(tuple(asked for asked in self.asked if asked.key not in keys))


def requests_for(asked: Sequence[Asked], *, size: int) -> list[Request]:
    """Return as few requests of at most `size` texts as there can be, evenly filled; a key is asked once."""
    unique = sorted({one.key: one for one in asked}.values(), key=_place)
    number = -(-len(unique) // size)
    parts = [tuple(unique[place::number]) for place in range(number)]
    seconds = islice(chain.from_iterable(parts), SECOND_LOOKS if number > 1 else 0)
    again = _spread(list(seconds), parts, size)
    return [_riding(part, again[place], size) for place, part in enumerate(parts)]


def _spread(
    seconds: Sequence[Asked], parts: Sequence[tuple[Asked, ...]], size: int
) -> list[tuple[Asked, ...]]:
    """Give each second look to a request that did not look first and has room beside its canaries."""
    given: list[list[Asked]] = [[] for _ in parts]
    for place, one in enumerate(seconds):
        other = (place % len(parts) + 1) % len(parts)
        if one not in parts[other] and len(parts[other]) + len(given[other]) + len(CANARIES) < size:
            given[other].append(one)
    return [tuple(some) for some in given]


def _riding(part: tuple[Asked, ...], again: tuple[Asked, ...], size: int) -> Request:
    room = size - len(part) - len(again)
    return Request(part, again, tuple(CANARIES[: max(0, room)]))


def _place(asked: Asked) -> bytes:
    return sha256(asked.key.encode()).digest()


def most_tokens(request: Request) -> int:
    """Return the longest answer worth paying for."""
    return len(request.in_order()) * TOKENS_A_LABEL + SPARE_TOKENS


def estimate(request: Request, *, brand: Brand) -> Usage:
    """Return what a request will probably take."""
    texts = request.in_order()
    sent = sum(len(message["content"].encode()) for message in messages_for(texts, brand=brand))
    return Usage(calls=1, tokens_in=round(sent / BYTES_A_TOKEN), tokens_out=len(texts) * USUAL_TOKENS_A_LABEL)
