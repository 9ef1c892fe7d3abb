"""Codes of an app and recovery codes: each is good once, however often it comes at once (S8)."""

import re
from base64 import b64encode
from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

from tenants.models import User
from tenants.rules import Proof

PERIOD_S = 30
# A telephone's clock may be a step off, and people type slowly (RFC 6238, 5.2).
STEPS_OFF = (-1, 0, 1)
UNWRITTEN = re.compile(r"[\s-]")

new_secret = generate_totp_secret


def step_of(*, secret: str, code: str, now: datetime) -> int | None:
    """Return the time step of which `code` is the secret's, None for a wrong code."""
    here = int(now.timestamp()) // PERIOD_S
    for step in (here + off for off in STEPS_OFF):
        if compare_user_code(actual=code, expected=code_at(secret=secret, step=step)):
            return step
    return None


def code_at(*, secret: str, step: int) -> str:
    """Return what an app with that secret shows during a step."""
    shown: str = format_hotp_value(hotp_value(secret, step))
    return shown


def spend(*, user: User, code: str, now: datetime) -> Proof | None:
    """Return of what a code was, the app's or a recovery code; it is spent then. None for no good one."""
    plain = UNWRITTEN.sub("", code)
    if _spend_of_app(user, plain, now):
        return Proof.APP
    return Proof.RECOVERY_CODE if _spend_recovery(user, plain, now) else None


def keep_app(*, user: User, secret: str, step: int = 0) -> Authenticator:
    """Keep the secret that an app shows codes of; the code of `step` is spent already."""
    kept = {"secret": get_adapter().encrypt(secret), "step": step}
    made: Authenticator = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=kept)
    return made


def new_recovery_codes(*, user: User) -> list[str]:
    """Return new codes, shown once; the ones before are worth nothing."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


def recovery_codes_left(*, user: User) -> int:
    """Count the recovery codes that were not spent."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def picture_of(*, user: User, secret: str) -> str:
    """Return the secret as a picture for the app's camera: an SVG in a data address."""
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(address_of(user=user, secret=secret))
    return "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode()


def address_of(*, user: User, secret: str) -> str:
    """Return the address that an app on the same device opens."""
    address: str = get_adapter().build_totp_url(user, secret)
    return address


@transaction.atomic
def _spend_of_app(user: User, code: str, now: datetime) -> bool:
    # The row's lock makes "once" true for two requests at the same moment, on any machine.
    rows = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP)
    found = rows.first()
    step = step_of(secret=decrypt(found.data["secret"]), code=code, now=now) if found else None
    if found is None or step is None or step <= found.data.get("step", 0):
        return False
    found.data["step"], found.last_used_at = step, now
    found.save(update_fields=["data", "last_used_at"])
    return True


@transaction.atomic
def _spend_recovery(user: User, code: str, now: datetime) -> bool:
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if found is None or not found.wrap().validate_code(code):
        return False
    Authenticator.objects.filter(pk=found.pk).update(last_used_at=now)
    return True
