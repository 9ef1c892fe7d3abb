"""Tokens: got by password, spent once, told apart by family (S6, S7)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants import queries, tokens
from tenants.actions.demanding import check_factor
from tenants.actions.second_factors import check_otp
from tenants.actions.sessions import note_log_in
from tenants.actions.tries import count_try, forget_tries
from tenants.models import Membership, RefreshFamily, RefreshToken, User
from tenants.rules import RefusalKind, Refused
from tenants.signin.programs import program_of

log = logging.getLogger(__name__)
# Two tabs may spend the same token at the same moment; later than this it is theft.
GRACE = timedelta(seconds=10)
LIMITS = ("login_account",)


class WrongPassword(Refused):
    """Unknown address, wrong password or inactive account: one answer for all three (S8)."""

    code = "wrong_credentials"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("The e-mail address or the password is not right.")


class TokenRefused(Refused):
    """The token is not valid, or not any more."""

    code = "token_refused"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("The token is not valid or has expired.")


class NoMembership(Refused):
    """The person belongs to no tenant, or not to this one."""

    code = "no_membership"
    kind = RefusalKind.FORBIDDEN
    message = _("You are not a member of this tenant.")


class SeveralTenants(Refused):
    """The person belongs to several tenants and has to name one."""

    code = "several_tenants"
    message = _("You belong to several tenants: name one in “tenant”.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a log-in or a refresh gives."""

    access: str
    refresh: str
    expires_at: datetime
    membership: Membership


def check_password(*, request: HttpRequest, email: str, password: str) -> User:
    """Return the user; counts the try first. Raises TooManyTries, WrongPassword."""
    account = email.strip().lower()
    count_try(request=request, own=LIMITS, key=account)
    user = authenticate(request, username=account, password=password)
    if not isinstance(user, User):
        raise WrongPassword
    forget_tries(own=LIMITS, key=account)
    return user


def log_in(
    *,
    request: HttpRequest,
    email: str,
    password: str,
    tenant: str | None,
    now: datetime,
    otp: str | None = None,
) -> Tokens:
    """Return a new family's first tokens.

    Raises what `check_password`, `check_otp`, `choose_membership` and `check_factor` raise.
    """
    user = check_password(request=request, email=email, password=password)
    proof = check_otp(request=request, user=user, otp=otp, now=now)
    membership = choose_membership(user=user, tenant=tenant)
    check_factor(membership)
    with transaction.atomic():
        note_log_in(request=request, user=user, proof=proof, is_program=True)
        program = program_of(request.headers.get("User-Agent", ""))
        return _issue(RefreshFamily.objects.create(membership=membership, program=program), membership, now)


def choose_membership(*, user: User, tenant: str | None) -> Membership:
    """Return the membership of the tenant named by slug or id, or the only one.

    Raises NoMembership, SeveralTenants (with the list).
    """
    found = queries.memberships_of(user=user)
    if tenant is not None:
        found = [m for m in found if tenant in (m.tenant.slug, str(m.tenant.id))]
    if not found:
        raise NoMembership
    if len(found) > 1:
        raise SeveralTenants(
            tenants=[
                {"id": str(m.tenant.id), "slug": m.tenant.slug, "name": m.tenant.name, "role": m.role}
                for m in found
            ]
        )
    return found[0]


def refresh(*, token: str, now: datetime) -> Tokens:
    """Spend a refresh token, return the family's next; of N at once one wins (S7).

    Raises TokenRefused, FactorDemanded.
    """
    claims = _read_refresh(token)
    with transaction.atomic():
        unspent = RefreshToken.objects.filter(
            pk=claims.id, family=claims.family, used_at=None, expires_at__gt=now
        )
        if unspent.update(used_at=now):
            return _next(claims, now)
    _punish_reuse(claims, now)
    raise TokenRefused


def end_family(*, user: User, number: UUID, now: datetime) -> None:
    """End one of the person's own families; of an unknown number none."""
    if RefreshFamily.objects.filter(pk=number, membership__user=user).exists():
        _revoke(number, now, "ended")


def log_out(*, token: str, now: datetime) -> None:
    """End the family of a refresh token. Raises TokenRefused."""
    claims = _read_refresh(token)
    _revoke(claims.family, now, "logout")


def _read_refresh(token: str) -> tokens.Claims:
    try:
        return tokens.read(token, kind="refresh")
    except tokens.BadToken as error:
        raise TokenRefused from error


def _next(claims: tokens.Claims, now: datetime) -> Tokens:
    family = queries.living_families(now=now).select_for_update().filter(pk=claims.family).first()
    membership = queries.membership(user_id=claims.user, tenant_id=claims.tenant, version=claims.version)
    if family is None or membership is None:
        raise TokenRefused
    check_factor(membership)
    return _issue(family, membership, now)


def _issue(family: RefreshFamily, membership: Membership, now: datetime) -> Tokens:
    sign = partial(
        tokens.sign,
        user=membership.user_id,
        tenant=membership.tenant_id,
        version=membership.version,
        role=membership.role,
        now=now,
    )
    access, claims = sign(kind="access")
    second, spend = sign(kind="refresh", family=family.id)
    RefreshToken.objects.create(id=spend.id, family=family, expires_at=spend.expires_at)
    return Tokens(access, second, claims.expires_at, membership)


def _punish_reuse(claims: tokens.Claims, now: datetime) -> None:
    spent = RefreshToken.objects.filter(pk=claims.id, used_at__lt=now - GRACE).exists()
    if spent and _revoke(claims.family, now, "reuse"):
        log.warning("refresh token reused: family %s revoked", claims.family)


def _revoke(family: UUID, now: datetime, because: str) -> bool:
    living = RefreshFamily.objects.filter(pk=family, revoked_at=None)
    return bool(living.update(revoked_at=now, revoked_because=because))
