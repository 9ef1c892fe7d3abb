"""What every answer tells the browser, and which passwords are too easily guessed (S8, S19, S20)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tenants.models import User
from tenants.scope import public_scope
from tenants.signin.wording import ContextWordsValidator
from tests.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
NAMES = "from config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
SECRETS = ("MINGA_SECRET_KEY", "MINGA_JWT_KEY", "MINGA_DB_KEY")


@pytest.mark.parametrize(
    "path", ["/", "/personas/contacts/", "/admin/", "/admin/personas/contact/", "/jobs/"]
)
def test_no_page_of_a_tenant_is_kept(page: Callable[[User], Client], alice: User, path: str) -> None:
    """S19: after logging out, the way back shows nobody's data."""
    assert "no-store" in page(alice).get(path)["Cache-Control"]


def test_no_answer_of_the_api_is_kept(api, alice: User) -> None:
    """S19: but one that says itself how it may be asked for again is left alone (W13)."""
    assert "no-store" in api(alice).get("/api/v1/contacts/")["Cache-Control"]


def test_every_page_says_what_it_may_load(page: Callable[[User], Client], alice: User) -> None:
    """S20: no object, no base, no frame around it, no guessing of types, no address told to others."""
    told = page(alice).get("/")
    policy = told["Content-Security-Policy"]
    for one in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'self'"):
        assert one in policy
    assert (told["X-Content-Type-Options"], told["Referrer-Policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize(
    ("https", "names"), [("1", ["__Host-session", "__Host-csrf"]), ("0", ["sessionid", "csrftoken"])]
)
def test_cookies_of_https_belong_to_this_host(https: str, names: list[str]) -> None:
    """S20: a neighbour's host cannot plant one."""
    given = dict.fromkeys(SECRETS, "x" * 50) | {"MINGA_HTTPS": https, "MINGA_CHECKING": "1"}
    asked = [sys.executable, "-c", NAMES]
    told = subprocess.run(asked, env=os.environ | given, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == names


def test_no_script_reads_a_cookie(page: Callable[[User], Client], alice: User) -> None:
    """S20: neither the session's nor that of forms, and neither goes along from other sites."""
    client = page(alice)
    client.get("/password/")
    told = {name: (one["httponly"], one["samesite"]) for name, one in client.cookies.items()}
    assert told["csrftoken"] == (True, "Lax")
    came = Client().post("/login/", {"email": alice.email, "password": PASSWORD}).cookies["sessionid"]
    assert (came["httponly"], came["samesite"]) == (True, "Lax")


def test_a_program_without_https_is_told(api, alice: User, settings) -> None:
    """S20: 403 whatever came along, on the first clients' paths too; a redirect would hide what was sent."""
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/api/v1/users/me", "/api/v1/nothing/", "/api/persona-classifier/x", "/api/schema/"):
        answer = api(alice).get(path)
        body = json.loads(answer.content)
        assert (answer.status_code, body["type"]) == (403, "urn:minga:problem:https_required"), path
        assert body["detail"].startswith("Ask over https, and replace every key")
    assert api(alice).post("/api/v1/token", b"{").status_code == 403, "before anything is read"


def test_pages_are_led_to_https_and_health_is_not(
    page: Callable[[User], Client], bob: User, settings
) -> None:
    """S20, S12: positive control, and over https everything answers."""
    settings.SECURE_SSL_REDIRECT = True
    client = page(bob)
    for path in ("/", "/login/", "/api/docs/"):
        led = client.get(path)
        assert (led.status_code, led["Location"]) == (301, f"https://testserver{path}")
    assert client.get("/health/live").status_code == 200
    assert client.get("/", secure=True).status_code == 200


@pytest.mark.parametrize("word", ["minga-minga-2026", "Acme-acme-2026!", "ACME2026acme2026"])
def test_a_password_of_names_is_refused(bob: User, word: str) -> None:
    """S8: names of the product and of one's organisations count for nothing."""
    with public_scope(), pytest.raises(ValidationError) as refused:
        ContextWordsValidator().validate(word, bob)
    assert refused.value.code == "password_context_words"


@pytest.mark.parametrize("word", ["correct-horse-battery", "acme-correct-horse", "unaacmelarga-frase"])
def test_a_phrase_with_a_name_in_it_is_taken(bob: User, word: str) -> None:
    """S8: what is left has to be long enough by itself; who is not stored yet has no organisation."""
    with public_scope():
        ContextWordsValidator().validate(word, bob)
    ContextWordsValidator().validate(word)
