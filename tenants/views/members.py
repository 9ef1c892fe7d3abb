"""The people of an organisation, seen to by its administrators; the first password of who is new (S6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenants import queries
from tenants.actions import change_password, demanding
from tenants.actions import members as actions
from tenants.actions.sessions import check_fresh_authentication
from tenants.display.context_processors import ROLES
from tenants.forms import FirstPasswordForm, MemberForm
from tenants.models import Membership
from tenants.permissions import Capability, check_may, check_may_give
from tenants.rules import Refused, Role, may_give
from tenants.views.framing import framed, membership_here

# What was typed, or what a button stands for.
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A member as the page shows them; `link` sets the first password of who has none."""

    number: UUID
    name: str
    email: str
    role: str
    role_words: str
    is_reader: bool
    link: str
    has_factor: bool
    ends_at: datetime | None


@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """List who belongs to the organisation; invite, change roles, let go, demand second factors."""
    mine = membership_here(request)
    if mine is None:
        return HttpResponseRedirect(f"{reverse('choose')}?next={reverse('members')}")
    check_may(mine.role, Capability.ADMINISTER)
    form = MemberForm(request.POST if request.POST.get("do") == "invite" else None, giver=mine.role)
    if request.method == "POST":
        check_fresh_authentication(request)
    if request.method == "POST" and _done(request, mine, form):
        return HttpResponseRedirect(reverse("members"))
    found = queries.valid_memberships().filter(tenant=mine.tenant).order_by("user__name", "pk")
    rows = [_row(request, one, mine) for one in found]
    page = {"form": form, "rows": rows, "makes_admins": may_give(mine.role, Role.ADMIN)}
    return render(request, "tenants/members.html", page | _factors(mine, rows))


@sensitive_post_parameters("new")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """Let who was invited set a password; a spent, old or made-up link is 404 and says where to ask."""
    user = actions.welcomed(person=person, token=token)
    if user is None:
        return render(request, "tenants/welcome_over.html", status=404)
    form = FirstPasswordForm(request.POST or None, user=user)
    if not form.is_valid():
        return render(request, "tenants/welcome.html", {"form": form, "person": user})
    change_password(user=user, password=form.cleaned_data["new"])
    messages.success(request, _("The password is set. Log in with it."))
    return HttpResponseRedirect(reverse("login"))


def _done(request: HttpRequest, mine: Membership, form: MemberForm) -> bool:
    """Do what a button asks for; False when what was typed has to be mended."""
    do = DOINGS.get(request.POST.get("do", ""))
    if do is None or (do is _invite and not form.is_valid()):
        return do is None
    try:
        messages.success(request, do(mine, form.cleaned_data if do is _invite else request.POST))
    except Refused as refusal:
        if do is _invite:
            form.add_error(None, str(refusal))
            return False
        messages.error(request, str(refusal))
    return True


def _invite(mine: Membership, said: Said) -> str:
    role = Role(said["role"])
    made = actions.invite(
        tenant=mine.tenant, email=said["email"], name=said["name"], role=role, by=mine.user_id
    )
    if actions.welcome_key(membership=made):
        return _("Added. Give the person the link below: it sets the password, once, within three days.")
    return _("Added. The person logs in with the password they have.")


def _change_role(mine: Membership, said: Said) -> str:
    role = Role.ADMIN if said.get("role") == Role.ADMIN else Role.VIEWER
    check_may_give(mine.role, role)
    actions.change_role(tenant=mine.tenant, number=_number(said), role=role, by=mine.user_id)
    return _("The role is changed.")


def _let_go(mine: Membership, said: Said) -> str:
    actions.let_go(tenant=mine.tenant, number=_number(said), by=mine.user_id)
    return _("The person no longer belongs to the organisation.")


def _demand(mine: Membership, _said: Said) -> str:
    demanding.demand_factor(tenant=mine.tenant, by=mine.user)
    return _("From now on everybody here signs in with a second factor.")


def _release(mine: Membership, _said: Said) -> str:
    demanding.release_factor(tenant=mine.tenant, by=mine.user)
    return _("A second factor is everybody's own decision again.")


DOINGS: dict[str, Callable[[Membership, Said], str]] = {
    "invite": _invite,
    "role": _change_role,
    "drop": _let_go,
    "demand": _demand,
    "release": _release,
}


def _factors(mine: Membership, rows: list[Row]) -> dict[str, Any]:
    """Say whom a demanded second factor stops, before and while it is demanded (W4)."""
    have = sum(row.has_factor for row in rows)
    demands = mine.tenant.demands_second_factor
    return {"mine": mine, "demands": demands, "have": have, "without": len(rows) - have}


def _number(said: Said) -> UUID:
    try:
        return UUID(said.get("member", ""))
    except ValueError as error:
        raise actions.UnknownMember from error


def _row(request: HttpRequest, one: Membership, mine: Membership) -> Row:
    # Whoever holds the link becomes that person.
    key = actions.welcome_key(membership=one) if may_give(mine.role, one.role) else None
    return Row(
        number=one.pk,
        name=one.user.name,
        email=one.user.email,
        role=one.role,
        role_words=str(ROLES[one.role]),
        is_reader=one.pk == mine.pk,
        has_factor=one.has_factor,
        ends_at=one.ends_at,
        link=request.build_absolute_uri(reverse("welcome", args=key)) if key else "",
    )
