"""Every "no" is one problem document, in the reader's language, with the right status (W11)."""

import json

import pytest
from django.conf import settings

from tenants import throttling
from tests.doors import ApiClient
from tests.tenants.probe import NOTES

pytestmark = pytest.mark.urls("tests.tenants.probe")


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def test_it_gives_the_whole_document(api, bob):
    """W11: RFC 9457, all members, whatever the refusal."""
    response = api(bob).post(NOTES, {})
    assert response.status_code == 403
    assert problem(response) == {
        "type": "urn:minga:problem:forbidden",
        "title": "Not allowed",
        "status": 403,
        "detail": "Your role does not allow this.",
        "instance": NOTES,
        "errors": [],
    }


@pytest.mark.parametrize(
    ("language", "starts"),
    [
        ("es", "Una vez"),
        ("en", "Your role"),
        ("es-CL,en;q=0.5", "Una vez"),
        ("fr", "Una vez"),
        ("en-GB", "Your role"),
        ("\x00", "Una vez"),
    ],
)
def test_it_speaks_the_readers_language(api, bob, language, starts):
    """W7, W11: by Accept-Language, Spanish first; the code stays."""
    answers = [problem(api(bob).post(NOTES, {}, Accept_Language=tag)) for tag in (language, "es", "en")]
    detail, spanish, english = (answer["detail"] for answer in answers)
    assert detail == (english if starts == "Your role" else spanish)
    assert len({answer["type"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nowhere/", 404, "not_found"),
        ("get", "/api/", 404, "not_found"),
        ("get", "/api/v2/jobs/", 404, "not_found"),
        ("get", "/api/v1/notes/%00/", 404, "not_found"),
        ("delete", NOTES, 405, "method_not_allowed"),
        ("put", NOTES, 405, "method_not_allowed"),
        ("options", NOTES, 405, "method_not_allowed"),
        ("get", "/api/v1/token", 405, "method_not_allowed"),
    ],
)
def test_it_answers_unknown_addresses_and_methods(api, alice, method, path, status, code):
    """W11: a problem document below /api/, never a page."""
    response = api(alice).get(path) if method == "get" else api(alice).send(method, path)
    assert (response.status_code, problem(response)["type"]) == (status, f"urn:minga:problem:{code}")


@pytest.mark.parametrize(
    "path", ["/api", "//api", "//api/v1/notes/", "/api//v1/notes/", "/./api/v1/notes/", "//api//"]
)
def test_it_answers_the_apis_address_however_it_is_written(api, alice, path):
    """W11: programs put addresses together and double or lose slashes."""
    response = api(alice).client.get("/", PATH_INFO=path)
    assert (response.status_code, problem(response)["type"]) == (404, "urn:minga:problem:not_found")


@pytest.mark.parametrize("path", ["/apiary/", "/api/../nowhere/", "/nowhere/api/"])
def test_it_answers_other_unknown_addresses_with_a_page(api, alice, path):
    """Positive control of the test above."""
    response = api(alice).client.get("/", PATH_INFO=path)
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_it_refuses_another_format(api, alice):
    """W9: JSON only."""
    response = api(alice).get(NOTES, Accept="text/html")
    assert (response.status_code, problem(response)["type"]) == (406, "urn:minga:problem:not_acceptable")


def test_it_lets_a_viewer_read_and_an_admin_administer(api, alice, bob):
    """The view's capability decides, by action: reads VIEW, writes EDIT, what it says otherwise."""
    assert (api(bob).get(NOTES).status_code, api(alice).get(f"{NOTES}peek/").status_code) == (200, 200)
    assert api(bob).get(f"{NOTES}peek/").status_code == 403
    assert api(bob).post(f"{NOTES}refuse/", {}).status_code == 403


def test_it_turns_a_viewers_write_in_sql_into_403(api, bob):
    """S2: 25006 or 42501 is the database's word for "your role does not allow this"."""
    response = api(bob).get(f"{NOTES}write_in_sql/")
    assert (response.status_code, problem(response)["type"]) == (403, "urn:minga:problem:forbidden")


def test_it_lets_an_admin_write_in_sql(api, alice):
    """Positive control of the test above."""
    assert api(alice).get(f"{NOTES}write_in_sql/").status_code == 200


def test_it_throttles_a_principal(api, alice, bob, monkeypatch):
    """W11: 429 with Retry-After and the figures; another person's rate is their own."""
    monkeypatch.setitem(settings.THROTTLES, "api", "2/minute")
    throttling._limit.cache_clear()
    try:
        answers = [api(alice).get(NOTES) for _ in range(3)]
        other = api(bob).get(NOTES)
    finally:
        throttling._limit.cache_clear()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert problem(answers[2])["type"] == "urn:minga:problem:too_many_requests"
    assert other.status_code == 200


def test_it_refuses_an_unknown_host(api, alice):
    """A forged Host is 400 and a problem document."""
    response = api(alice).get(NOTES, Host="evil.example")
    assert (response.status_code, problem(response)["type"]) == (400, "urn:minga:problem:bad_request")


def test_it_asks_everybody_first(db):
    """W14: without a token every tenant route is 401, whatever the method."""
    nobody = ApiClient()
    for response in (nobody.get(NOTES), nobody.post(NOTES, {}), nobody.send("delete", NOTES)):
        assert (response.status_code, problem(response)["type"]) == (401, "urn:minga:problem:not_signed_in")
