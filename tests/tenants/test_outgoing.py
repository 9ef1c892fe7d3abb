"""Requests to addresses that people typed reach the public internet alone, in bounded time (S16)."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from tenants.outgoing import Answer, BadTarget, NotSent, is_public, send, target_of
from tests.receiver import Receiver, receiving

PUBLIC = "93.184.216.34"
SAFE = ["https://hooks.example.com/in?key=1", "https://hooks.example.com:8443", "https://93.184.216.34/x"]
UNSAFE = [
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:80/",
    "https://user:word@hooks.example.com/",
    "https://user@hooks.example.com/",
    "https://hooks.example.com/#part",
    "https://hooks.example.com:99999/",
    "https:///nobody",
    "https://[::1",
    "//hooks.example.com/",
    "hooks.example.com",
    "",
    "https://hooks.example.com/a b",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.example.com/\r\nHost: x",
    "https://xn--\u00f1.example.com/",
    "https://hooks.example.com/" + "x" * 500,
    "https://127.0.0.1/",
    "https://10.0.0.8/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.8]/",
    "https://[fd00::8]/",
]
PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    f"::ffff:{PUBLIC}",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "0x7f.1",
    "2130706433",
]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def asked(url: str, *, seconds: float = 5, limit: int = 1000) -> Answer:
    return send(method="POST", url=url, headers={}, content=b"{}", seconds=seconds, limit=limit)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name resolve to the answers in turn, the last one for ever; return whom was asked about."""
    left, names, real = list(answers), [], socket.getaddrinfo

    def fake(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).replace(".", "").isdecimal():
            return real(host, port, *args, **kwargs)
        names.append(str(host))
        address = left.pop(0) if len(left) > 1 else left[0]
        return real(address, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return names


@pytest.mark.parametrize("url", UNSAFE)
def test_it_refuses_an_address_before_anything_is_asked(url: str) -> None:
    """S16: https, allow-listed ports, no credentials, nothing that two parsers read in two ways."""
    with pytest.raises(BadTarget):
        target_of(url)


def test_it_takes_public_ones() -> None:
    """S16: the allow list lets through what it is for, with path and query."""
    found = [target_of(url) for url in SAFE]
    assert [(one.host, one.port, one.path) for one in found] == [
        ("hooks.example.com", 443, "/in?key=1"),
        ("hooks.example.com", 8443, "/"),
        (PUBLIC, 443, "/x"),
    ]


def test_private_ranges_are_not_public() -> None:
    """S16: private, link-local, loopback, multicast, reserved, and IPv4 hidden in IPv6."""
    assert [one for one in PRIVATE if is_public(one)] == []
    assert all(map(is_public, (PUBLIC, "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8")))


def naive(url: str) -> int:
    """The planted defect: the name is checked, then asked for again by whoever connects."""
    host = target_of(url.replace("http:", "https:").rsplit(":", 1)[0]).host
    assert is_public(str(socket.getaddrinfo(host, 443)[0][4][0]))
    return httpcore.request("POST", url, content=b"{}").status


def test_a_name_that_answers_twice_reaches_nobody_here(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """S16, DNS rebinding: the address that was checked is the one connected to. The defect turns it red."""
    rebinding = f"http://rebind.example.com:{receiver.port}/"
    resolving(monkeypatch, PUBLIC, "127.0.0.1")
    assert naive(rebinding) == 204
    assert len(receiver.came) == 1

    # The door as it is in production, but for the port of this machine's receiver.
    monkeypatch.setattr("tenants.outgoing.targets.PORTS", {receiver.port})
    names = resolving(monkeypatch, PUBLIC, "127.0.0.1")
    with pytest.raises(NotSent) as failed:
        asked(rebinding.replace("http:", "https:"), seconds=0.3)
    assert names == ["rebind.example.com"]
    assert failed.value.code in ("connect", "timeout")
    assert len(receiver.came) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"])
def test_a_public_name_of_a_private_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S16: what counts is where the name leads, however it is written."""
    resolving(monkeypatch, address)
    with pytest.raises(NotSent, match="address"):
        asked("https://inside.example.com/")


def test_redirects_are_answers_and_long_bodies_are_cut(receiver: Receiver, settings: Any) -> None:
    """S16: nothing is followed, nothing is read beyond the limit."""
    settings.OUTGOING_PRIVATE = True
    receiver.answers(302)
    receiver.location = f"{receiver.url}/elsewhere"
    assert asked(f"{receiver.url}/here") == Answer(302, b"", is_whole=True)
    assert [one.path for one in receiver.came] == ["/here"]
    receiver.size = 5000
    answer = asked(receiver.url)
    assert (len(answer.body), answer.is_whole) == (1000, False)


def test_a_slow_talker_is_cut_off(receiver: Receiver, settings: Any) -> None:
    """S16: a byte now and then keeps no connection; the whole of it has an end."""
    settings.OUTGOING_PRIVATE = True
    receiver.answers(200)
    receiver.size, receiver.drip = 1000, 0.1
    begun = time.monotonic()
    with pytest.raises(NotSent, match="timeout"):
        asked(receiver.url, seconds=0.5)
    assert time.monotonic() - begun < 2


def test_a_slow_resolver_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """S16: whoever owns a name decides how long its servers take; the whole of it has an end all the same."""
    woken = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: woken.wait(5) and [])
    begun = time.monotonic()
    with pytest.raises(NotSent, match="timeout"):
        asked("https://slow.example.com/", seconds=0.3)
    assert time.monotonic() - begun < 2
    woken.set()


def test_nobody_there_is_said_in_a_word(receiver: Receiver, settings: Any) -> None:
    """S16: TLS is proven, a closed port is a closed port; no address stands in the words."""
    settings.OUTGOING_PRIVATE = True
    with pytest.raises(NotSent, match=r"^tls$"):
        asked(receiver.url.replace("http:", "https:"))
    with pytest.raises(NotSent, match=r"^connect$"):
        asked("http://127.0.0.1:1/")
