"""The tenant that a session works in, and the moment until which it may (S6)."""

from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone

from tenants import queries
from tenants.models import Membership, User

TENANT, VERSION = "tenant", "tenant_version"


def chosen_tenant(*, session: SessionBase) -> UUID | None:
    """Return the tenant that was chosen in this session, whether it may still be entered or not."""
    try:
        return UUID(session.get(TENANT, ""))
    except ValueError:
        return None


def choose_tenant(*, session: SessionBase, membership: Membership) -> None:
    """Work in the membership's tenant from the next request on."""
    session[TENANT], session[VERSION] = str(membership.tenant_id), membership.version


def is_current(*, session: SessionBase, membership: Membership) -> bool:
    """Say whether the membership, which must be the chosen one, is as it was when the session chose it."""
    return bool(session.get(VERSION) == membership.version)


def keep_current(*, session: SessionBase, user: User) -> None:
    """Let this one session outlive a change that the person made in it, such as of the own password."""
    tenant_id = chosen_tenant(session=session)
    found = queries.membership(user_id=user.id, tenant_id=tenant_id) if tenant_id else None
    if found:
        choose_tenant(session=session, membership=found)


def end_sessions(*, user: User) -> None:
    """End every session of the person, also those without a tenant. Reads the sessions of the last hours."""
    # A session names its person inside a signed text, so there is nothing to filter by.
    living = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
    theirs = [row.pk for row in living if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()
