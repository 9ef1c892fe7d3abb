"""Who reads a page that stands before the tenant, and of which tenant its frame is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tenants import queries
from tenants.actions import sessions
from tenants.actions.demanding import check_factor
from tenants.models import Membership, User

View = Callable[..., HttpResponse]


def framed(view: View) -> View:
    """Let a public page's frame name the tenant chosen in the session, as the pages around it do."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = chosen_membership(request)
        if found and not sessions.is_current(session=request.session, membership=found):
            # Else a session that was ended could choose itself a new life here (S6).
            auth.logout(request)
            return HttpResponseRedirect(reverse("login"))
        if found:
            request.principal = queries.principal_of_member(found, via="session")  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return inner


def memberships_here(request: HttpRequest) -> list[Membership]:
    """Return where the reader may go, on a tenant's own host only there. One query."""
    mine = queries.memberships_of(user=user_of(request))
    here = request.host_tenant  # type: ignore[attr-defined]
    return [m for m in mine if here is None or m.tenant_id == here.id]


def chosen_membership(request: HttpRequest) -> Membership | None:
    """Return the reader's membership of the tenant chosen in the session. One query."""
    chosen = sessions.chosen_tenant(session=request.session)
    return queries.membership(user_id=user_of(request).id, tenant_id=chosen) if chosen else None


def membership_here(request: HttpRequest) -> Membership | None:
    """Return the chosen membership, else the only one; None where somebody has to choose first.

    Raises FactorDemanded: what stands before the tenant's scope belongs to the tenant all the same.
    """
    every = memberships_here(request)
    found = chosen_membership(request) or (every[0] if len(every) == 1 else None)
    if found not in every:
        return None
    check_factor(found)
    return found


def user_of(request: HttpRequest) -> User:
    """Return who is logged in; only behind `login_required`."""
    return cast(User, request.user)
