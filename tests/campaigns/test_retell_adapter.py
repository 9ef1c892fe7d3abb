"""The adapter speaks Retell's protocol over real sockets; nothing is asked twice or left unsaid (C17)."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.providers import (
    Accepted,
    CallProvider,
    CallStatus,
    ProviderRefused,
    ProviderUnreachable,
    Refusal,
    RefusalGroup,
    Unknown,
    UnreadableAnswer,
    read_call,
)
from campaigns.providers.retell import RetellProvider, create_body
from campaigns.simulator.asking import Reply
from tests.campaigns.asking import CALLER, Provided, call_request, fresh_number, provided, until

NOWHERE = "http://127.0.0.1:9"  # the port of `discard`, which nobody serves
LONG = {
    "time_scale": 1,
    "delays": {"analysis": 0},
    "people": {"ring_seconds": [0, 0], "talk_seconds": [250, 250], "answer_rate": 1},
}
ANSWERED = {"people": {"answer_rate": 1, "goal_rate": 1, "promise_rate": 1}}


@pytest.fixture
def calm() -> Iterator[Provided]:
    """A provider where nothing goes wrong."""
    with provided(ANSWERED) as served:
        yield served


def faulty(fault: str, **more: object) -> dict[str, object]:
    return {"faults": {fault: 1}} | more


def test_it_is_a_call_provider(calm):
    """C17: dispatch knows the protocol, not the vendor."""
    provider: CallProvider = calm.provider
    assert provider.concurrency().current == 0


def test_it_makes_a_call_and_reads_how_it_ended(calm):
    """C17: accepted, then everything the provider tells in the end, as our own values."""
    request = call_request(agent_version=4, variables={"nombre": "Ana Rojas", "deuda": "$98.500"})
    answer = calm.provider.create(request)
    assert isinstance(answer, Accepted)
    assert (answer.report.status, answer.report.attempt) == (CallStatus.REGISTERED, request.attempt)
    ended = calm.ended(answer.call_id)
    assert (ended.status, ended.tenant, ended.agent_version) == (CallStatus.ENDED, "acme", 4)
    assert (ended.from_number, ended.to_number) == (CALLER, request.to_number)
    assert ended.is_final
    assert ended.talked
    assert ended.started_at < ended.ended_at <= datetime.now(UTC)
    assert ended.analysis is not None
    assert ended.analysis.successful
    assert set(ended.analysis.custom) == {"fecha_pago_cliente", "monto_pago_cliente"}
    assert "Ana Rojas" in ended.transcript
    assert ended.recording_url


def test_it_asks_for_exactly_the_call_that_was_wanted(calm):
    """C15: the attempt is key and metadata; ring, length, voicemail and variables go with the call."""
    request = call_request(
        ring_seconds=20, max_call_seconds=90, voicemail_text="Buenos días.", variables={"monto": "$1.000"}
    )
    calm.provider.create(request)
    asked = next(iter(calm.simulator.exchange._calls.values())).asked
    assert asked == {
        "from_number": CALLER,
        "to_number": request.to_number,
        "override_agent_id": "agent_collection",
        "agent_override": {
            "agent": {
                "ring_duration_ms": 20_000,
                "max_call_duration_ms": 90_000,
                "voicemail_option": {"action": {"type": "static_text", "text": "Buenos días."}},
            }
        },
        "retell_llm_dynamic_variables": {"monto": "$1.000"},
        "metadata": {"attempt": str(request.attempt), "tenant": "acme"},
        "idempotency_key": str(request.attempt),
    }


def test_it_leaves_the_agent_to_the_number_when_none_is_named():
    """C17: an empty name would be nobody's."""
    assert "override_agent_id" not in create_body(call_request(agent_id=""))


def test_it_hangs_up_on_a_machine_unless_there_is_something_to_say(calm):
    """C15: no text, no message."""
    calm.provider.create(call_request())
    asked = next(iter(calm.simulator.exchange._calls.values())).asked
    assert asked["agent_override"]["agent"]["voicemail_option"] == {"action": {"type": "hangup"}}


@pytest.mark.parametrize(
    ("field", "value"),
    [("to_number", "912345678"), ("from_number", ""), ("ring_seconds", 4), ("max_call_seconds", 7201),
     ("variables", {"cuotas": 3})],
)  # fmt: skip
def test_it_refuses_a_request_that_no_provider_may_get(field, value):
    """C15: the error names the field and never its value (S19)."""
    with pytest.raises(ValueError, match=field) as raised:
        call_request(**{field: value})
    assert "912345678" not in str(raised.value)


def test_it_repeats_a_key_without_a_second_call(calm):
    """C17: the same request inside the hour is the same call."""
    request = call_request()
    first, second = calm.accepted(request), calm.accepted(request)
    assert first.call_id == second.call_id
    assert calm.simulator.report()["replays"] == 1
    assert calm.simulator.verdict().ok


@pytest.mark.parametrize("fault", ["lost_response", "error_after_create"])
def test_it_finds_the_call_whose_answer_was_lost(fault):
    """C17: unknown is looked up by metadata, never redialled."""
    with provided(faulty(fault)) as served:
        request = call_request()
        answer = served.provider.create(request)
        assert isinstance(answer, Unknown)
        assert answer.sent
        found = served.provider.find(request.attempt)
        assert [call.attempt for call in found] == [request.attempt]
        assert served.simulator.report()["calls"] == 1


def test_it_does_not_wait_for_a_slow_answer():
    """C17: a time-out is unknown; the call is there."""
    with provided(faulty("slow_response"), timeout=0.2) as served:
        request = call_request()
        assert isinstance(served.provider.create(request), Unknown)
        assert len(served.provider.find(request.attempt)) == 1


def test_it_cannot_tell_an_error_before_from_one_after():
    """C17: 500 is unknown even where nothing was made; the look-up finds nothing."""
    with provided(faulty("error_before_create")) as served:
        request = call_request()
        answer = served.provider.create(request)
        assert isinstance(answer, Unknown)
        assert answer.sent
        assert served.provider.find(request.attempt) == ()


def test_it_knows_that_a_request_never_left():
    """C17: no connection, no call; that much is certain."""
    with RetellProvider(api_key="key", base_url=NOWHERE, timeout=1) as provider:
        answer = provider.create(call_request())
        assert isinstance(answer, Unknown)
        assert not answer.sent
        with pytest.raises(ProviderUnreachable):
            provider.get("call_1")


@pytest.mark.parametrize(
    ("status", "group"),
    [(400, "invalid"), (401, "barred"), (402, "barred"), (403, "barred"), (404, "invalid"), (422, "invalid"),
     (429, "rate_limited")],
)  # fmt: skip
def test_it_tells_refusals_by_what_they_ask_of_us(status, group):
    """C17: 429 later, 401/402/403 stop the provider, other 4xx are for a person; nothing was dialled."""
    with provided() as served:
        served.simulator.change(refuse_with=status)
        answer = served.provider.create(call_request())
        assert isinstance(answer, Refusal)
        assert (answer.status, answer.group) == (status, RefusalGroup(group))
        assert answer.message
        assert answer.retry_after == (1.0 if status == 429 else None)
        assert served.simulator.report()["calls"] == 0


@pytest.mark.parametrize("status", [301, 307, 408, 409, 500, 503])
def test_it_leaves_open_what_an_answer_leaves_open(status):
    """C17: gateways and redirects say nothing of the call, and a redirect is not followed (S16)."""
    with provided() as served:
        served.simulator.change(refuse_with=status)
        answer = served.provider.create(call_request())
        assert isinstance(answer, Unknown)
        assert answer.sent
        assert served.simulator.report()["answers"] == {str(status): 1}


@pytest.mark.parametrize("fault", ["rate_limited", "payment_required"])
def test_it_is_refused_by_the_faults_of_a_scenario(fault):
    """C17: as the provider does, so does the simulator."""
    with provided(faulty(fault)) as served:
        assert isinstance(served.provider.create(call_request()), Refusal)


def test_it_asks_once_whatever_happens():
    """C17: a repeated create could be a second call; the vendor's SDK of old did that."""
    with provided() as served:
        for status in (429, 500, 503):
            served.simulator.change(refuse_with=status)
            served.provider.create(call_request())
        assert served.simulator.report()["answers"] == {"429": 1, "500": 1, "503": 1}


def test_it_knows_no_call_of_a_strange_id(calm):
    """C17: Retell says 422, not 404, for what it does not know."""
    assert calm.provider.get("call_of_nobody") is None
    assert calm.provider.stop("call_of_nobody") is False


def test_it_does_not_take_another_422_for_an_unknown_call():
    """C17: only the words of an unknown call mean that there is none."""
    with provided() as served, RetellProvider(api_key="wrong", base_url=served.simulator.url) as stranger:
        with pytest.raises(ProviderRefused) as raised:
            stranger.get("call_1")
        assert raised.value.refusal.group is RefusalGroup.BARRED
        assert isinstance(stranger.create(call_request()), Refusal)
        for ask in (stranger.concurrency, stranger.find_ongoing, lambda: stranger.stop("call_1")):
            with pytest.raises(ProviderRefused):
                ask()


def test_it_hangs_up():
    """C22: stopping is certain, and once."""
    with provided(LONG) as served:
        call = served.accepted()
        assert until(lambda: served.seen(call.call_id).status is CallStatus.ONGOING)
        assert [each.call_id for each in served.provider.find_ongoing()] == [call.call_id]
        assert served.provider.concurrency().current == 1
        assert served.provider.stop(call.call_id) is True
        assert served.provider.stop(call.call_id) is False
        ended = served.ended(call.call_id)
        assert (ended.disconnection_reason, ended.status) == ("manual_stopped", CallStatus.ENDED)
        assert served.provider.find_ongoing() == ()


def test_it_reads_every_page_of_a_list():
    """C17: the five-hundredth call is found like the first."""
    with provided(LONG | {"concurrency_limit": 500}) as served:
        with ThreadPoolExecutor(8) as crew:
            made = set(crew.map(lambda _n: served.accepted().call_id, range(450)))
        assert until(lambda: len(served.provider.find_ongoing()) == 450)
        assert {call.call_id for call in served.provider.find_ongoing()} == made


def test_it_finds_a_call_that_is_stuck():
    """C17: no filter lists `registered` calls, the metadata does."""
    with provided(faulty("stuck_registered")) as served:
        request = call_request()
        served.provider.create(request)
        assert [call.status for call in served.provider.find(request.attempt)] == [CallStatus.REGISTERED]
        assert served.provider.find_ongoing() == ()


def test_it_knows_how_full_the_provider_is():
    """C18: what is kept for incoming calls is not ours."""
    with provided(LONG | {"concurrency_limit": 10, "reserved_inbound": 3}) as served:
        served.provider.create(call_request())
        assert served.provider.concurrency().free == 6
        served.simulator.change(concurrency_limit=2)
        assert served.provider.concurrency().free == 0


def test_it_tells_nothing_personal_when_it_is_printed(calm):
    """S19: logs carry ids, never numbers, names or texts."""
    number = fresh_number()
    request = call_request(to_number=number, variables={"nombre": "Ana Rojas"})
    answer = calm.provider.create(request)
    printed = repr((request, answer, calm.ended(answer.call_id), calm.provider))
    assert number not in printed
    assert "Ana Rojas" not in printed
    assert calm.simulator.api_key not in printed


def test_it_writes_nothing_personal_into_any_log(calm, caplog):
    """S19: not even with every logger at its most talkative; the SDK would write whole requests."""
    caplog.set_level(logging.DEBUG)
    request = call_request(variables={"nombre": "Ana Rojas"})
    calm.ended(calm.accepted(request).call_id)
    calm.provider.find(request.attempt)
    assert request.to_number not in caplog.text
    assert "Ana Rojas" not in caplog.text


CALL = {"call_id": "call_1", "call_status": "ended"}


@pytest.mark.parametrize(
    ("cents", "micros"),
    [(0, 0), (1, 10_000), (7.5, 75_000), (0.1 + 0.2, 3000), (19.4781, 194_781), (0.00005, 1), (1e-7, 0),
     (123456.789, 1_234_567_890)],
)  # fmt: skip
def test_it_reads_costs_without_losing_a_micro(cents, micros):
    """C23: cents become whole micro-units through decimals, half up."""
    assert read_call(CALL | {"call_cost": {"combined_cost": cents}}).cost_micros == micros


@given(st.decimals(0, 10_000, places=4))
def test_it_reads_any_cost_of_four_places_exactly(cents):
    """C23: as written, whatever a float makes of it on the way."""
    told = json.loads(json.dumps(CALL | {"call_cost": {"combined_cost": float(cents)}}))
    assert read_call(told).cost_micros == int(Decimal(cents) * 10_000)


@pytest.mark.parametrize(
    ("field", "value"),
    [("call_id", 1), ("call_id", ""), ("call_id", "x" * 200), ("call_status", None), ("call_status", []),
     ("duration_ms", "5"), ("duration_ms", -1), ("duration_ms", 1.5), ("duration_ms", True),
     ("duration_ms", 10**15), ("start_timestamp", 10**17), ("end_timestamp", "now"),
     ("call_cost", 5), ("call_cost", {"combined_cost": "5"}), ("call_cost", {"combined_cost": -1}),
     ("call_cost", {"combined_cost": 1e30}), ("call_analysis", "good"),
     ("call_analysis", {"call_successful": "yes"}), ("call_analysis", {"user_sentiment": 1}),
     ("disconnection_reason", 7), ("transcript", []), ("agent_version", "latest")],
)  # fmt: skip
def test_it_says_which_field_cannot_be_read(field, value):
    """S17: a wrong type is an error with a name, never a crash."""
    with pytest.raises(UnreadableAnswer):
        read_call(CALL | {field: value})


def test_it_passes_over_what_it_does_not_know():
    """S17: fields and words of tomorrow do not hurt."""
    told = CALL | {
        "call_status": "parked",
        "latency": {"e2e": 1},
        "metadata": "x",
        "call_cost": {},
        "new": [1],
    }
    found = read_call(told)
    assert (found.status, found.attempt, found.cost_micros) == (CallStatus.UNKNOWN, None, None)
    assert found.raw == told
    assert read_call(CALL | {"metadata": {"attempt": "by hand"}}).attempt is None


def test_it_reads_whole_numbers_that_were_written_as_fractions():
    """S17: some JSON writers know only floats."""
    found = read_call(CALL | {"duration_ms": 5000.0, "start_timestamp": 1.7e12})
    assert found.duration_ms == 5000
    assert found.started_at == datetime.fromtimestamp(1_700_000_000, UTC)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [
    "call_id",
    "call_status",
    "metadata",
    "start_timestamp",
    "duration_ms",
    "call_cost",
    "call_analysis",
]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_it_reads_or_refuses_and_does_nothing_else(told):
    """S17: whatever comes, a report or UnreadableAnswer."""
    with suppress(UnreadableAnswer):
        assert read_call(told).raw is told


def test_it_gives_an_unreadable_good_answer_as_unknown():
    """C17: a 201 that nobody can read may well be a call."""
    with provided() as served:
        served.simulator._desk.serve("POST", "/v2/create-phone-call", _nonsense)
        answer = served.provider.create(call_request())
        assert isinstance(answer, Unknown)
        served.simulator._desk.serve("GET", "/get-concurrency", _nonsense)
        with pytest.raises(UnreadableAnswer):
            served.provider.concurrency()


def test_it_finds_nothing_for_a_strange_attempt(calm):
    """C17: no call is no call."""
    assert calm.provider.find(uuid4()) == ()


def _nonsense(_rest, _body):
    return Reply(201, b"<html>")
