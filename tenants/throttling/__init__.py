"""How many tries are left? Exact, atomic counters that every process shares (S8)."""

import logging
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

log = logging.getLogger(__name__)
TALLY_SECONDS = 90 * 86_400


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more try was allowed, and the figures for the RateLimit headers (seconds)."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: int


def hit(name: str, key: str) -> Verdict:
    """Count one try of `key` under the limit `name`; say whether it was within."""
    item = _limit(name)
    try:
        allowed = _limiter().hit(item, name, key)
        window = _limiter().get_window_stats(item, name, key)
    except (StorageError, RedisError, OSError) as error:
        # Without the counters' server people must still get in; the lock of django-axes stays.
        log.error("counters unreachable: %s", type(error).__name__)
        return Verdict(True, item.amount, item.amount, 0)
    return Verdict(
        allowed, item.amount, max(0, window.remaining), max(1, round(window.reset_time - time.time()))
    )


def forget(name: str, key: str) -> None:
    """Clear the count of `key`, as a successful log-in does for its account."""
    try:
        _limiter().clear(_limit(name), name, key)
    except (StorageError, RedisError, OSError) as error:
        log.error("counters unreachable: %s", type(error).__name__)


def tally(name: str) -> None:
    """Count one event for whoever watches all processes; begun anew after 90 days."""
    try:
        _limiter().storage.incr(f"tally:{name}", TALLY_SECONDS)
    except (StorageError, RedisError, OSError) as error:
        log.error("counters unreachable: %s", type(error).__name__)


def tallied(name: str) -> int | None:
    """Return how many events were counted, None without the counters' server."""
    try:
        return int(_limiter().storage.get(f"tally:{name}"))
    except (StorageError, RedisError, OSError):
        return None


@cache
def _limit(name: str) -> RateLimitItem:
    return parse(settings.THROTTLES[name])


@cache
def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(storage_from_string(settings.THROTTLE_STORAGE, wrap_exceptions=True))
