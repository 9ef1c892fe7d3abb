"""Programs' keys of an organisation, seen to by its administrators: made, shown once, revoked (W14)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants import queries
from tenants.actions import keys as actions
from tenants.actions.sessions import check_fresh_authentication
from tenants.forms import KeyForm
from tenants.models import ApiKey, Membership
from tenants.permissions import Capability, check_may
from tenants.rules import Role
from tenants.views.framing import framed, membership_here


@dataclass(frozen=True, slots=True)
class Row:
    """A key as the page shows it."""

    key: ApiKey
    does: str
    parts: str


@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the organisation's keys; make one, revoke one. Administrators only."""
    mine = membership_here(request)
    if mine is None:
        return HttpResponseRedirect(f"{reverse('choose')}?next={reverse('keys')}")
    check_may(mine.role, Capability.ADMINISTER)
    form = KeyForm(request.POST if "name" in request.POST else None, giver=mine.role)
    if request.method == "POST":
        check_fresh_authentication(request)
        if "revoke" in request.POST:
            return _revoked(mine, request)
        if form.is_valid():
            return _made(mine, request, form)
    return _page(mine, request, form)


def _made(mine: Membership, request: HttpRequest, form: KeyForm) -> HttpResponse:
    """Show the secret on the answer itself: kept nowhere, not even for the next page."""
    given = form.cleaned_data
    key, secret = actions.make_api_key(
        tenant=mine.tenant,
        name=given["name"],
        role=Role(given["role"]),
        areas=given["areas"],
        by=mine.user_id,
    )
    return _page(mine, request, KeyForm(giver=mine.role), made=key, secret=secret)


def _revoked(mine: Membership, request: HttpRequest) -> HttpResponse:
    try:
        number = UUID(request.POST["revoke"])
    except ValueError as error:
        raise actions.UnknownKey from error
    actions.revoke_own_key(tenant=mine.tenant, number=number, now=timezone.now(), by=mine.user_id)
    messages.success(request, _("The key has ended."))
    return HttpResponseRedirect(reverse("keys"))


def _page(
    mine: Membership, request: HttpRequest, form: KeyForm, made: ApiKey | None = None, secret: str = ""
) -> HttpResponse:
    rows = [_row(key) for key in queries.api_keys(tenant=mine.tenant)]
    page = {"form": form, "rows": rows, "made": made, "secret": secret}
    return render(request, "tenants/keys.html", page)


def _row(key: ApiKey) -> Row:
    parts = [name for app, name in queries.areas() if app in key.areas]
    does = _("Reads and changes") if key.role == Role.ADMIN else _("Reads")
    return Row(key, does, ", ".join(parts) or _("All parts"))
