"""A page that says no says why, in the words of its own status (W7, W11)."""

from html import unescape

import pytest
from django.http import HttpResponse
from django.utils import translation

from campaigns.actions import ListNotUndoable
from tenants.middleware.tenancy import answer
from tenants.permissions import Forbidden
from tenants.rules import Refused
from tests.display.test_pages import request_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("refusal", "status", "language", "words"),
    [
        (ListNotUndoable(), 409, "en", "Not possible as things stand"),
        (ListNotUndoable(), 409, "es", "No es posible tal como están las cosas"),
        (Forbidden(), 403, "en", "Not allowed"),
        (Forbidden(), 403, "es", "No permitido"),
    ],
)
def test_each_status_has_its_own_words(refusal: Refused, status: int, language: str, words: str) -> None:
    """W11: a conflict is no lack of rights, and nobody is sent to an administrator for it."""
    with translation.override(language):
        page = answer(request_of("admin"), refusal)
        told = str(refusal)
    assert isinstance(page, HttpResponse)
    text = unescape(page.content.decode())
    assert (page.status_code, f"<h1>{words}</h1>" in text) == (status, True)
    assert (told in text, "administra" in text) == ((True, False) if status == 409 else (False, True))
