"""A page that says no says why, in the words of its own status (W7, W11)."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from campaigns.actions import ListNotUndoable
from config.api_errors import bad_request, locked_out
from personas.actions import BadProfile
from tenants.actions.tokens import TokenRefused
from tenants.actions.tries import TooManyTries
from tenants.display.refusals import wait_words
from tenants.intake.tables import UploadTooLarge
from tenants.middleware.tenancy import NotReady, answer
from tenants.permissions import Forbidden
from tenants.rules import Refused
from tests.display.test_pages import request_of

pytestmark = pytest.mark.django_db

CASES = [
    (BadProfile(), 400, "Not accepted", "No se acepta"),
    (TokenRefused(), 401, "Sign-in is required", "Hay que iniciar sesión"),
    (Forbidden(), 403, "Not allowed", "No permitido"),
    (ListNotUndoable(), 409, "Not possible as things stand", "No es posible tal como están las cosas"),
    (UploadTooLarge("Only so much."), 413, "The request is too large", "La petición es demasiado grande"),
    (TooManyTries(retry_after_s=61), 429, "Too many requests", "Demasiadas peticiones"),
]
# Whose own words the page repeats: the others say it for everybody.
TELLING = {400, 401, 409, 413}


def said(page: Any) -> str:
    """Return what a reader sees of a page, without its marks."""
    assert isinstance(page, HttpResponse)
    return unescape(page.content.decode())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("refusal", "status", "english", "spanish"), CASES)
def test_each_status_has_its_own_words(
    refusal: Refused, status: int, english: str, spanish: str, language: str
) -> None:
    """W11: whoever asked too often is sent to no administrator, nor whose token has ended."""
    with translation.override(language):
        page = answer(request_of("admin"), refusal)
        told = str(refusal)
    text = said(page)
    assert (page.status_code, f"<h1>{english if language == 'en' else spanish}</h1>" in text) == (
        status,
        True,
    )
    assert (told in text, "administra" in text) == (status in TELLING, status == 403)
    assert "bob@acme.example" in text, "in the frame of who reads it"


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (1, "Try again in 1 second.", "Probar de nuevo en 1 segundo."),
        (59, "Try again in 59 seconds.", "Probar de nuevo en 59 segundos."),
        (60, "Try again in 1 minute.", "Probar de nuevo en 1 minuto."),
        (61, "Try again in 2 minutes.", "Probar de nuevo en 2 minutos."),
        (900, "Try again in 15 minutes.", "Probar de nuevo en 15 minutos."),
    ],
)
def test_a_wait_is_said_in_words_and_to_the_browser(seconds: int, english: str, spanish: str) -> None:
    """W11: never too early; a minute and a second are two minutes."""
    for language, words in (("en", english), ("es", spanish)):
        with translation.override(language):
            assert wait_words(seconds) == words
            page = answer(request_of("viewer"), TooManyTries(retry_after_s=seconds))
        assert (words in said(page), page["Retry-After"]) == (True, str(seconds))


def test_a_wait_that_nobody_knows_is_a_moment() -> None:
    """No figure is invented; what is away is asked for again all the same (S12)."""
    with translation.override("en"):
        page = answer(request_of("viewer"), TooManyTries())
    assert ("Try again in a moment." in said(page), "Retry-After" in page) == (True, False)
    assert answer(request_of("viewer"), NotReady())["Retry-After"] == "10"


def test_what_django_refuses_says_how_much_may_be_sent() -> None:
    """S13: a form's text beyond 25 MB is 413 on a page as it is for a program, in words."""
    with translation.override("en"):
        page = bad_request(request_of("admin"), RequestDataTooBig("internal words"))
    text = said(page)
    assert (page.status_code, "The request is larger than 25 MB." in text) == (413, True)
    assert "internal" not in text


def test_a_locked_account_gets_a_page() -> None:
    """S8: where no form can say it."""
    with translation.override("es"):
        page = locked_out(request_of(""))
    assert (page.status_code, page["Retry-After"]) == (429, "900")
    assert re.search(r"<h1>Demasiadas peticiones</h1>.*en 15 minutos", said(page), re.DOTALL)


def test_a_large_body_gets_a_page_in_the_readers_language(settings: Any) -> None:
    """S13: before anybody knows who reads it, and still in the house's frame."""
    settings.LARGEST_REQUEST = 2**20
    page = Client(headers={"Accept-Language": "es"}).post("/login/", {"email": "x" * 2**20})
    text = said(page)
    assert (page.status_code, "mayor que 1 MB" in text) == (413, True)
    assert ('lang="es"' in text, "minga.css" in text) == (True, True)
