"""Who may tell us of calls: the provider, with a key of ours, within five minutes (S17)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retell.lib.webhook_auth import symmetric, verify

from campaigns.providers import BadSignature, EventKind, UnreadableAnswer, read_event, verify_signature
from tenants.intake.strict_json import BadJSON

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
NEW, OLD = "key_new", "key_old"
BODY = '{"event":"call_ended","call":{"call_id":"call_1","call_status":"ended","transcript":"Sí, mañana"}}'


def signed(body: str = BODY, *, key: str = NEW, at: datetime = NOW) -> str:
    """Sign as the vendor's SDK does."""
    return str(symmetric["sign"](body, key, int(at.timestamp() * 1000)))


def is_accepted(header: str | None, *, body: str = BODY, keys: tuple[str, ...] = (NEW, OLD)) -> bool:
    try:
        verify_signature(raw=body.encode(), header=header, keys=keys, now=NOW)
    except BadSignature:
        return False
    return True


@pytest.mark.parametrize("key", [NEW, OLD])
def test_it_accepts_what_the_vendor_signed_with_either_key(key):
    """S17: two keys are good while one replaces the other."""
    assert is_accepted(signed(key=key))


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_it_accepts_five_minutes_either_way(minutes):
    """S17: clocks differ, and the fifth minute still counts."""
    assert is_accepted(signed(at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("seconds", [-301, 301, 3600, 10**9])
def test_it_refuses_what_is_stale_or_of_the_future(seconds):
    """S17: a good signature grows old."""
    assert not is_accepted(signed(at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "v=,d=",
        signed(key="key_of_somebody"),
        signed().upper(),
        signed().replace("v=", "v=0"),
        signed().replace("1", "１"),
        signed() + " ",
        signed() + "\n",
        signed()[:-1],
        f"v=9999999999999999,d={'0' * 64}",
        f"v=99999999999999999999,d={'0' * 64}",
        signed().split(",")[0],
    ],
)
def test_it_refuses_any_other_header(header):
    """S17: one way to write a signature, all of it."""
    assert not is_accepted(header)


def test_it_refuses_an_altered_body():
    """S17: every byte is signed."""
    assert not is_accepted(signed(), body=BODY.replace("mañana", "nunca"))


@pytest.mark.parametrize("keys", [(), ("",)])
def test_it_trusts_nobody_without_a_key(keys):
    """S17: an empty key is one that everybody has."""
    assert not is_accepted(signed(key="") if keys else signed(), keys=keys)


@given(body=st.text(), key=st.text(st.characters(codec="ascii"), min_size=1), other=st.text(max_size=5))
def test_it_agrees_with_the_vendor(body, key, other):
    """S17: what the vendor's SDK would verify, and nothing else."""
    moment = int(datetime.now(UTC).timestamp() * 1000)
    if not _is_encodable(body + other):
        return
    header = str(symmetric["sign"](body, key, moment))
    for said in {body, body + other}:
        now = datetime.fromtimestamp(moment / 1000, UTC)
        try:
            verify_signature(raw=said.encode(), header=header, keys=(key,), now=now)
            accepted = True
        except BadSignature:
            accepted = False
        assert accepted == bool(verify(said, key, header))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def event(name: object, **call: object) -> bytes:
    fields = {"call_id": "call_1", "call_status": "ended"} | call
    return json.dumps({"event": name, "call": fields}).encode()


@pytest.mark.parametrize("kind", EventKind)
def test_it_takes_an_event_of_a_call_for_one_of_its_kind(kind):
    """S17: the provider numbers no events; two of one name about one call are one, whatever else they say."""
    first, second = read_event(event(str(kind))), read_event(event(str(kind), duration_ms=5))
    assert first.kind is kind
    assert (first.call.call_id, first.unique) == (second.call.call_id, second.unique) == ("call_1", kind)


def test_it_tells_other_events_by_their_body():
    """S17: a transcript is updated many times; each is one of its own, the same one twice is not."""
    bodies = [event("transcript_updated", transcript=text) for text in ("Hola", "Hola, buenas", "Hola")]
    first, second, again = map(read_event, bodies)
    assert first.kind is None
    assert first.unique == again.unique != second.unique
    assert len(first.unique) < 100


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"{", b'{"event":"call_ended","event":"call_started"}', b"[" * 99]
)
def test_it_refuses_what_is_no_strict_json(raw):
    """S13: truncated, doubled and nested documents are nobody's event."""
    with pytest.raises((BadJSON, UnreadableAnswer)):
        read_event(raw)


@pytest.mark.parametrize(
    "body",
    ["[]", "1", "null", "{}", '{"event":1,"call":{}}', '{"event":"","call":{}}', '{"event":"call_ended"}',
     '{"event":"call_ended","call":[]}', '{"event":"call_ended","call":{"call_id":"call_1"}}'],
)  # fmt: skip
def test_it_refuses_json_that_is_no_event(body):
    """S17: an event has a name and a call."""
    with pytest.raises(UnreadableAnswer):
        read_event(body.encode())
