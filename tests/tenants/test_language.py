"""The language switch: Spanish first, English complete, remembered for the person (W7)."""

import pytest
from django.test import Client


def test_it_speaks_spanish_first(db):
    """Whoever says nothing is spoken to in Spanish."""
    assert 'lang="es"' in Client().get("/login/").content.decode()


def test_it_remembers_for_the_browser_and_the_person(bob, page):
    """The cookie at once, the user row wherever they log in next."""
    client = page(bob)
    answer = client.post("/language/", {"language": "es", "next": "/jobs/"})
    bob.refresh_from_db()
    assert (answer.status_code, answer["Location"], bob.language) == (302, "/jobs/", "es")
    assert 'lang="es"' in client.get("/jobs/").content.decode()


def test_it_works_for_strangers(db):
    """The log-in page has the switch too."""
    client = Client()
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert 'lang="en"' in client.get("/login/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "es\x00", "../../etc"])
def test_it_refuses_a_language_we_do_not_speak(db, language):
    """400, and no cookie."""
    answer = Client().post("/language/", {"language": language})
    assert (answer.status_code, dict(answer.cookies)) == (400, {})


def test_it_leads_back_within_this_site_only(db):
    """Neither `next` nor the referring page names another site."""
    answer = Client().post(
        "/language/",
        {"language": "en", "next": "https://evil.example/"},
        headers={"Referer": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_it_is_a_post(db):
    """A link changes nothing."""
    assert Client().get("/language/?language=en").status_code == 405
