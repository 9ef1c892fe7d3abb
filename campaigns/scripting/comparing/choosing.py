"""Which version of a script a person hears: a stable draw, the same at every retry and on every machine."""

from collections.abc import Mapping
from hashlib import blake2b

_BITS = 64


def choose_arm(*, campaign: int, person: str, weights: Mapping[int, int]) -> int:
    """Return the arm (a key of `weights`) of one person in one campaign, by a hash of both.

    Nobody else matters: entries that come or go move no one. Raises ValueError for weights below 1.
    """
    total = sum(weights.values())
    if not weights or min(weights.values()) < 1:
        raise ValueError("every arm needs a weight of at least 1")
    digest = blake2b(f"{campaign}\n{person}".encode(), digest_size=_BITS // 8).digest()
    # Whole numbers all the way: no rounding decides, and SQL or another language finds the same arm.
    ticket = int.from_bytes(digest, "big") * total >> _BITS
    for arm in sorted(weights):
        ticket -= weights[arm]
        if ticket < 0:
            return arm
    raise AssertionError("a ticket is below the total")
