"""Log in, log out, change the password: exact limits, one answer for all failures (S6, S8)."""

import pytest
from django.test import Client

from tests.cast import PASSWORD, PEOPLE

NEW = "another-Synthetic-Phrase-8"


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post("/login/", {"email": email, "password": password, **more})


@pytest.fixture
def browser(db) -> Client:
    return Client(headers={"Accept-Language": "en"})


def test_it_lets_a_member_in(browser):
    """Home, or where they were going."""
    assert log_in(browser, PEOPLE["bob"])["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_it_minds_no_case_in_the_address(browser):
    """Ana@X.cl and ana@x.cl are one person."""
    assert log_in(browser, PEOPLE["bob"].upper()).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/jobs/?state=failed", "/jobs/?state=failed"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_leads_on_within_this_site_only(browser, wanted, got):
    """An address in a link can name no other site."""
    assert log_in(browser, PEOPLE["bob"], next=wanted)["Location"] == got


def test_it_says_the_same_whatever_is_wrong(browser, bob):
    """Unknown, wrong, switched off: one status and one sentence (S8)."""
    wrong = log_in(browser, PEOPLE["bob"], "wrong")
    unknown = log_in(browser, "nobody@acme.example", "wrong")
    bob.is_active = False
    bob.save()
    off = log_in(browser, PEOPLE["bob"])
    sentence = "The e-mail address or the password is not right."
    assert {answer.status_code for answer in (wrong, unknown, off)} == {401}
    assert all(sentence in answer.content.decode() for answer in (wrong, unknown, off))


@pytest.mark.parametrize("email", [PEOPLE["bob"], "nobody@acme.example"])
def test_it_stops_the_eleventh_try(browser, email):
    """429 with the wait, and the right password does not help then; the same for unknown people (S8)."""
    statuses = [log_in(browser, email, "wrong").status_code for _try in range(10)]
    assert statuses == [401] * 10
    answer = log_in(browser, email)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Too many tries." in answer.content.decode()


@pytest.mark.parametrize("bad", ["", "\x00", "a" * 300, "\ud800", "a@b.example\x00"])
def test_it_answers_nonsense_with_the_form(browser, bad):
    """No input makes a 5xx (S13)."""
    answer = browser.post("/login/", {"email": bad.encode("utf-8", "replace").decode(), "password": "x"})
    assert answer.status_code in (200, 401)


def test_it_shows_no_form_to_who_is_in_already(bob, page):
    """They go on."""
    assert page(bob).get("/login/?next=/jobs/")["Location"] == "/jobs/"


def test_it_speaks_the_persons_language_after_log_in(browser, bob):
    """The user's language, not the browser's (W7)."""
    bob.language = "es"
    bob.save()
    assert log_in(browser, PEOPLE["bob"]).cookies["django_language"].value == "es"


def test_it_logs_out_by_post_only(bob, page):
    """A link or an image cannot end a session."""
    client = page(bob)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/")["Location"].startswith("/login/")


def test_it_asks_for_the_token_of_the_form(bob):
    """Cross-site POSTs are refused."""
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"email": PEOPLE["bob"], "password": PASSWORD}).status_code == 403
    assert client.post("/logout/").status_code == 403


def test_it_changes_the_password_and_ends_the_other_sessions(bob, page):
    """This session stays; others and all tokens end (S6)."""
    here, elsewhere = page(bob), page(bob)
    before = bob.memberships.get().version
    assert here.post("/password/", {"current": PASSWORD, "new": NEW})["Location"] == "/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/login/")
    assert bob.memberships.get().version == before + 1


@pytest.mark.parametrize(
    ("current", "new", "status"),
    [
        ("wrong", NEW, 401),
        (PASSWORD, "short", 200),
        (PASSWORD, "password1234", 200),
        (PASSWORD, "bob@acme.example", 200),
    ],
)
def test_it_refuses_a_wrong_present_or_a_weak_new_password(bob, page, current, new, status):
    """Twelve characters, nothing common, nothing of oneself (S8)."""
    assert page(bob).post("/password/", {"current": current, "new": new}).status_code == status
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_it_counts_wrong_present_passwords_too(bob, page):
    """A stolen session is no way round the limit (S8)."""
    client = page(bob)
    for _try in range(10):
        client.post("/password/", {"current": "wrong", "new": NEW})
    assert client.post("/password/", {"current": PASSWORD, "new": NEW}).status_code == 429
