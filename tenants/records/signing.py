"""Secrets of webhooks and what is signed with them, after the Standard Webhooks specification (W16).

A secret is not stored. It is the HMAC of a random seed (in the tenant's schema) under `MINGA_DB_KEY` (on the
machine): a copy of the tables signs nothing, and neither does the key without them.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings

PURPOSE = b"minga webhook secret\n"
PREFIX = "whsec_"


def new_seed() -> str:
    """Return what a new secret is made of."""
    return secrets.token_hex(32)


def secret_of(seed: str) -> str:
    """Return the secret as the receiver keeps it: `whsec_` and base64 of its 32 bytes."""
    return PREFIX + base64.b64encode(_key(seed)).decode()


def headers_of(*, message: str, moment: int, body: str, seeds: Iterable[str]) -> dict[str, str]:
    """Return the three headers of a message sent at `moment` (Unix seconds), signed once for each seed."""
    content = f"{message}.{moment}.{body}".encode()
    signed = (hmac.new(_key(seed), content, hashlib.sha256).digest() for seed in seeds)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join("v1," + base64.b64encode(one).decode() for one in signed),
    }


def _key(seed: str) -> bytes:
    return hmac.new(settings.DB_KEY.encode(), PURPOSE + seed.encode(), hashlib.sha256).digest()
