"""A second factor beside the password: added, asked for, renewed, taken off, reset for who lost it (S8).

All in the public scope. Whoever has any has recovery codes too; the last real one takes them along.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.actions.people import log_out_everywhere
from tenants.actions.tries import count_try, forget_tries
from tenants.models import User
from tenants.records import actions as records
from tenants.rules import Proof, RefusalKind, Refused, TenantStatus
from tenants.scope import tenant_scope
from tenants.signin import codes, passkeys

log = logging.getLogger(__name__)
Type = Authenticator.Type
LIMITS = ("second_factor", "second_factor_day")


class WrongCode(Refused):
    """The code is wrong, spent, or of another person; or the passkey's answer is not to what was asked."""

    code = "wrong_code"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("The code is not right, or was used already.")


class CodeNeeded(Refused):
    """The person has a second factor, and a program sent the password alone."""

    code = "mfa_required"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("Send a code of the authenticator app, or a recovery code, as “otp”.")


class SecondFactorMissing(Refused):
    """The person must have a second factor and has none yet."""

    code = "mfa_setup_required"
    kind = RefusalKind.FORBIDDEN
    message = _("Platform staff need a second factor: log in on the pages and set one up.")


class SecondFactorStays(Refused):
    """The last one stays while it is demanded."""

    code = "mfa_stays"
    message = _("The last second factor stays while one is demanded: add another one first.")


class AppIsThere(Refused):
    """The person has an authenticator app."""

    code = "app_is_there"
    message = _("There is an authenticator app already: remove it first.")


def factors_of(*, user: User) -> list[Authenticator]:
    """Return what the person added: the app and the passkeys, oldest first. One query."""
    found = Authenticator.objects.filter(user=user).exclude(type=Type.RECOVERY_CODES)
    return list(found.order_by("created_at", "pk"))


def must_have_one(*, user: User) -> bool:
    """Say whether the person may do nothing without a second factor."""
    return bool(user.is_staff and settings.STAFF_SECOND_FACTOR)


def must_keep_one(*, user: User) -> bool:
    """Say whether the last one stays: of platform staff's, and where an organisation demands it."""
    mine = queries.memberships_of(user=user)
    return must_have_one(user=user) or any(one.tenant.demands_second_factor for one in mine)


def check_code(*, request: HttpRequest, user: User, code: str, now: datetime) -> Proof:
    """Spend a code of the app or a recovery code, and say which. Raises TooManyTries, WrongCode."""
    return _check(request, user, proof=partial(codes.spend, user=user, code=code, now=now))


def check_passkey(*, request: HttpRequest, user: User, answer: str, now: datetime) -> Proof:
    """Take a browser's answer to a passkey's challenge. Raises TooManyTries, WrongCode."""
    return _check(request, user, proof=partial(passkeys.spend, user=user, answer=answer, now=now))


def check_otp(*, request: HttpRequest, user: User, otp: str | None, now: datetime) -> Proof:
    """Ask a program for what a page would ask for. Raises CodeNeeded, SecondFactorMissing, and as above."""
    if not factors_of(user=user):
        if must_have_one(user=user):
            raise SecondFactorMissing
        return Proof.PASSWORD
    if not otp:
        raise CodeNeeded
    return check_code(request=request, user=user, code=otp, now=now)


def add_app(*, request: HttpRequest, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """Keep an app's secret that a code proves; return recovery codes if there were none.

    Raises TooManyTries, WrongCode, AppIsThere.
    """
    count_try(request=request, own=LIMITS, key=str(user.pk))
    step = codes.step_of(secret=secret, code=code.replace(" ", ""), now=now)
    if step is None:
        raise WrongCode
    forget_tries(own=LIMITS, key=str(user.pk))
    try:
        with one_at_a_time(user):
            codes.keep_app(user=user, secret=secret, step=step)
            return _added(user, Type.TOTP)
    except IntegrityError as error:
        raise AppIsThere from error


def add_passkey(*, user: User, name: str, answer: str) -> list[str]:
    """Keep the passkey of a browser's answer; return recovery codes if there were none. Raises WrongCode."""
    with one_at_a_time(user):
        if passkeys.keep(user=user, name=name, answer=answer) is None:
            raise WrongCode
        return _added(user, Type.WEBAUTHN)


def remove(*, user: User, number: int) -> None:
    """Take off one of the person's own factors, of an unknown number none. Raises SecondFactorStays."""
    with one_at_a_time(user):
        mine = factors_of(user=user)
        if number not in {one.pk for one in mine}:
            return
        if len(mine) == 1 and must_keep_one(user=user):
            raise SecondFactorStays
        Authenticator.objects.filter(user=user, pk=number).delete()
        if len(mine) == 1:
            Authenticator.objects.filter(user=user).delete()
        _tell(user, "second_factor_removed", user.pk)


def renew_recovery_codes(*, user: User) -> list[str]:
    """Return new recovery codes, none for who has no second factor; the ones before are worth nothing."""
    with one_at_a_time(user):
        if not factors_of(user=user):
            return []
        _tell(user, "recovery_codes_renewed", user.pk)
        return codes.new_recovery_codes(user=user)


def reset(*, user: User, by: UUID | None) -> None:
    """Take off everything, for who lost the device: sessions and tokens end, and it is audited."""
    with one_at_a_time(user):
        Authenticator.objects.filter(user=user).delete()
        log_out_everywhere(user=user)
        log.warning("second factors of %s reset by %s", user.pk, by)
        _tell(user, "second_factor_reset", by)


@contextmanager
def one_at_a_time(user: User) -> Iterator[None]:
    """Lock the person's row: two removals at once would leave none, a renewal beside one codes alone."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        yield


def _check(request: HttpRequest, user: User, *, proof: "partial[Proof | None]") -> Proof:
    key = str(user.pk)
    count_try(request=request, own=LIMITS, key=key)
    found = proof()
    if found is None:
        log.warning("second factor of %s refused", key)
        raise WrongCode
    forget_tries(own=LIMITS, key=key)
    return found


def _added(user: User, kind: str) -> list[str]:
    # What was opened by the password alone ends; the caller keeps its own session.
    log_out_everywhere(user=user)
    _tell(user, "second_factor_added", user.pk, kind=kind)
    has_codes = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists()
    return [] if has_codes else codes.new_recovery_codes(user=user)


def _tell(user: User, verb: str, by: UUID | None, **change: str) -> None:
    """Write into the platform's history, and after the commit into the audit logs of the person's tenants."""
    records.note_act(verb=verb, of="tenants.user", id=user.pk, by=by, person=user.pk, change=dict(change))
    transaction.on_commit(partial(_note, user, verb, by, **change))


def _note(user: User, verb: str, by: UUID | None, **change: str) -> None:
    """Write into the audit log of every tenant of the person, each with its own log-in."""
    for found in queries.memberships_of(user=user):
        if found.tenant.status == TenantStatus.READY:
            with tenant_scope(found.tenant.schema_name):
                records.note(verb=verb, of="user", id=user.pk, by=by, change=dict(change))
