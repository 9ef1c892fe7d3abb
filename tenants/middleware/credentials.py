"""Turn what a request carries into a principal: a key or token for the API, the session for pages.

Never both on one route: the API ignores cookies, pages ignore the Authorization header (W14).
"""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from tenants import queries, tokens
from tenants.actions import keys, sessions
from tenants.actions import tokens as token_actions
from tenants.actions.demanding import check_factor
from tenants.models import Membership, Tenant, User
from tenants.queries import Principal
from tenants.rules import RefusalKind, Refused

USED_AT_GRAIN = timedelta(minutes=1)


class NotSignedIn(Refused):
    """No credentials came with the request."""

    code = "not_signed_in"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("Sign in, or send a token or an API key.")


class TenantMismatch(Refused):
    """Host, token and session name different tenants."""

    code = "tenant_mismatch"
    kind = RefusalKind.FORBIDDEN
    message = _("The address and your session name different tenants.")


class ChooseTenant(Refused):
    """The person has chosen no tenant and belongs to several or none, or may not enter the chosen one now."""

    code = "choose_tenant"
    message = _("Choose a tenant first.")


def principal_of_api(request: HttpRequest, host_tenant: Tenant | None) -> Principal:
    """Return the principal of the Authorization header.

    Raises NotSignedIn, TokenRefused, TenantMismatch, FactorDemanded; keys are asked for no second factor.
    """
    scheme, _space, credential = request.headers.get("Authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() not in ("bearer", "api-key") or not credential:
        raise NotSignedIn
    is_key = credential.startswith(keys.KEY_MARK)
    principal = _by_key(credential) if is_key else _by_token(credential)
    return _checked(principal, host_tenant)


def principal_of_page(request: HttpRequest, host_tenant: Tenant | None) -> Principal:
    """Return the principal of the session.

    Raises NotSignedIn, ChooseTenant, TenantMismatch, NoMembership, FactorDemanded.
    One query in the usual case: user, membership and tenant together (S6).
    """
    chosen = sessions.chosen_tenant(session=request.session)
    if host_tenant and chosen and chosen != host_tenant.id:
        raise TenantMismatch
    wanted = host_tenant.id if host_tenant else chosen
    found = _member_of_session(request, wanted) if wanted else None
    found = found or _member_looked_for(request, host_tenant, chosen)
    if chosen is None:
        sessions.choose_tenant(session=request.session, membership=found)
    elif not sessions.is_current(session=request.session, membership=found):
        # Logged out everywhere, or another role: what this session was opened for is over (S6).
        request.session.flush()
        raise NotSignedIn
    check_factor(found)
    return queries.principal_of_member(found, via="session")


def _member_of_session(request: HttpRequest, tenant_id: UUID) -> Membership | None:
    user_id = _uuid(request.session.get(SESSION_KEY))
    found = queries.membership(user_id=user_id, tenant_id=tenant_id) if user_id else None
    if found is None or not _session_is_of(request, found.user):
        return None
    # What AuthenticationMiddleware would find with a query of its own.
    request.user = found.user
    return found


def _member_looked_for(request: HttpRequest, host_tenant: Tenant | None, chosen: UUID | None) -> Membership:
    user = request.user
    if not isinstance(user, User):
        raise NotSignedIn
    mine = queries.memberships_of(user=user)
    wanted = host_tenant.id if host_tenant else chosen
    if wanted:
        mine = [member for member in mine if member.tenant_id == wanted]
    if host_tenant and not mine:
        raise token_actions.NoMembership
    # A lost choice stays until the person makes another: no form, and no tab left open, moves by itself.
    if len(mine) != 1:
        raise ChooseTenant
    return mine[0]


def _session_is_of(request: HttpRequest, user: User) -> bool:
    # A changed password ends the session; Django's slow path then decides about rotated keys.
    return constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _by_key(secret: str) -> Principal:
    key = queries.api_key(secret=secret)
    if key is None:
        raise token_actions.TokenRefused
    keys.note_use(key=key, now=timezone.now(), grain=USED_AT_GRAIN)
    return queries.principal_of_key(key)


def _by_token(text: str) -> Principal:
    try:
        claims = tokens.read(text, kind="access")
    except tokens.BadToken as error:
        raise token_actions.TokenRefused from error
    found = queries.membership(user_id=claims.user, tenant_id=claims.tenant, version=claims.version)
    if found is None:
        raise token_actions.TokenRefused
    check_factor(found)
    return queries.principal_of_member(found, via="jwt")


def _checked(principal: Principal, host_tenant: Tenant | None) -> Principal:
    if host_tenant and host_tenant.id != principal.tenant.id:
        raise TenantMismatch
    return principal


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
