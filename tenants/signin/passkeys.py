"""Passkeys: what a browser is asked for, and whether its answer is the person's (S8).

The challenge of a ceremony waits in the session; allauth reads it from the request that its middleware holds.
"""

import json
import struct
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from tenants.intake.strict_json import BadJSON, read_json
from tenants.models import User
from tenants.rules import Proof

# What a hostile or a broken browser's answer makes the package raise, bytes cut short included (S13).
UNFIT = (
    ValidationError,
    BadJSON,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    struct.error,
    UnsupportedAlgorithm,
    InvalidSignature,
)


def ask_for_new(*, user: User) -> str:
    """Return, as JSON, what `navigator.credentials.create` is called with."""
    return _json(auth.begin_registration(user, False))


def ask_for_one(*, user: User) -> str:
    """Return, as JSON, what `navigator.credentials.get` is called with."""
    return _json(auth.begin_authentication(user))


def keep(*, user: User, name: str, answer: str) -> Authenticator | None:
    """Keep the passkey of a browser's answer; None for one that is not to what was asked."""
    try:
        credential = read_json(answer.encode())
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except UNFIT:
        return None
    made: Authenticator = auth.WebAuthn.add(user, name, credential).instance
    return made


def spend(*, user: User, answer: str, now: datetime) -> Proof | None:
    """Return the proof that a browser's answer is, None for no good one; a challenge is good once."""
    try:
        credential: Any = read_json(answer.encode())
        auth.parse_authentication_response(credential)
        found = auth.complete_authentication(user, credential)
    except UNFIT:
        return None
    Authenticator.objects.filter(pk=found.pk).update(last_used_at=now)
    return Proof.PASSKEY


def _json(asked: dict[str, Any]) -> str:
    return json.dumps(asked, cls=DjangoJSONEncoder)
