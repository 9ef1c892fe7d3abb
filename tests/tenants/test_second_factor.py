"""A second factor behind the password: asked for, spent once, counted, reset; staff have one (S8)."""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from tenants import actions
from tenants.actions import second_factors
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.rules import Proof
from tenants.scope import tenant_scope
from tenants.signin import codes
from tests.at_once import at_once
from tests.cast import PASSWORD, SAMS_APP, code_now
from tests.doors import ApiClient
from tests.reading import text_of

Pages = Callable[[User], Client]
SECOND, APP, TOKEN = "/login/second/", "/security/app/", "/api/v1/token"


@pytest.fixture(autouse=True)
def outside_the_demo(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def stranger(any_db: None) -> Client:
    return Client(headers={"Accept-Language": "en"})


def log_in(client: Client, user: User, **more: str):
    return client.post("/login/", {"email": user.email, "password": PASSWORD, **more})


def code_of(secret: str, steps: int = 0) -> str:
    now = int(timezone.now().timestamp()) // codes.PERIOD_S
    return codes.code_at(secret=secret, step=now + steps)


def secret_on(client: Client) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{30,})</code>", text_of(client, APP))
    assert found
    return found[1].replace(" ", "")


def recovery_codes(page: str) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", page)


def test_it_asks_for_the_code_before_anybody_is_in(stranger: Client, sam: User) -> None:
    """S8: the password alone opens nothing, and a code works once, also from two browsers."""
    other = Client()
    assert log_in(stranger, sam, next="/platform/")["Location"] == f"{SECOND}?next=%2Fplatform%2F"
    log_in(other, sam)
    assert stranger.get("/platform/")["Location"].startswith("/login/")
    assert stranger.get(APP)["Location"].startswith("/login/"), "who has a factor adds none halfway"
    assert stranger.post(SECOND, {"code": "000000"}).status_code == 401
    code = code_now()
    come = stranger.post(SECOND, {"code": f"{code[:3]} {code[3:]}", "next": "/platform/"})
    assert come["Location"] == "/platform/"
    assert stranger.get("/platform/").status_code == 200
    assert other.post(SECOND, {"code": code}).status_code == 401


def test_it_forgets_a_password_given_long_ago_or_changed_since(stranger: Client, sam: User) -> None:
    """S8: halfway is a quarter of an hour, of that password."""
    log_in(stranger, sam)
    session = stranger.session
    session["halfway"] = [*session["halfway"][:2], session["halfway"][2] - 901]
    session.save()
    assert stranger.get(SECOND)["Location"].startswith("/login/")
    log_in(stranger, sam)
    assert stranger.get(SECOND).status_code == 200, "positive control"
    actions.change_password(user=sam, password="another-Synthetic-Phrase-8")
    assert stranger.post(SECOND, {"code": code_now()})["Location"].startswith("/login/")


def test_it_stops_the_eleventh_code(stranger: Client, sam: User) -> None:
    """S8: the right code does not help then, and giving the password once more starts no new count."""
    log_in(stranger, sam)
    assert {stranger.post(SECOND, {"code": "000000"}).status_code for _try in range(10)} == {401}
    log_in(stranger, sam)
    stopped = stranger.post(SECOND, {"code": code_now()})
    assert stopped.status_code == 429
    assert int(stopped["Retry-After"]) > 0


def test_staff_without_one_set_it_up_before_they_are_in(stranger: Client, sam: User, settings) -> None:
    """S8: mandatory outside the demo; the codes on the page work once each."""
    second_factors.reset(user=sam, by=sam.pk)
    assert log_in(stranger, sam, next="/platform/")["Location"] == f"{APP}?next=%2Fplatform%2F"
    assert stranger.get("/platform/")["Location"].startswith("/login/")
    secret = secret_on(stranger)
    assert secret not in str(stranger.post(APP, {"code": "000000"}).headers)
    added = stranger.post(APP, {"code": code_of(secret), "next": "/platform/"}).content.decode()
    kept = recovery_codes(added)
    assert len(kept) == 10
    assert stranger.get("/platform/").status_code == 200
    assert secret not in str(Authenticator.objects.filter(user=sam).values_list("data", flat=True))
    for status in (302, 401):
        browser = Client()
        log_in(browser, sam)
        assert browser.post(SECOND, {"code": kept[0]}).status_code == status
    settings.STAFF_SECOND_FACTOR = False
    second_factors.reset(user=sam, by=sam.pk)
    assert log_in(Client(), sam)["Location"] == "/", "the demo asks for the password alone"


def test_anybody_adds_and_removes_one(page: Pages, bob: User, stranger: Client) -> None:
    """S8, S6: other sessions and tokens end with it; renewed codes end the ones before."""
    client, elsewhere = page(bob), page(bob)
    secret = secret_on(client)
    first = recovery_codes(client.post(APP, {"code": code_of(secret)}).content.decode())
    assert client.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/login/")
    assert "10 codes are left" in text_of(client, "/security/")
    renewed = recovery_codes(client.post("/security/", {"do": "codes"}).content.decode())
    log_in(stranger, bob)
    assert stranger.post(SECOND, {"code": first[0]}).status_code == 401
    assert stranger.post(SECOND, {"code": renewed[0]}).status_code == 302
    assert "9 codes are left" in text_of(client, "/security/")
    number = second_factors.factors_of(user=bob)[0].pk
    client.post("/security/", {"do": "remove", "factor": "x"})
    client.post("/security/", {"do": "remove", "factor": str(number)})
    assert not Authenticator.objects.filter(user=bob).exists()
    assert log_in(Client(), bob)["Location"] == "/"


def test_nobody_removes_anothers_nor_staff_their_last(page: Pages, alice: User, sam: User) -> None:
    """S8: mandatory means that it stays."""
    number = str(second_factors.factors_of(user=sam)[0].pk)
    page(alice).post("/security/", {"do": "remove", "factor": number})
    told = page(sam).post("/security/", {"do": "remove", "factor": number}, follow=True).content.decode()
    assert "The last second factor stays while one is demanded" in told
    assert len(second_factors.factors_of(user=sam)) == 1


def test_it_ends_every_other_session_on_request(page: Pages, bob: User) -> None:
    """S6: this one stays."""
    here, elsewhere = page(bob), page(bob)
    assert here.post("/security/", {"do": "others"})["Location"] == "/security/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/login/")


def test_staff_reset_it_for_who_lost_the_device(
    page: Pages,
    sam: User,
    bob: User,
    acme: Tenant,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks,
) -> None:
    """S8: sessions end, and the organisation's own audit log knows who did it; nobody else may."""
    codes.keep_app(user=bob, secret=SAMS_APP)
    his, door = page(bob), f"/platform/tenants/user/{bob.pk}/press/reset-factor/"
    assert his.post(door).status_code == 403
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        assert page(sam).post(door).status_code == 302
    assert f"second factors of {bob.pk} reset by {sam.pk}" in caplog.text
    assert not second_factors.factors_of(user=bob)
    assert his.get("/")["Location"].startswith("/login/")
    with tenant_scope(acme.schema_name):
        entry = AuditEntry.objects.get(verb="second_factor_reset")
        assert (entry.object_id, entry.actor) == (str(bob.pk), sam.pk)


def test_programs_send_the_code_along(sam: User, bob: User) -> None:
    """W14, S8: 401 `mfa_required` to the right password alone; a wrong one is told nothing more."""
    program = ApiClient()
    ask = {"email": sam.email, "password": PASSWORD, "tenant": "acme"}

    def problem(**more: str) -> tuple[int, str]:
        answer = program.post(TOKEN, ask | more)
        return answer.status_code, json.loads(answer.content)["type"].rpartition(":")[2]

    assert problem() == (401, "mfa_required")
    assert problem(password="wrong", otp=code_now()) == (401, "wrong_credentials")
    assert problem(otp="000000") == (401, "wrong_code")
    assert program.post(TOKEN, ask | {"otp": code_now()}).status_code == 200
    assert problem(otp=code_now()) == (401, "wrong_code"), "spent"
    assert program.post(TOKEN, {"email": bob.email, "password": PASSWORD}).status_code == 200
    second_factors.reset(user=sam, by=sam.pk)
    assert problem() == (403, "mfa_setup_required")


def test_an_apps_clock_may_be_a_step_off(sam: User) -> None:
    """S8: and no more; a step back after a later one is spent."""
    now = timezone.now()
    step = int(now.timestamp()) // codes.PERIOD_S

    def good(at: int) -> bool:
        code = codes.code_at(secret=SAMS_APP, step=step + at)
        return codes.spend(user=sam, code=code, now=now) is Proof.APP

    assert [good(at) for at in (-2, 2, -1, 0, -1, 1, 0)] == [False, False, True, True, False, True, False]
    later = now + timedelta(seconds=codes.PERIOD_S * 3)
    assert codes.spend(user=sam, code=codes.code_at(secret=SAMS_APP, step=step + 3), now=later)


def spend_again(user: User, code: str, _number: int) -> bool:
    return codes.spend(user=user, code=code, now=timezone.now()) is not None


@pytest.mark.real_roles
def test_of_two_requests_at_once_one_spends_a_code(sam: User) -> None:
    """S8: the app's code and a recovery code, each from four at the same moment."""
    kept = codes.new_recovery_codes(user=sam)
    for code in (code_now(), kept[3]):
        spent = at_once(4, partial(spend_again, sam, code))
        assert sorted(spent) == [False, False, False, True]


@pytest.mark.real_roles
def test_no_tenants_role_reaches_a_secret(acme: Tenant, sam: User) -> None:
    """S1: the tables of second factors are the public role's alone."""
    read = "SELECT count(*) FROM public.mfa_authenticator"
    with connection.cursor() as cursor:
        cursor.execute(read)
        assert cursor.fetchone()[0] == 1, "positive control"
    for read_only in (False, True):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with tenant_scope(acme.schema_name, read_only=read_only), connection.cursor() as cursor, refused:
            cursor.execute(read)
