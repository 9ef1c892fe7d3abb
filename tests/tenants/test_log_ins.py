"""Which proof let somebody in is a row; which refusal stopped them is in the log's line (S8, S19)."""

import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from config.logged import line
from tenants.actions import second_factors
from tenants.models import LogIn, User
from tenants.signin import codes
from tests.cast import PASSWORD, SAMS_APP, code_now
from tests.doors import ApiClient
from tests.reading import text_of

TOKEN, SECOND = "/api/v1/token", "/login/second/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"


def log_in(client: Client, user: User) -> None:
    client.post("/login/", {"email": user.email, "password": PASSWORD})


def told(user: User) -> list[tuple[str, bool, str, str]]:
    rows = LogIn.objects.filter(user=user).order_by("id")
    return list(rows.values_list("proof", "is_program", "agent", "address"))


def test_a_row_says_by_which_proof(bob: User) -> None:
    """S8: the password alone, the app's code, a recovery code; a wrong one is no log-in."""
    browser = {"User-Agent": CHROME}
    log_in(Client(headers=browser), bob)
    codes.keep_app(user=bob, secret=SAMS_APP)
    spare = codes.new_recovery_codes(user=bob)[0]
    for code in ("000000", code_now(), spare):
        client = Client(headers=browser)
        log_in(client, bob)
        client.post(SECOND, {"code": code})
    where = (False, "Chrome · Windows", "127.0.0.1")
    assert told(bob) == [(proof, *where) for proof in ("password", "totp", "recovery_code")]


def test_a_program_is_a_row_too(bob: User, alice: User) -> None:
    """S8: with its name for itself; a refused one is none."""
    codes.keep_app(user=alice, secret=SAMS_APP)
    given = {"password": PASSWORD}
    for body in ({"email": bob.email}, {"email": alice.email}, {"email": alice.email, "otp": code_now()}):
        ApiClient().post(TOKEN, given | body, User_Agent="loader/2.1")
    where = (True, "loader", "127.0.0.1")
    assert (told(bob), told(alice)) == ([("password", *where)], [("totp", *where)])


def test_the_platforms_staff_sees_them(page: Callable[[User], Client], sam: User, bob: User) -> None:
    """S8: and nobody of an organisation."""
    log_in(Client(), bob)
    shown = text_of(page(sam), "/platform/tenants/login/")
    assert "Password alone" in shown
    assert page(bob).get("/platform/tenants/login/").status_code in (302, 403)


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """Return what stderr would have of the requests so far."""
    written: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keeping()
    handler.setFormatter(line())
    logging.getLogger("django.request").addHandler(handler)
    yield lambda: [one for one in written if "django.request" in one]
    logging.getLogger("django.request").removeHandler(handler)


def test_the_line_of_a_refusal_says_its_code(
    page: Callable[[User], Client], api: Callable[[User], ApiClient], bob: User, lines
) -> None:
    """S19: the stable code, never the words; a request after it has none of it."""
    api(bob).post("/api/v1/contacts/", {"first_name": "Inés"})
    ApiClient().get("/api/v1/users/me")
    ApiClient().post(TOKEN, {"email": bob.email, "password": "wrong"})
    Client().post("/login/", {"email": bob.email, "password": "wrong"})
    page(bob).get("/members/")
    page(bob).get("/nowhere/")
    found = [one.partition(" code=")[2].partition(" ")[0] for one in lines()]
    assert found == ["forbidden", "not_signed_in", "wrong_credentials", "wrong_credentials", "forbidden", ""]
    assert "Inés" not in "".join(lines())


def test_a_refused_factor_is_a_line(bob: User, caplog: pytest.LogCaptureFixture) -> None:
    """S8, S19: whose, by id."""
    codes.keep_app(user=bob, secret=SAMS_APP)
    client = Client()
    log_in(client, bob)
    with caplog.at_level(logging.WARNING, logger=second_factors.__name__):
        client.post(SECOND, {"code": "000000"})
    assert f"second factor of {bob.pk} refused" in caplog.text
    assert bob.email not in caplog.text
