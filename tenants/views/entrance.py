"""Coming in and going out: the password, the second factor behind it, and who it is once more (S8)."""

from django.contrib import auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenants.actions import WrongPassword, second_factors, sessions
from tenants.actions.second_factors import WrongCode
from tenants.actions.tokens import check_password
from tenants.actions.tries import TooManyTries
from tenants.forms import CodeForm, ConfirmForm, LoginForm
from tenants.models import User
from tenants.rules import Proof, Refused
from tenants.signin import passkeys
from tenants.views.answers import (
    is_here,
    leading_to,
    next_page,
    speaking,
    status_of_try,
    with_wait,
    words_of_try,
)
from tenants.views.framing import framed, user_of

# django-axes tells no remaining time; its lock ends after a quarter of an hour at the latest.
LOCKED_S = 900
# What waits behind a confirmation is a form that somebody typed, not a file.
MOST_CARRIED = 200
NOT_CARRIED = frozenset(
    {"confirming", "confirm_password", "confirm_code", "confirm_passkey", "csrfmiddlewaretoken"}
)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask who it is; every refusal reads the same, whether the account exists or not (S8)."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    form = LoginForm(request.POST or None)
    if not form.is_valid():
        return _login_page(request, form, status=200)
    try:
        user = check_password(request=request, **form.cleaned_data)
    except (WrongPassword, TooManyTries) as refusal:
        return _not_let_in(request, form, refusal)
    return _after_password(request, user)


@sensitive_post_parameters("code", "passkey")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask who gave the right password for the second factor; only then is anybody logged in (S8)."""
    user = sessions.who_is_halfway(session=request.session, now=timezone.now())
    if user is None:
        return leading_to("login", next_page(request, fallback=""))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            proof = _prove(request, user, form.cleaned_data["code"], form.cleaned_data["passkey"])
        except (WrongCode, TooManyTries) as refusal:
            form.add_error(None, words_of_try(refusal))
            return with_wait(_second_page(request, user, form, status_of_try(refusal)), refusal)
        return come_in(request, user, proof)
    return _second_page(request, user, form, 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("login"))


@sensitive_post_parameters("confirm_password", "confirm_code", "confirm_passkey")
@login_required
@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask again who it is, then go on to where the person was, with what was typed there (step-up, S8)."""
    user = user_of(request)
    has_factor = bool(second_factors.factors_of(user=user))
    form = ConfirmForm(request.POST if "confirming" in request.POST else None, by_factor=has_factor)
    if form.is_valid():
        refusal = _unconfirmed(request, user, form)
        if refusal is None:
            sessions.prove(session=request.session, now=timezone.now())
            # The form that waits is sent on as it is; the browser repeats the POST with all of its fields.
            return HttpResponseRedirect(_behind(request), preserve_request=bool(_carried(request)))
        form.add_error(None, words_of_try(refusal))
        return with_wait(_confirm_page(request, user, form, status_of_try(refusal)), refusal)
    return _confirm_page(request, user, form, 200)


def come_in(request: HttpRequest, user: User, proof: Proof) -> HttpResponse:
    """Log in who proved everything that is asked of them; `proof` was the last of it."""
    wanted = next_page(request)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(sessions.HALFWAY, None)
    sessions.note_log_in(request=request, user=user, proof=proof)
    return speaking(HttpResponseRedirect(wanted), user.language)


def _after_password(request: HttpRequest, user: User) -> HttpResponse:
    has_factor = bool(second_factors.factors_of(user=user))
    if not has_factor and not second_factors.must_have_one(user=user):
        return come_in(request, user, Proof.PASSWORD)
    sessions.stop_halfway(session=request.session, user=user, now=timezone.now())
    return leading_to("second_factor" if has_factor else "add_app", next_page(request, fallback=""))


def _prove(request: HttpRequest, user: User, code: str, passkey: str) -> Proof:
    """Check a passkey's answer if there is one, else the code. Raises WrongCode, TooManyTries."""
    now = timezone.now()
    if passkey:
        return second_factors.check_passkey(request=request, user=user, answer=passkey, now=now)
    return second_factors.check_code(request=request, user=user, code=code, now=now)


def _unconfirmed(request: HttpRequest, user: User, form: ConfirmForm) -> Refused | None:
    given = form.cleaned_data
    try:
        if "confirm_code" in given:
            _prove(request, user, given["confirm_code"], given["confirm_passkey"])
        else:
            check_password(request=request, email=user.email, password=given["confirm_password"])
    except (WrongPassword, WrongCode, TooManyTries) as refusal:
        return refusal
    return None


def _behind(request: HttpRequest) -> str:
    # Of the address alone: a field "next" belongs to the form that waits.
    wanted = request.GET.get("next", "")
    return wanted if is_here(request, wanted) else reverse("home")


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form that waits for the confirmation; of a huge one none."""
    found = [(name, one) for name, many in request.POST.lists() for one in many if name not in NOT_CARRIED]
    return found if len(found) <= MOST_CARRIED else []


def _confirm_page(request: HttpRequest, user: User, form: ConfirmForm, status: int) -> HttpResponse:
    page = {"form": form, "carried": _carried(request), "back": _behind(request)}
    if "confirm_passkey" in form.fields:
        page["passkey_asked"] = _asked_of(user)
    return render(request, "tenants/confirm.html", page, status=status)


def _second_page(request: HttpRequest, user: User, form: CodeForm, status: int) -> HttpResponse:
    page = {"form": form, "next": next_page(request, fallback=""), "passkey_asked": _asked_of(user)}
    return render(request, "tenants/second_factor.html", page, status=status)


def _asked_of(user: User) -> str:
    has_passkey = any(one.type == "webauthn" for one in second_factors.factors_of(user=user))
    return passkeys.ask_for_one(user=user) if has_passkey else ""


def _login_page(request: HttpRequest, form: LoginForm, *, status: int) -> HttpResponse:
    page = {"form": form, "next": next_page(request, fallback="")}
    return render(request, "display/login.html", page, status=status)


def _not_let_in(request: HttpRequest, form: LoginForm, refusal: Refused) -> HttpResponse:
    if getattr(request, "axes_locked_out", False):
        refusal = TooManyTries(retry_after_s=LOCKED_S)
    form.add_error(None, words_of_try(refusal))
    return with_wait(_login_page(request, form, status=status_of_try(refusal)), refusal)
