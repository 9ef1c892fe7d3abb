"""Passkeys, with an authenticator of a few lines in the browser's place (S8)."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tenants.actions import second_factors
from tenants.models import LogIn, User
from tenants.rules import Proof
from tests.cast import PASSWORD
from tests.reading import text_of
from tests.tenants.devices import HOST, Device, text64

Pages = Callable[[User], Client]
PASSKEY, SECOND = "/security/passkey/", "/login/second/"


@pytest.fixture(autouse=True)
def a_real_origin(settings) -> None:
    """The demo takes any origin, on plain http; here as outside of it."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    settings.PASSKEY_HOST = HOST


def asked_on(client: Client, path: str) -> dict[str, Any]:
    found = re.search(r'data-asked="([^"]+)"', text_of(client, path))
    assert found
    return dict(json.loads(unescape(found[1]))["publicKey"])


def add(client: Client, device: Device):
    answer = device.create(asked_on(client, PASSKEY))
    return client.post(PASSKEY, {"name": "Telephone", "passkey": answer})


def half_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/login/", {"email": user.email, "password": PASSWORD})
    return client


def test_a_passkey_is_added_and_comes_in(page: Pages, bob: User) -> None:
    """S8: the device's signature over this very challenge, and no other's, once."""
    device, mine = Device(), page(bob)
    assert add(mine, device).content.decode().count("<code>") == 10, "recovery codes come with the first"
    assert "Telephone" in text_of(mine, "/security/")
    client = half_in(bob)
    asked = asked_on(client, SECOND)
    assert [text64(urlsafe_b64decode(one["id"] + "==")) for one in asked["allowCredentials"]] == [
        text64(device.number)
    ]
    stranger = Device()
    stranger.number = device.number
    assert client.post(SECOND, {"passkey": stranger.get(asked)}).status_code == 401
    asked = asked_on(client, SECOND)
    good = device.get(asked)
    assert client.post(SECOND, {"passkey": good})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert LogIn.objects.get(user=bob).proof == Proof.PASSKEY
    assert half_in(bob).post(SECOND, {"passkey": good}).status_code == 401, "another session's challenge"
    assert second_factors.factors_of(user=bob)[0].last_used_at is not None


@pytest.mark.parametrize("origin", ["https://evil.example", f"http://{HOST}"])
def test_it_takes_no_other_sites_answer(page: Pages, bob: User, origin: str) -> None:
    """S8: what a copy of our page got from a person is worth nothing here."""
    assert add(page(bob), Device(origin)).status_code == 401
    device = Device()
    add(page(bob), device)
    device.origin = origin
    client = half_in(bob)
    assert client.post(SECOND, {"passkey": device.get(asked_on(client, SECOND))}).status_code == 401


def test_nonsense_is_no_passkey(page: Pages, bob: User) -> None:
    """S13: no input makes a 5xx, at either door."""
    nonsense = ["x", "{}", "[]", '{"id": 1}', "\ud800", '{"response": {"a": []}}', "0", "null"]
    sent = [one.encode("utf-8", "surrogatepass").decode("latin-1") for one in nonsense]
    client = page(bob)
    asked_on(client, PASSKEY)
    assert {client.post(PASSKEY, {"name": "x", "passkey": one}).status_code for one in sent} == {401}
    assert client.post(PASSKEY, {"name": "x", "passkey": ""}).status_code == 200
    cut = json.loads(Device().create(asked_on(client, PASSKEY)))
    whole = cut["response"]["attestationObject"]
    for length in range(4, len(whole), 16):
        cut["response"]["attestationObject"] = whole[:length]
        answer = client.post(PASSKEY, {"name": "x", "passkey": json.dumps(cut)})
        assert answer.status_code == 401, length
    add(client, Device())
    client = half_in(bob)
    asked_on(client, SECOND)
    assert {client.post(SECOND, {"passkey": one}).status_code for one in sent} == {401}


def test_it_confirms_by_a_passkey(page: Pages, bob: User) -> None:
    """S8: step-up takes the same device."""
    device, client = Device(), page(bob)
    add(client, device)
    asked = asked_on(client, "/confirm/?next=/security/")
    proof = {"confirming": "1", "confirm_passkey": device.get(asked)}
    assert client.post("/confirm/?next=/security/", proof)["Location"] == "/security/"
