"""What a session knows: its tenant, until when it may (S6), and how long ago who it is was proved (S8)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.models import LogIn, Membership, Session, User
from tenants.rules import Proof, RefusalKind, Refused
from tenants.signin.programs import program_of
from tenants.signin.store import BEGAN_AT, idleness

TENANT, VERSION = "tenant", "tenant_version"
PROVED_AT, HALFWAY, BROWSER = "proved_at", "halfway", "browser"
# How coarsely a session knows when it was last used: six writes an hour at the most.
SEEN_GRAIN = timedelta(minutes=10)
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


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's sessions, as they may see it; `handle` names it without telling its key."""

    handle: str
    browser: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


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


def begin(*, session: SessionBase, browser: str, now: datetime) -> None:
    """Remember when the person came in, and what their browser calls itself."""
    session[BEGAN_AT], session[BROWSER] = int(now.timestamp()), browser
    prove(session=session, now=now)


def note_log_in(*, request: HttpRequest, user: User, proof: Proof, is_program: bool = False) -> None:
    """Write down who came in by which proof (S8)."""
    agent = program_of(request.headers.get("User-Agent", ""))
    address = str(request.META.get("REMOTE_ADDR", ""))[:45]
    LogIn.objects.create(user=user, proof=proof, is_program=is_program, agent=agent, address=address)


def note_seen(*, session: SessionBase, now: datetime) -> None:
    """Write down that the person is there, at most once in SEEN_GRAIN. Public scope."""
    row: Session | None = getattr(session, "row", None)
    if row is not None and row.user_id and now - row.seen_at >= SEEN_GRAIN:
        # By itself: what cannot be written takes nothing of the caller's along.
        with transaction.atomic():
            Session.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now)


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


def own_sessions(*, user: User, session: SessionBase, now: datetime) -> list[OwnSession]:
    """Return where the person is logged in, this session first, then by last use. One query."""
    rows = Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=now - idleness())
    found = [_as_own(row, session) for row in rows.order_by("-seen_at")]
    return sorted(found, key=lambda one: not one.is_this)


def end_session(*, user: User, handle: str) -> None:
    """End one of the person's sessions; of an unknown handle none."""
    keys = Session.objects.filter(user=user).values_list("pk", flat=True)
    Session.objects.filter(pk__in=[key for key in keys if _handle(key) == handle]).delete()


def end_sessions(*, user: User) -> None:
    """End every session of the person, also those without a tenant."""
    Session.objects.filter(user=user).delete()


def _as_own(row: Session, session: SessionBase) -> OwnSession:
    known = session.decode(row.session_data)
    began_at = datetime.fromtimestamp(known.get(BEGAN_AT, row.seen_at.timestamp()), UTC)
    is_this = row.pk == session.session_key
    return OwnSession(_handle(row.pk), known.get(BROWSER, ""), began_at, row.seen_at, is_this)


def _handle(key: str) -> str:
    # The key itself would be a way in for whoever reads the page.
    return hashlib.sha256(key.encode()).hexdigest()[:16]
