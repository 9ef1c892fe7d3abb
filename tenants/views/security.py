"""A person's own second factors, recovery codes and sessions (S8, S6)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenants import queries
from tenants.actions import log_out_everywhere, second_factors, sessions, tokens
from tenants.actions.sessions import check_fresh_authentication
from tenants.forms import AppForm, PasskeyForm
from tenants.models import User
from tenants.rules import Proof, Refused
from tenants.signin import codes, passkeys
from tenants.views.answers import leading_to, next_page, status_of_try, with_wait, words_of_try
from tenants.views.framing import framed, user_of

# The secret of an app that no code has proved yet.
SECRET = "app_secret"  # noqa: S105 - the name of a place, no secret
BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """Show how one's account is protected; take a factor off, renew codes, end sessions."""
    user = user_of(request)
    if request.method == "POST":
        check_fresh_authentication(request)
        return DOINGS.get(request.POST.get("do", ""), _nothing)(request, user)
    page = {
        "factors": second_factors.factors_of(user=user),
        "codes_left": codes.recovery_codes_left(user=user),
        "must_have_one": second_factors.must_have_one(user=user),
        "must_keep_one": second_factors.must_keep_one(user=user),
        "sessions": sessions.own_sessions(user=user, session=request.session, now=timezone.now()),
        "families": queries.families_of(user=user, now=timezone.now()),
    }
    return render(request, "tenants/security.html", page)


@sensitive_post_parameters("code")
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """Show a new app's secret and ask for its first code; who must have one comes here first."""
    user = _applicant(request)
    if user is None:
        return leading_to("login", request.get_full_path())
    form = AppForm(request.POST or None)
    return _proved(request, user, form) if form.is_valid() else _app_page(request, user, form, 200)


@sensitive_post_parameters("passkey")
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey, and keep it; who must have one comes here first."""
    user = _applicant(request)
    if user is None:
        return leading_to("login", request.get_full_path())
    form = PasskeyForm(request.POST or None, initial={"name": _("Passkey")})
    if not form.is_valid():
        return _passkey_page(request, user, form, 200)
    given = form.cleaned_data
    try:
        fresh = second_factors.add_passkey(user=user, name=given["name"], answer=given["passkey"])
    except Refused as refusal:
        form.add_error(None, _("The browser's answer did not fit. Try once more."))
        return _passkey_page(request, user, form, status_of_try(refusal))
    return _added(request, user, fresh, Proof.PASSKEY)


def _applicant(request: HttpRequest) -> User | None:
    """Return who may add a factor: who is in and proved it lately, or who has none and needs one to come in.

    Whoever has one already and is halfway only knows the password, and adds nothing. Raises NotFresh.
    """
    if isinstance(request.user, User):
        check_fresh_authentication(request)
        return request.user
    user = sessions.who_is_halfway(session=request.session, now=timezone.now())
    return user if user and not second_factors.factors_of(user=user) else None


def _added(request: HttpRequest, user: User, fresh: list[str], proof: Proof) -> HttpResponse:
    """Come in or stay in; show recovery codes that were made, else the list of factors."""
    wanted = next_page(request, fallback=reverse("security" if isinstance(request.user, User) else "home"))
    if isinstance(request.user, User):
        sessions.keep_current(session=request.session, user=user)
    else:
        auth.login(request, user, backend=BACKEND)
        request.session.pop(sessions.HALFWAY, None)
        sessions.note_log_in(request=request, user=user, proof=proof)
    messages.success(request, _("The second factor is added. Other sessions and all tokens have ended."))
    return _codes_page(request, fresh, wanted) if fresh else HttpResponseRedirect(wanted)


def _proved(request: HttpRequest, user: User, form: AppForm) -> HttpResponse:
    code, now = form.cleaned_data["code"], timezone.now()
    try:
        fresh = second_factors.add_app(
            request=request, user=user, secret=_secret(request), code=code, now=now
        )
    except Refused as refusal:
        form.add_error("code", words_of_try(refusal))
        return with_wait(_app_page(request, user, form, status_of_try(refusal)), refusal)
    request.session.pop(SECRET, None)
    return _added(request, user, fresh, Proof.APP)


def _remove(request: HttpRequest, user: User) -> HttpResponse:
    number = request.POST.get("factor", "")
    try:
        second_factors.remove(user=user, number=int(number) if number.isdecimal() and len(number) < 10 else 0)
        messages.success(request, _("The second factor is removed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("security"))


def _renew(request: HttpRequest, user: User) -> HttpResponse:
    fresh = second_factors.renew_recovery_codes(user=user)
    return _codes_page(request, fresh, reverse("security")) if fresh else _nothing(request, user)


def _end_others(request: HttpRequest, user: User) -> HttpResponse:
    log_out_everywhere(user=user)
    sessions.keep_current(session=request.session, user=user)
    messages.success(request, _("Other sessions and all tokens have ended."))
    return HttpResponseRedirect(reverse("security"))


def _end_session(request: HttpRequest, user: User) -> HttpResponse:
    sessions.end_session(user=user, handle=request.POST.get("session", ""))
    messages.success(request, _("The session has ended."))
    return HttpResponseRedirect(reverse("security"))


def _end_family(request: HttpRequest, user: User) -> HttpResponse:
    try:
        number = UUID(request.POST.get("family", ""))
    except ValueError:
        return _nothing(request, user)
    tokens.end_family(user=user, number=number, now=timezone.now())
    messages.success(request, _("The program is logged out; what it holds ends within half an hour."))
    return HttpResponseRedirect(reverse("security"))


def _nothing(_request: HttpRequest, _user: User) -> HttpResponse:
    return HttpResponseRedirect(reverse("security"))


DOINGS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "remove": _remove,
    "codes": _renew,
    "others": _end_others,
    "session": _end_session,
    "family": _end_family,
}


def _secret(request: HttpRequest) -> str:
    secret: str = request.session.setdefault(SECRET, codes.new_secret())
    return secret


def _app_page(request: HttpRequest, user: User, form: AppForm, status: int) -> HttpResponse:
    secret = _secret(request)
    page = {
        "form": form,
        "next": next_page(request, fallback=""),
        "picture": codes.picture_of(user=user, secret=secret),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": codes.address_of(user=user, secret=secret),
        "because": _because(request, user),
        "is_due": not isinstance(request.user, User),
    }
    return render(request, "tenants/add_app.html", page, status=status)


def _passkey_page(request: HttpRequest, user: User, form: PasskeyForm, status: int) -> HttpResponse:
    page = {
        "form": form,
        "next": next_page(request, fallback=""),
        "passkey_asked": passkeys.ask_for_new(user=user),
        "because": _because(request, user),
        "is_due": not isinstance(request.user, User),
    }
    return render(request, "tenants/add_passkey.html", page, status=status)


def _because(request: HttpRequest, user: User) -> str:
    """Say why a first factor is set up now; nothing to who adds one of their own accord."""
    if not isinstance(request.user, User):
        return _("Platform staff need a second factor. It is set up once, now.")
    if second_factors.must_keep_one(user=user) and not second_factors.factors_of(user=user):
        return _("Your organisation demands a second factor. It is set up once, now.")
    return ""


def _codes_page(request: HttpRequest, fresh: list[str], wanted: str) -> HttpResponse:
    return render(request, "tenants/recovery_codes.html", {"codes": fresh, "next": wanted})
