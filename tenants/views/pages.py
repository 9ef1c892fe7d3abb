"""The ground floor's pages: home, the choice of a tenant, saved filters, password, language."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import queries
from tenants.actions import WrongPassword, change_password, preferences, sessions
from tenants.actions.tokens import check_password
from tenants.actions.tries import TooManyTries
from tenants.display import tiles, watches
from tenants.display.context_processors import formats_for
from tenants.display.formats import reader
from tenants.display.home import Attention, Freshness, failed_first, group_of, urgent_first
from tenants.forms import PasswordForm, SavedFilterForm
from tenants.jobs import queries as jobs
from tenants.jobs.rules import State, trouble_words
from tenants.jobs.runner import hidden_from, label_of
from tenants.models import Membership, User
from tenants.queries import principal_of
from tenants.views.answers import next_page, speaking, status_of_try, words_of_try
from tenants.views.framing import framed, membership_here, memberships_here, user_of

TROUBLED_STATES = {"failed": State.FAILED, "silent": State.RUNNING, "overdue": State.WAITING}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how things stand in the tenant: figures, what waits, how fresh it is (W5)."""
    now, who = timezone.now(), principal_of(request)
    part, hidden = tiles.home_part(now=now, who=who), hidden_from(who)
    return render(
        request,
        "display/home.html",
        {
            "tiles": part.tiles,
            "attention": urgent_first(
                [*watches.at_home(formats_for(request)), *_troubles(now, hidden), *part.attention]
            ),
            "freshness": failed_first([*part.freshness, *_freshness(now, hidden)]),
            "ways": part.ways,
        },
    )


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, here and wherever the person logs in (W7)."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        preferences.speak(user=request.user, language=language)
    return speaking(
        HttpResponseRedirect(next_page(request, fallback=request.headers.get("Referer"))), language
    )


@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """List one's saved filters; keep the page `at` under a name, or drop one (W6, S2)."""
    mine = membership_here(request)
    if mine is None:
        return HttpResponseRedirect(f"{reverse('choose')}?next={reverse('saved')}")
    form = SavedFilterForm(request.POST if "address" in request.POST else None)
    if request.method == "POST" and _changed(mine, request, form):
        return HttpResponseRedirect(reverse("saved"))
    at = request.POST.get("address") or request.GET.get("at", "")
    if not form.is_bound:
        form.initial = {"address": at}
    page = {"form": form, "at": at, "filters": queries.saved_filters(membership=mine)}
    return render(request, "display/saved.html", page)


def _changed(mine: Membership, request: HttpRequest, form: SavedFilterForm) -> bool:
    """Drop or keep a filter; False when what was typed, or how many there are, does not allow it."""
    dropped = request.POST.get("drop", "")
    if dropped:
        preferences.drop_filter(membership=mine, number=_key(dropped))
        return True
    if not form.is_valid():
        return False
    try:
        preferences.save_filter(membership=mine, **form.cleaned_data)
    except preferences.TooManyFilters as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


def _key(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        return UUID(int=0)


@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Let a person of several tenants say which; staff without any go to the platform."""
    mine = memberships_here(request)
    if request.method == "POST":
        wanted = next((m for m in mine if str(m.tenant_id) == request.POST.get("tenant")), None)
        if wanted is not None:
            sessions.choose_tenant(session=request.session, membership=wanted)
            return HttpResponseRedirect(next_page(request))
    if not mine and request.user.is_staff and request.host_tenant is None:  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("platform:index"))
    page = {"memberships": mine, "next": next_page(request, fallback="")}
    return render(request, "display/choose.html", page, status=200 if request.method != "POST" else 403)


@sensitive_post_parameters("current", "new")
@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password: other sessions and all tokens end, this session stays (S6)."""
    form = PasswordForm(request.POST or None, user=user_of(request))
    if not form.is_valid():
        return _password_page(request, form, status=200)
    try:
        user = check_password(request=request, email=form.user.email, password=form.cleaned_data["current"])
    except (WrongPassword, TooManyTries) as refusal:
        form.add_error("current", words_of_try(refusal))
        return _password_page(request, form, status=status_of_try(refusal))
    change_password(user=user, password=form.cleaned_data["new"])
    auth.update_session_auth_hash(request, user)
    sessions.keep_current(session=request.session, user=user)
    messages.success(request, _("The password is changed. Other sessions and all tokens have ended."))
    return HttpResponseRedirect(reverse("home"))


def _password_page(request: HttpRequest, form: PasswordForm, *, status: int) -> HttpResponse:
    return render(request, "tenants/password.html", {"form": form}, status=status)


def _troubles(now: datetime, hidden: Q) -> list[Attention]:
    listed = reverse("jobs:list")
    return [
        Attention(
            trouble_words(trouble, count, shown=reader().number(count)),
            href=f"{listed}?state={TROUBLED_STATES[trouble]}",
            level="bad" if trouble == "failed" else "warn",
        )
        for trouble, count in jobs.troubles(now=now, hidden=hidden).counts.items()
    ]


def _freshness(now: datetime, hidden: Q) -> list[Freshness]:
    found = jobs.freshness(now=now, hidden=hidden)
    return [
        Freshness(
            label_of(kind.kind),
            kind.last_at,
            kind.next_at,
            kind.newest.state if kind.newest else "",
            reverse("jobs:detail", args=[kind.newest.id]) if kind.newest else "",
            group_of(kind.kind),
        )
        for kind in found
    ]
