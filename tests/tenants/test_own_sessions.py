"""Where one is logged in, one by one: listed, ended, and over when nobody is there (S6)."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from tenants import actions, queries
from tenants.models import RefreshFamily, RefreshToken, Session, Tenant, User
from tenants.rules import Role
from tenants.signin.programs import program_of
from tests.cast import PASSWORD
from tests.doors import ApiClient
from tests.reading import text_of

Pages = Callable[[User], Client]
PAGE, TOKEN = "/security/", "/api/v1/token"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)


def come_in(user: User, agent: str) -> Client:
    client = Client(headers={"Accept-Language": "en", "User-Agent": agent})
    assert client.post("/login/", {"email": user.email, "password": PASSWORD}).status_code == 302
    return client


def row_of(client: Client) -> Session:
    return Session.objects.get(pk=client.session.session_key)


def last_seen(client: Client, **ago: float) -> None:
    Session.objects.filter(pk=row_of(client).pk).update(seen_at=timezone.now() - timedelta(**ago))


def handles(page: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]{16})"', page)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Linux"),
        (PHONE, "Chrome · Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131 Safari/537.36 Edg/131",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("python-requests/2.32.3", "python-requests"),
        ("<script>alert(1)</script>", ""),
        ("a" * 500, "a" * 39),
        ("", ""),
    ],
)
def test_a_browser_is_a_word_or_two(agent: str, words: str) -> None:
    """S19: the header itself is kept nowhere."""
    assert program_of(agent) == words


def test_one_sees_ones_own_and_ends_one(bob: User, alice: User) -> None:
    """S6: the other stays; nobody else's is listed, and no key stands on the page."""
    desk, phone, hers = come_in(bob, FIREFOX), come_in(bob, PHONE), come_in(alice, FIREFOX)
    shown = text_of(desk, PAGE)
    assert "Firefox · Linux" in shown
    assert "Chrome · Android" in shown
    assert (len(handles(shown)), shown.count("This one")) == (1, 1)
    assert row_of(phone).pk not in shown
    [of_phone], [of_desk] = handles(shown), handles(text_of(phone, PAGE))
    hers.post(PAGE, {"do": "session", "session": of_phone})
    assert phone.get("/").status_code == 200, "of another person nothing ends"
    assert desk.post(PAGE, {"do": "session", "session": of_phone})["Location"] == PAGE
    assert phone.get("/")["Location"].startswith("/login/")
    assert {one.get("/").status_code for one in (desk, hers)} == {200}
    assert of_desk != of_phone
    assert desk.post(PAGE, {"do": "session", "session": "nonsense"}).status_code == 302


def test_one_ends_a_program(bob: User, alice: User, page: Pages) -> None:
    """S7: its refresh token is worth nothing; another person cannot."""
    program = ApiClient()
    given = program.post(TOKEN, {"email": bob.email, "password": PASSWORD}, User_Agent="loader/1.2 (x)")
    refresh = json.loads(given.content)["refresh"]
    family = RefreshFamily.objects.get(membership__user=bob)
    client = page(bob)
    assert "loader" in text_of(client, PAGE)
    page(alice).post(PAGE, {"do": "family", "family": str(family.pk)})
    client.post(PAGE, {"do": "family", "family": "nonsense"})
    family.refresh_from_db()
    assert family.revoked_at is None
    client.post(PAGE, {"do": "family", "family": str(family.pk)})
    assert program.post(f"{TOKEN}/refresh", {"refresh": refresh}).status_code == 401
    assert "loader" not in text_of(client, PAGE)


def test_a_program_of_another_role_is_not_listed(bob: User, acme: Tenant, page: Pages) -> None:
    """S6: what ended by the membership's version is over on the page, too."""
    ApiClient().post(TOKEN, {"email": bob.email, "password": PASSWORD}, User_Agent="loader/1.2")
    assert "loader" in text_of(page(bob), PAGE), "positive control"
    actions.give_role(user=bob, tenant=acme, role=Role.ADMIN)
    assert "loader" not in text_of(page(bob), PAGE)


def test_ending_asks_again_who_it_is(bob: User, page: Pages) -> None:
    """S8: as everything on the page."""
    client = page(bob)
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert client.post(PAGE, {"do": "session", "session": "x"}).status_code == 307


def test_a_session_that_nobody_uses_ends(bob: User, settings) -> None:
    """S6: after two hours; the row's own time counts, whatever the cookie says."""
    client = come_in(bob, FIREFOX)
    last_seen(client, minutes=settings.IDLE_MINUTES - 1)
    assert client.get("/").status_code == 200
    last_seen(client, minutes=settings.IDLE_MINUTES + 1)
    assert client.get("/")["Location"].startswith("/login/")


def test_a_use_is_written_down_every_ten_minutes(bob: User, django_assert_num_queries) -> None:
    """S2, S6: no request writes only because it came."""
    client = come_in(bob, FIREFOX)
    client.get("/")
    last_seen(client, minutes=9)
    before = row_of(client).seen_at
    client.get("/")
    assert row_of(client).seen_at == before
    last_seen(client, minutes=11)
    client.get("/")
    assert timezone.now() - row_of(client).seen_at < timedelta(minutes=1)


PART = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("sent", "is_used_by"),
    [(PART | {"Minga-Poll": "yes"}, {"viewer"}), (PART, {"admin", "viewer"}), ({}, {"admin", "viewer"})],
)
def test_a_page_that_asks_by_itself_is_nobody(
    bob: User, alice: User, sent: dict[str, str], is_used_by: set[str]
) -> None:
    """S6: but for who can change nothing, whose board hangs on a wall; a click for a part is a use."""
    for role, user in (("admin", alice), ("viewer", bob)):
        client = come_in(user, FIREFOX)
        client.get("/")
        last_seen(client, minutes=11)
        assert client.get("/jobs/", headers=sent).status_code == 200
        is_used = timezone.now() - row_of(client).seen_at < timedelta(minutes=1)
        assert is_used is (role in is_used_by)


def test_twelve_hours_are_counted_from_the_log_in(bob: User, settings) -> None:
    """S6: no later change of the session moves its end."""
    client = come_in(bob, FIREFOX)
    session = client.session
    session["began_at"] -= 11 * 3600
    session.save()
    left = row_of(client).expire_date - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert str(row_of(client).user_id) == client.session[SESSION_KEY]


def test_a_family_ends_thirty_days_after_its_log_in(bob: User, settings) -> None:
    """S7: however often it was refreshed; the day before it goes on."""
    program, now = ApiClient(), timezone.now()
    given = json.loads(program.post(TOKEN, {"email": bob.email, "password": PASSWORD}).content)
    grown = timedelta(days=settings.REFRESH_DAYS)
    RefreshFamily.objects.update(created_at=now - grown + timedelta(hours=1))
    on = program.post(f"{TOKEN}/refresh", {"refresh": given["refresh"]})
    assert on.status_code == 200
    assert len(queries.families_of(user=bob, now=now)) == 1
    RefreshFamily.objects.update(created_at=now - grown - timedelta(hours=1))
    with pytest.raises(actions.TokenRefused):
        actions.refresh(token=json.loads(on.content)["refresh"], now=now)
    ended = program.post(f"{TOKEN}/refresh", {"refresh": json.loads(on.content)["refresh"]})
    assert (ended.status_code, json.loads(ended.content)["type"]) == (401, "urn:minga:problem:token_refused")
    assert RefreshToken.objects.filter(used_at=None).count() == 1, "the refused one was not spent"
    assert queries.families_of(user=bob, now=now) == [], "what is over is not listed"
