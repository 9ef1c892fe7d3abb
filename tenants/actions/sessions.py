"""What a session knows: its tenant, until when it may (S6), and how long ago who it is was proved (S8)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.models import Membership, User
from tenants.rules import RefusalKind, Refused

TENANT, VERSION = "tenant", "tenant_version"
PROVED_AT, HALFWAY = "proved_at", "halfway"
# From the password to the code: time to fetch a telephone, or to set up an app.
HALFWAY_S = 15 * 60


class NotFresh(Refused):
    """Who it is was proved too long ago for this; pages lead to the one that asks again."""

    code = "confirmation_needed"
    kind = RefusalKind.FORBIDDEN
    message = _("Confirm first that it is you.")


class PersonNeeded(Refused):
    """A key of a machine asked for what a person has to prove to be themselves for."""

    code = "person_needed"
    kind = RefusalKind.FORBIDDEN
    message = _(
        "A key may not do this: administrators, webhook endpoints and their secrets need a person, on the "
        "pages or with a token."
    )


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
    # Its row went with the others': it needs another, under another key.
    session.cycle_key()
    tenant_id = chosen_tenant(session=session)
    found = queries.membership(user_id=user.id, tenant_id=tenant_id) if tenant_id else None
    if found:
        choose_tenant(session=session, membership=found)


def prove(*, session: SessionBase, now: datetime) -> None:
    """Remember that just now the person proved who it is, by a password or a second factor."""
    session[PROVED_AT] = int(now.timestamp())


def check_fresh_authentication(request: HttpRequest) -> None:
    """Raise NotFresh if the page's reader proved who it is longer ago than FRESH_SECONDS (step-up, S8).

    For what touches money, roles or secrets, in any scope, without a query. Pages then lead to `/confirm/`
    and come back, with what was typed. Programs have no session, and pass.
    """
    principal = getattr(request, "principal", None)
    if principal is not None and principal.via != "session":
        return
    proved_at = request.session.get(PROVED_AT, 0)
    if timezone.now().timestamp() - proved_at > settings.FRESH_SECONDS:
        raise NotFresh


def check_person(principal: queries.Principal) -> None:
    """Raise PersonNeeded for a machine's key: nobody stands behind it who could be asked again (S8).

    For what touches administrators or secrets. A person's token passes: it began with password and code.
    """
    if principal.via == "api_key":
        raise PersonNeeded


def stop_halfway(*, session: SessionBase, user: User, now: datetime) -> None:
    """Remember who gave the right password and still owes a second factor; nobody is logged in by it."""
    session.cycle_key()
    session[HALFWAY] = [str(user.pk), user.get_session_auth_hash(), int(now.timestamp())]


def who_is_halfway(*, session: SessionBase, now: datetime) -> User | None:
    """Return who gave the right password not long ago, and still may come in. One query."""
    pk, password, at = session.get(HALFWAY, ("", "", 0))
    if now.timestamp() - at > HALFWAY_S:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(password, user.get_session_auth_hash()) else None


def end_sessions(*, user: User) -> None:
    """End every session of the person, also those without a tenant. Reads the sessions of the last hours."""
    # A session names its person inside a signed text, so there is nothing to filter by.
    living = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
    theirs = [row.pk for row in living if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()
