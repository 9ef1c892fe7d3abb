"""Tokens: got by password, spent once, refused whenever anything about them is wrong (W14, S6, S7, S8)."""

import base64
import json
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from tenants import actions, queries, tokens
from tenants.models import Membership, RefreshFamily
from tenants.rules import Role
from tenants.tokens.jwt import key_id
from tests.at_once import at_once
from tests.cast import PASSWORD
from tests.doors import ApiClient

ME = "/api/v1/users/me"
TOKEN = "/api/v1/token"


@pytest.fixture
def nobody(any_db) -> ApiClient:
    """A program without any credential."""
    return ApiClient()


def log_in(client, user, **more):
    return client.post(TOKEN, {"email": user.email, "password": PASSWORD, **more})


def claims_of(user, **changes):
    """Return the payload of the user's access token, changed."""
    membership = queries.memberships_of(user=user)[0]
    now = timezone.now()
    return {
        "typ": "access",
        "jti": str(uuid4()),
        "sub": str(user.id),
        "tenant_id": str(membership.tenant_id),
        "ver": membership.version,
        "role": membership.role,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "iss": "minga",
        "aud": "minga",
    } | changes


def signed(payload, *, key=None, algorithm="HS256", kid=None):
    key = settings.JWT_KEYS[0] if key is None else key
    return jwt.encode(payload, key, algorithm=algorithm, headers={"kid": kid or key_id(settings.JWT_KEYS[0])})


def plain(payload, algorithm):
    """Return an unsigned token that claims `algorithm`."""
    header = {"alg": algorithm, "typ": "JWT", "kid": key_id(settings.JWT_KEYS[0])}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (header, payload)
    ]
    return ".".join([*parts, ""])


def refused(response, status, code):
    body = json.loads(response.content)
    assert (response.status_code, body["type"]) == (status, f"urn:minga:problem:{code}"), body
    assert response["Content-Type"] == "application/problem+json"
    return body


def test_it_gives_tokens_for_a_password(nobody, alice, acme):
    """W14: access, refresh, and what the client shows."""
    response = log_in(nobody, alice)
    body = response.json()
    assert response.status_code == 200, body
    assert set(body) == {"access", "refresh", "token_type", "expires_at", "tenant_id", "role"}
    assert (body["token_type"], body["tenant_id"], body["role"]) == ("Bearer", str(acme.id), "admin")
    assert response["Cache-Control"] == "no-store"
    assert json.loads(ApiClient(body["access"]).get(ME).content)["email"] == alice.email


def test_it_says_who_asks(api, bob, acme):
    """W14: id, tenant and role; no query beyond the one that settles the principal."""
    assert api(bob).get(ME).json() == {
        "id": str(bob.id),
        "name": bob.name,
        "email": bob.email,
        "tenant_id": str(acme.id),
        "tenant_slug": "acme",
        "tenant_name": "Acme",
        "role": "viewer",
        "via": "jwt",
    }


def test_it_lets_a_key_in(nobody, acme):
    """W14: a program's key, with either word in the header."""
    key, secret = actions.make_api_key(tenant=acme, name="loader", role=Role.VIEWER)
    for scheme in ("Bearer", "Api-Key"):
        body = nobody.get(ME, Authorization=f"{scheme} {secret}").json()
        assert (body["id"], body["via"], body["role"]) == (str(key.id), "api_key", "viewer")
    actions.revoke_api_key(key=key, now=timezone.now())
    refused(nobody.get(ME, Authorization=f"Bearer {secret}"), 401, "token_refused")


def test_it_lists_the_tenants_when_there_are_several(nobody, alice, acme, birch):
    """W14: 409 names the choices, the second try names one."""
    actions.give_role(user=alice, tenant=birch, role=Role.VIEWER)
    body = refused(log_in(nobody, alice), 409, "several_tenants")
    assert [(t["slug"], t["role"]) for t in body["tenants"]] == [("acme", "admin"), ("birch", "viewer")]
    assert log_in(nobody, alice, tenant="birch").json()["tenant_id"] == str(birch.id)
    assert log_in(nobody, alice, tenant=str(acme.id)).json()["role"] == "admin"


def test_it_refuses_a_tenant_that_is_not_yours(nobody, alice, birch):
    """Another's tenant and one that does not exist are the same."""
    assert refused(log_in(nobody, alice, tenant="birch"), 403, "no_membership") == refused(
        log_in(nobody, alice, tenant="nowhere"), 403, "no_membership"
    )


def test_it_answers_wrong_unknown_and_inactive_alike(nobody, alice, bob):
    """S8: nobody learns who has an account."""
    actions.deactivate_user(user=bob)
    tries = [
        nobody.post(TOKEN, {"email": alice.email, "password": "wrong-Passphrase-9"}),
        nobody.post(TOKEN, {"email": "unknown@nowhere.example", "password": PASSWORD}),
        log_in(nobody, bob),
    ]
    bodies = [refused(response, 401, "wrong_credentials") for response in tries]
    assert bodies[0] == bodies[1] == bodies[2]
    assert all("WWW-Authenticate" in response for response in tries)


def test_it_stops_guessing(nobody, alice):
    """S8: after exactly ten failures 429 with Retry-After, for the right password and unknown people too."""
    for email in (alice.email, "unknown@nowhere.example"):
        statuses = [nobody.post(TOKEN, {"email": email, "password": "wrong"}).status_code for _ in range(12)]
        assert statuses == [401] * 10 + [429] * 2, email
    response = log_in(nobody, alice)
    refused(response, 429, "too_many_tries")
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.cl"},
        {"email": 1, "password": True},
        {"email": [], "password": {}},
        {"email": "a@b.cl", "password": "x", "extra": 1},
        [],
        "text",
        None,
        7,
    ],
)
def test_it_refuses_a_log_in_that_makes_no_sense(nobody, body):
    """W11: 422 with a pointer to each field."""
    problem = refused(nobody.send("post", TOKEN, json.dumps(body).encode()), 422, "invalid")
    assert problem["errors"]
    assert all(error["pointer"].startswith("#") for error in problem["errors"])


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token abc", "bearer\tabc"])
def test_it_asks_for_a_token(nobody, header):
    """401 with a challenge, nothing said about what exists."""
    response = nobody.get(ME, Authorization=header) if header else nobody.get(ME)
    refused(response, 401, "not_signed_in")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_it_refuses_tampered_tokens(nobody, alice, carol, birch):
    """S6: a payload changed, a wrong key, another algorithm, none at all, an expired or endless one."""
    good = claims_of(alice)
    head, payload, signature = signed(good).split(".")
    other = signed(claims_of(carol)).split(".")[1]
    hour_ago = int((timezone.now() - timedelta(hours=1)).timestamp())
    bad = {
        "payload of another": f"{head}.{other}.{signature}",
        "signature cut": f"{head}.{payload}.{signature[:-2]}",
        "no signature": f"{head}.{payload}.",
        "alg none": plain(good, "none"),
        "alg None": plain(good, "None"),
        "alg HS256 unsigned": plain(good, "HS256"),
        "wrong key": signed(good, key="x" * 64),
        "unknown kid": signed(good, kid="00000000"),
        "other algorithm": signed(good, algorithm="HS512"),
        "expired": signed(good | {"exp": hour_ago}),
        "no exp": signed({name: value for name, value in good.items() if name != "exp"}),
        "huge exp": signed(good | {"exp": 10**18}),
        "exp text": signed(good | {"exp": "never"}),
        "refresh as access": signed(good | {"typ": "refresh"}),
        "sub a list": signed(good | {"sub": [str(alice.id)]}),
        "sub unknown": signed(good | {"sub": str(uuid4())}),
        "version not a number": signed(good | {"ver": "1"}),
        "version huge": signed(good | {"ver": 10**30}),
        "version old": signed(good | {"ver": 0}),
        "other issuer": signed(good | {"iss": "elsewhere"}),
        "other audience": signed(good | {"aud": "elsewhere"}),
        "tenant of others": signed(good | {"tenant_id": str(birch.id)}),
        "not a token": "a.b.c",
        "long": "a" * 100_000,
        "nul": "a\x00b",
        "latin": "añb",
    }
    assert ApiClient(signed(good)).get(ME).status_code == 200
    answers = {name: ApiClient(token).get(ME).status_code for name, token in bad.items()}
    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_it_believes_the_membership_and_not_the_token(alice, bob):
    """S6: a forged role is worth nothing; the server reads the role."""
    forged = signed(claims_of(bob, role="admin"))
    assert json.loads(ApiClient(forged).get(ME).content)["role"] == "viewer"


@pytest.mark.parametrize("change", ["disabled", "demoted", "taken out", "password", "everywhere"])
def test_it_refuses_at_the_next_request(api, alice, acme, change):
    """S6: whatever ends a person's rights ends the token at once."""
    client = api(alice)
    assert client.get(ME).status_code == 200
    {
        "disabled": lambda: actions.deactivate_user(user=alice),
        "demoted": lambda: actions.give_role(user=alice, tenant=acme, role=Role.VIEWER),
        "taken out": lambda: actions.take_role(membership=alice.memberships.get()),
        "password": lambda: actions.change_password(user=alice, password="another-Passphrase-8"),
        "everywhere": lambda: actions.log_out_everywhere(user=alice),
    }[change]()
    refused(client.get(ME), 401, "token_refused")


def test_it_refuses_a_token_at_another_tenants_host(alice, birch):
    """S6: the token's tenant must be the host's."""
    from tenants.models import Domain

    Domain.objects.create(domain="birch.localhost", tenant=birch, is_primary=True)
    refused(ApiClient(signed(claims_of(alice))).get(ME, Host="birch.localhost"), 403, "tenant_mismatch")


def test_it_ignores_the_session(page, alice):
    """W14: the API never takes a cookie, so no other site can make a browser write."""
    refused(page(alice).get(ME), 401, "not_signed_in")


def test_it_gives_the_next_tokens_once(nobody, alice):
    """S7: a refresh token is spent by its first use; within the grace of two tabs nothing else ends."""
    first = log_in(nobody, alice).json()
    second = nobody.post(f"{TOKEN}/refresh", {"refresh": first["refresh"]})
    assert second.status_code == 200
    refused(nobody.post(f"{TOKEN}/refresh", {"refresh": first["refresh"]}), 401, "token_refused")
    third = nobody.post(f"{TOKEN}/refresh", {"refresh": second.json()["refresh"]})
    assert third.status_code == 200
    assert ApiClient(third.json()["access"]).get(ME).status_code == 200


def test_it_ends_the_family_of_a_stolen_token(nobody, alice, caplog):
    """S7: spent again after the grace, the whole family ends and the log says so."""
    now = timezone.now()
    first = log_in(nobody, alice).json()["refresh"]
    second = nobody.post(f"{TOKEN}/refresh", {"refresh": first}).json()["refresh"]
    with pytest.raises(actions.TokenRefused):
        actions.refresh(token=first, now=now + timedelta(minutes=1))
    assert RefreshFamily.objects.get().revoked_because == "reuse"
    assert "reused" in caplog.text
    assert first not in caplog.text
    refused(nobody.post(f"{TOKEN}/refresh", {"refresh": second}), 401, "token_refused")


def test_it_logs_out(nobody, alice):
    """W14: the family ends; the same answer again does no harm."""
    refresh = log_in(nobody, alice).json()["refresh"]
    assert nobody.post(f"{TOKEN}/logout", {"refresh": refresh}).status_code == 204
    refused(nobody.post(f"{TOKEN}/refresh", {"refresh": refresh}), 401, "token_refused")
    assert nobody.post(f"{TOKEN}/logout", {"refresh": refresh}).status_code == 204


@pytest.mark.parametrize("path", ["refresh", "logout"])
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "á" * 50, "\ud83d\ude00"])
def test_it_refuses_a_refresh_token_that_is_none(nobody, path, token):
    """401 for anything that is not ours, 422 for nothing at all."""
    response = nobody.post(f"{TOKEN}/{path}", {"refresh": token})
    assert response.status_code == (401 if token else 422)


def test_it_takes_no_access_token_for_a_refresh(nobody, alice):
    """S7: each kind at its own door."""
    access = log_in(nobody, alice).json()["access"]
    refused(nobody.post(f"{TOKEN}/refresh", {"refresh": access}), 401, "token_refused")


def test_it_refuses_the_tokens_of_a_disabled_user(nobody, alice):
    """S6: neither access nor refresh survives."""
    given = log_in(nobody, alice).json()
    actions.deactivate_user(user=alice)
    refused(ApiClient(given["access"]).get(ME), 401, "token_refused")
    refused(nobody.post(f"{TOKEN}/refresh", {"refresh": given["refresh"]}), 401, "token_refused")


@pytest.mark.real_roles
def test_it_lets_exactly_one_of_many_refresh(nobody, alice):
    """S7: eight at the same moment, one wins, and the family lives on."""
    refresh = log_in(nobody, alice).json()["refresh"]
    answers = at_once(8, lambda _n: ApiClient().post(f"{TOKEN}/refresh", {"refresh": refresh}))
    winners = [answer for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    assert nobody.post(f"{TOKEN}/refresh", {"refresh": winners[0].json()["refresh"]}).status_code == 200
    assert Membership.objects.filter(user=alice, families__revoked_at__isnull=False).count() == 0


@pytest.mark.real_roles
def test_it_counts_parallel_guesses_exactly(alice):
    """S8: twenty guesses at once are still ten, whatever the right password is worth."""
    body = {"email": alice.email, "password": "wrong"}
    answers = at_once(20, lambda _n: ApiClient().post(TOKEN, body))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 10


def test_it_signs_with_the_new_key_and_reads_the_old(settings, alice):
    """S7: two live keys, told apart by kid."""
    old = signed(claims_of(alice))
    settings.JWT_KEYS = ["n" * 64, *settings.JWT_KEYS]
    new, _claims = tokens.sign(
        kind="access",
        user=alice.id,
        tenant=queries.memberships_of(user=alice)[0].tenant_id,
        version=1,
        role="admin",
        now=timezone.now(),
    )
    assert jwt.get_unverified_header(new)["kid"] == key_id("n" * 64)
    assert [ApiClient(token).get(ME).status_code for token in (old, new)] == [200, 200]
    settings.JWT_KEYS = ["n" * 64]
    assert ApiClient(old).get(ME).status_code == 401
