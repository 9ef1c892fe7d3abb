"""The providers' door: whatever is posted, what is true is kept once and nothing breaks (C17, S17)."""

import hashlib
import hmac
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from retell.lib.webhook_auth import symmetric

from campaigns.dispatch.events import apply_event, next_event
from campaigns.models import CallAttempt, Entry, Provider, ProviderEvent
from campaigns.rules import AttemptState, JobKind
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.conftest import Inside

KEY = "key_simulator"
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
FIVE_MEGABYTES = 5 * 1024 * 1024

pytestmark = pytest.mark.usefixtures("key")


@pytest.fixture
def key(settings: Any) -> None:
    """Let the simulator's key be known."""
    settings.SIMULATOR_KEY = KEY


@pytest.fixture
def line(inside: Inside) -> Provider:
    """Return Acme's provider."""
    with inside():
        return a_provider()


def body(event: str = "call_ended", call: str = "call_1", **fields: object) -> bytes:
    """Return what the provider says of a call."""
    said = {"call_id": call, "call_status": "ended", "disconnection_reason": "dial_no_answer", **fields}
    return json.dumps({"event": event, "call": said}).encode()


def signature(raw: bytes, *, key: str = KEY, ago: timedelta = timedelta()) -> str:
    """Sign as the vendor does."""
    moment = int((timezone.now() - ago).timestamp() * 1000)
    return str(symmetric["sign"](raw.decode("latin-1"), key, moment))


def post(to: str, raw: bytes, signed: str | None) -> int:
    """Post raw bytes; return the status."""
    headers = {} if signed is None else {"x-retell-signature": signed}
    client = Client(raise_request_exception=False)
    url = f"/api/v1/webhooks/retell/{to}"
    return client.post(url, raw, content_type="application/json", headers=headers).status_code


def door(tenant: Tenant, provider: Provider) -> str:
    """Return the last part of a provider's address."""
    return f"{tenant.id.hex}-{provider.endpoint}"


def test_it_keeps_a_true_event_and_lets_it_be_applied(acme: Tenant, line: Provider, inside: Inside):
    """S17: kept before it is answered; the work comes later."""
    raw = body()
    assert post(door(acme, line), raw, signature(raw)) == 204
    with inside():
        assert ProviderEvent.objects.get().body["call_id"] == "call_1"
        assert Job.objects.live().filter(kind=JobKind.EVENTS).count() == 1


def test_it_keeps_a_replayed_event_once(acme: Tenant, line: Provider, inside: Inside):
    """S17: unique per call and event, however often it is told, and whatever else it says then."""
    for raw in [body(), body(), body(duration_ms=7)]:
        assert post(door(acme, line), raw, signature(raw)) == 204
    with inside():
        assert ProviderEvent.objects.count() == 1


FORGED: dict[str, Callable[[bytes], str | None]] = {
    "unsigned": lambda _raw: None,
    "empty": lambda _raw: "",
    "another key": lambda raw: signature(raw, key="key_of_a_liar"),
    "no key": lambda raw: signature(raw, key=""),
    "of other bytes": lambda raw: signature(raw + b" "),
    "stale": lambda raw: signature(raw, ago=timedelta(minutes=6)),
    "from the future": lambda raw: signature(raw, ago=-timedelta(minutes=6)),
    "words": lambda _raw: "v=now,d=trust-me",
    "beyond all time": lambda _raw: f"v=9999999999999999,d={'0' * 64}",
}


@pytest.mark.parametrize("how", list(FORGED))
def test_it_refuses_a_lie(acme: Tenant, line: Provider, inside: Inside, how: str):
    """S17: 401, and nothing is kept."""
    raw = body(disconnection_reason="user_requested_dnc")
    assert post(door(acme, line), raw, FORGED[how](raw)) == 401
    with inside():
        assert not ProviderEvent.objects.exists()


def test_it_keeps_an_event_whose_texts_nobody_can_store(acme: Tenant, line: Provider, inside: Inside):
    """S13, S17: what a person said may hold any character; the event is not lost for it."""
    raw = body(transcript="Hola\x85\x00 \ud83d", call_analysis={"custom_analysis_data": {"n": 10**20}})
    assert post(door(acme, line), raw, signature(raw)) == 204
    with inside():
        kept = ProviderEvent.objects.get().body
    assert kept["transcript"] == "Hola\ufffd\ufffd \ufffd"
    assert kept["call_analysis"] == {"custom_analysis_data": {"n": "1" + "0" * 20}}


def test_it_refuses_what_was_cut_on_the_way(acme: Tenant, line: Provider, inside: Inside):
    """S17: a signature of the whole does not fit a part of it."""
    raw = body()
    for length in (0, 1, len(raw) // 2, len(raw) - 1):
        assert post(door(acme, line), raw[:length], signature(raw)) == 401
    with inside():
        assert not ProviderEvent.objects.exists()


ODD = {
    "nothing": b"",
    "half": body()[:40],
    "list": b"[]",
    "no call": b'{"event":"call_ended"}',
    "no id": b'{"event":"call_ended","call":{"call_status":"ended"}}',
    "endless id": body(call="c" * 129),
    "id of 121": body(call="c" * 121),
    "event of 65": body(event="e" * 65),
    "id is a number": b'{"event":"call_ended","call":{"call_id":7,"call_status":"ended"}}',
    "negative length": body(duration_ms=-1),
    "endless length": body(duration_ms=10**17),
    "nul": b'{"event":"call_ended","call":{"call_id":"a\\u0000b","call_status":"ended"}}',
    "lone surrogate": b'{"event":"call_ended","call":{"call_id":"a\\ud800","call_status":"ended"}}',
    "control character": b'{"event":"call_ended","call":{"call_id":"a\\u0085b","call_status":"ended"}}',
    "not utf-8": b'{"event":"call_ended","call":{"call_id":"\xff","call_status":"ended"}}',
    "two ids": b'{"event":"call_ended","call":{"call_id":"a","call_id":"b","call_status":"ended"}}',
    "not finite": b'{"event":"call_ended","call":{"call_id":"a","call_status":"ended","x":NaN}}',
    "deep": b'{"event":"call_ended","call":' + b"[" * 200 + b"]" * 200 + b"}",
}


@pytest.mark.parametrize("what", list(ODD))
def test_it_refuses_signed_nonsense(acme: Tenant, line: Provider, inside: Inside, what: str):
    """S13, S17: a refusal that says so, never an error of ours; nothing is kept."""
    raw = ODD[what]
    signed = sign_bytes(raw)
    assert post(door(acme, line), raw, signed) in (400, 422)
    with inside():
        assert not ProviderEvent.objects.exists()


def sign_bytes(raw: bytes) -> str:
    """Sign bytes that are no text; the vendor's SDK signs text alone."""
    moment = str(int(timezone.now().timestamp() * 1000))
    digest = hmac.new(KEY.encode(), raw + moment.encode(), hashlib.sha256).hexdigest()
    return f"v={moment},d={digest}"


def test_it_knows_no_other_doors(acme: Tenant, birch: Tenant, line: Provider, inside: Inside):
    """S4, S17: 404 for an endpoint that nobody has, and for another tenant's."""
    raw = body()
    signed = signature(raw)
    with tenant_scope(birch.schema_name):
        theirs = a_provider(name="theirs")
    strange = [
        "x",
        line.endpoint,
        f"{acme.id.hex}-{'0' * 32}",
        f"{'0' * 32}-{line.endpoint}",
        door(acme, theirs),
        door(birch, line),
        door(acme, line).upper(),
        f"{door(acme, line)}0",
    ]
    assert {each: post(each, raw, signed) for each in strange} == dict.fromkeys(strange, 404)
    for schema in (acme.schema_name, birch.schema_name):
        with tenant_scope(schema):
            assert not ProviderEvent.objects.exists()


def test_it_lets_no_event_reach_into_another_tenant(
    acme: Tenant, birch: Tenant, line: Provider, inside: Inside
):
    """S4: what Birch's provider says of Acme's call is about nobody."""
    with inside():
        attempt = an_open_call(line)
    with tenant_scope(birch.schema_name):
        theirs = a_provider(name="theirs")
    raw = body(call="call_x", metadata={"attempt": str(attempt.pk), "tenant": acme.schema_name})
    assert post(door(birch, theirs), raw, signature(raw)) == 204
    with tenant_scope(birch.schema_name):
        event = next_event(now=timezone.now())
        assert event is not None
        assert apply_event(event, now=timezone.now()) is False
    with inside():
        attempt.refresh_from_db()
        assert attempt.state == AttemptState.ACCEPTED


def an_open_call(provider: Provider, call: str = "") -> CallAttempt:
    """Return a call of Acme's that the provider has taken; without its id, as after a lost answer."""
    account = an_account(provider)
    a_campaign(account, people=1)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    intent = claimed(account, now=NOON).calls[0]
    CallAttempt.objects.filter(pk=intent.id).update(
        state=AttemptState.ACCEPTED, sent_at=NOON, accepted_at=NOON, call_id=call
    )
    return CallAttempt.objects.get(pk=intent.id)


def test_it_matches_an_unknown_call_later(acme: Tenant, line: Provider, inside: Inside):
    """S17: an event may be faster than the answer that names its call; it waits for it."""
    raw = body(call="call_9")
    assert post(door(acme, line), raw, signature(raw)) == 204
    now = timezone.now()
    with inside():
        event = next_event(now=now)
        assert event is not None
        assert apply_event(event, now=now) is False
        assert next_event(now=now) is None
        attempt = an_open_call(line, call="call_9")
        again = next_event(now=now + timedelta(minutes=1))
        assert again is not None
        assert apply_event(again, now=now + timedelta(minutes=1)) is True
        attempt.refresh_from_db()
        assert attempt.state == AttemptState.CLOSED
        assert next_event(now=now + timedelta(days=1)) is None


def test_it_forgets_an_event_that_nobody_claims_after_a_day(acme: Tenant, line: Provider, inside: Inside):
    """S17: settled with its reason, so that it is tried no more."""
    raw = body(call="call_of_somebody_else")
    assert post(door(acme, line), raw, signature(raw)) == 204
    with inside():
        event = ProviderEvent.objects.get()
        assert apply_event(event, now=timezone.now() + timedelta(days=1, seconds=5)) is False
        event.refresh_from_db()
        assert (event.applied_at is not None, event.error) == (True, "no such call")


def test_it_takes_a_long_transcript(acme: Tenant, line: Provider, inside: Inside):
    """S17: an hour of talk is a few hundred kilobytes; five megabytes pass."""
    raw = body(transcript="á" * (FIVE_MEGABYTES // 12))
    assert post(door(acme, line), raw, signature(raw)) == 204
    with inside():
        assert ProviderEvent.objects.count() == 1


def test_it_refuses_more_than_a_request_may_hold(acme: Tenant, line: Provider, inside: Inside, settings: Any):
    """S17: too large is refused before it is read."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    raw = body(transcript="a" * 2000)
    assert post(door(acme, line), raw, signature(raw)) in (400, 413)
    with inside():
        assert not ProviderEvent.objects.exists()


def test_it_stands_a_burst_of_true_and_false_ones(acme: Tenant, line: Provider, inside: Inside):
    """S17: in any order, true ones are kept once each and false ones are refused."""
    dice = random.Random(20)
    true = [body(event, f"call_{number}") for number in range(40) for event in ("call_started", "call_ended")]
    letters = [(raw, signature(raw)) for raw in true * 3] + [(raw, None) for raw in true]
    dice.shuffle(letters)
    answered = [(post(door(acme, line), raw, signed), signed is None) for raw, signed in letters]
    assert all(status == (401 if is_lie else 204) for status, is_lie in answered)
    with inside():
        assert ProviderEvent.objects.count() == len(true)
        assert Job.objects.live().filter(kind=JobKind.EVENTS).count() == 1


def test_an_event_costs_the_same_however_many_wait(acme: Tenant, line: Provider, inside: Inside):
    """S17: ten thousand a minute: each is a few statements, none more for the others, none refused."""
    counts = []
    for number in (0, 1, 200):
        for more in range(number):
            raw = body("call_ended", f"call_{number}_{more}")
            assert post(door(acme, line), raw, signature(raw)) == 204
        raw = body("call_analyzed", f"call_{number}")
        with CaptureQueriesContext(connection) as caught:
            assert post(door(acme, line), raw, signature(raw)) == 204
        counts.append(len(caught))
    assert counts[1] == counts[2]
    with inside():
        assert ProviderEvent.objects.count() == 204
