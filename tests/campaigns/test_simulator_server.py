"""The simulator over HTTP: what Retell answers to everybody, and the addresses of its own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from campaigns.simulator import API_KEY, Simulator, simulator
from tests.campaigns.asking import CALLER, PATIENCE, fresh_number
from tests.campaigns.listening import listening

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def served() -> Iterator[Simulator]:
    with simulator({"time_scale": 1000}) as running:
        yield running


def ask(served: Simulator, method: str, path: str, body: object = None, *, key: str = API_KEY):
    """Return status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
    try:
        raw = body if isinstance(body, bytes | None) else json.dumps(body)
        connection.request(method, path, raw, {"authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    is_json = answer.headers.get("content-type") == "application/json"
    return answer.status, json.loads(content) if is_json else content


def body(**changes: object) -> dict[str, object]:
    return {"from_number": CALLER, "to_number": fresh_number()} | changes


def test_it_answers_a_create_with_201_and_the_call(served):
    """C17: as Retell's documentation has it."""
    status, call = ask(served, "POST", "/v2/create-phone-call", body(override_agent_version="latest"))
    assert status == 201
    required = {
        "call_id",
        "agent_id",
        "agent_version",
        "call_status",
        "call_type",
        "direction",
        "from_number",
    }
    assert required <= set(call)
    assert (call["call_status"], call["call_type"]) == ("registered", "phone_call")


@pytest.mark.parametrize(
    "wrong",
    [b"", b"{", b"[1]", b"\xff", body(to_number="912345678"), body(from_number=None), body(metadata="x"),
     body(retell_llm_dynamic_variables={"cuotas": 3}), body(override_agent_version=1.5),
     body(agent_override={"agent": {"ring_duration_ms": 4000}}), body(agent_override=[]),
     body(agent_override={"agent": {"max_call_duration_ms": 10**9}}),
     body(agent_override={"agent": {"voicemail_option": {"action": {"type": "static_text"}}}}),
     body(agent_override={"agent": {"voicemail_option": {"action": {"type": "sing"}}}}),
     body(agent_override={"agent": {"voicemail_option": "hangup"}}), body(idempotency_key=7)],
)  # fmt: skip
def test_it_refuses_a_bad_create(served, wrong):
    """C17: a simulator that takes anything would prove nothing."""
    status, answer = ask(served, "POST", "/v2/create-phone-call", wrong)
    assert status == 400
    assert answer["status"] == "error"
    assert served.report()["calls"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v2/get-call/call_1", 422), ("POST", "/v2/stop-call/call_1", 422), ("GET", "/v2/calls", 404),
     ("POST", "/v2/get-call/call_1", 404), ("GET", "/", 404)],
)  # fmt: skip
def test_it_says_what_it_does_not_know(served, method, path, status):
    """C17: 422 for unknown calls, as Retell does."""
    assert ask(served, method, path)[0] == status


@pytest.mark.parametrize("path", ["/get-concurrency", "/v2/get-call/call_1", "/simulator/calls"])
def test_it_wants_its_key(served, path):
    """C17: 401 in Retell's words."""
    assert ask(served, "GET", path, key="another")[0] == 401


@pytest.mark.parametrize(
    "criteria",
    [{"call_status": {"type": "enum", "op": "in", "value": ["registered"]}}, {"agent": []}, [],
     {"to_number": {"type": "string", "op": "like", "value": "+56"}}, {"to_number": "+56"},
     {"start_timestamp": {"type": "range", "op": "bt", "value": [1]}}],
)  # fmt: skip
def test_it_refuses_a_filter_it_does_not_have(served, criteria):
    """C17: above all the one for `registered`, which Retell has not."""
    assert ask(served, "POST", "/v3/list-calls", {"filter_criteria": criteria})[0] == 400


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": "5"}, {"skip": -1}, {"sort_order": "up"}, {"pagination_key": "x"}, []]
)
def test_it_refuses_a_bad_page(served, wrong):
    """C17: a wrong page is an error, not the first page."""
    assert ask(served, "POST", "/v3/list-calls", wrong or b"[]")[0] == 400


def test_it_lists_by_filters_and_pages(served):
    """C17: all conditions hold; no transcript in lists; the total when asked."""
    made = [
        ask(served, "POST", "/v2/create-phone-call", body(metadata={"round": str(n % 2)}))[1]
        for n in range(6)
    ]
    assert served.wait_until_quiet(PATIENCE)
    first = made[0]
    ended = ask(served, "GET", f"/v2/get-call/{first['call_id']}")[1]["end_timestamp"]

    def found(criteria: object, **more: object) -> list[str]:
        answer = ask(served, "POST", "/v3/list-calls", {"filter_criteria": criteria} | more)[1]
        assert all("transcript" not in call for call in answer["items"])
        return [call["call_id"] for call in answer["items"]]

    ids = [call["call_id"] for call in made]
    odd = {"metadata": [{"key": "round", "type": "string", "op": "eq", "value": "1"}]}
    assert found({}, sort_order="ascending") == ids
    assert found({}) == ids[::-1]
    assert found({}, skip=1, limit=2) == ids[::-1][1:3]
    assert found(odd, sort_order="ascending") == ids[1::2]
    assert found({"to_number": {"type": "string", "op": "eq", "value": first["to_number"]}}) == [ids[0]]
    assert found({"to_number": {"type": "string", "op": "sw", "value": "+1"}}) == []
    assert ids[0] in found({"end_timestamp": {"type": "number", "op": "le", "value": ended}})
    assert ids[0] in found({"end_timestamp": {"type": "range", "op": "bt", "value": [ended, ended]}})
    page = ask(served, "POST", "/v3/list-calls", {"limit": 4, "include_total": True})[1]
    assert (page["has_more"], page["total"]) == (True, 6)
    rest = ask(served, "POST", "/v3/list-calls", {"limit": 4, "pagination_key": page["pagination_key"]})[1]
    assert [call["call_id"] for call in page["items"] + rest["items"]] == ids[::-1]
    assert rest["has_more"] is False


def test_it_reports_to_everybody_and_takes_orders_with_the_key(served):
    """Issue 5: the report is an artefact; who may change the run must know the key."""
    assert ask(served, "GET", "/simulator/report", key="")[1]["verdict"]["ok"] is True
    assert ask(served, "POST", "/simulator/changes", {"refuse_with": 402}, key="")[0] == 401
    assert ask(served, "POST", "/simulator/changes", {"refuse_with": 402})[0] == 204
    assert ask(served, "POST", "/v2/create-phone-call", body())[0] == 402
    assert ask(served, "POST", "/simulator/changes", {"refuse": 402})[0] == 400


def test_it_names_every_number_when_asked(served):
    """Issue 5: the short report shows the fifty most called."""
    for _each in range(3):
        ask(served, "POST", "/v2/create-phone-call", body())
    assert len(ask(served, "GET", "/simulator/report?full=1")[1]["calls_of_number"]) == 3
    assert len(ask(served, "GET", "/simulator/calls")[1]["calls"]) == 3


def test_it_takes_listeners_by_http(served):
    """S17: the agent has the webhook's address, as at the vendor's."""
    with listening(API_KEY) as listener:
        told = {"agent_id": "agent_x", "webhook_url": listener.url}
        assert ask(served, "POST", "/simulator/agents", told) == (201, told)
        ask(served, "POST", "/v2/create-phone-call", body(override_agent_id="agent_x"))
        assert served.wait_until_quiet(PATIENCE)
        assert listener.events
    wrongs: tuple[object, ...] = ({"agent_id": "agent_x"}, {"webhook_url": "ftp://x"}, {"webhook_url": 5}, [])
    for wrong in wrongs:
        assert ask(served, "POST", "/simulator/agents", wrong)[0] == 400


def test_it_plays_a_recording(served):
    """Issue 5: a second of silence, so that a page has something to play."""
    status, sound = ask(served, "GET", "/simulator/recordings/call_1.wav", key="")
    assert status == 200
    assert sound[:4] == b"RIFF"


def test_it_refuses_bodies_without_end(served):
    """S14: a length that is none, or too much, is refused unread."""
    for length in ("-1", "x", str(1 << 30)):
        connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)
        connection.putrequest("POST", "/v3/list-calls")
        connection.putheader("content-length", length)
        connection.endheaders()
        assert connection.getresponse().status == 400
        connection.close()


def test_it_serves_many_connections_at_once(served):
    """Issue 5: two hundred callers that keep their connections."""
    netloc = urlsplit(served.url).netloc
    kept = [http.client.HTTPConnection(netloc, timeout=PATIENCE) for _each in range(200)]

    def twice(connection: http.client.HTTPConnection) -> list[int]:
        statuses = []
        for _time in range(2):
            connection.request("GET", "/simulator/report")
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        return statuses

    with ThreadPoolExecutor(50) as crew:
        assert list(crew.map(twice, kept)) == [[200, 200]] * 200
    for connection in kept:
        connection.close()


def test_it_ends_though_callers_hold_the_line():
    """Issue 5: neither thread nor socket is left behind."""
    with simulator() as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=PATIENCE)
        connection.request("GET", "/simulator/report")
        connection.getresponse().read()
    assert not any("of no tenant" in thread.name and thread.is_alive() for thread in threading.enumerate())
    connection.close()


def test_it_is_a_command(tmp_path):
    """Issue 5: `manage.py call_simulator` serves without a database and writes its report at the end."""
    report = tmp_path / "report.json"
    command = [
        sys.executable,
        "manage.py",
        "call_simulator",
        "--port",
        "0",
        "--scenario",
        "chaos",
        "--seed",
        "9",
    ]
    nowhere = "postgres://nobody@127.0.0.1:9/none"
    environment = {**os.environ, "LANGUAGE": "en", "MINGA_CHECKING": "1", "DATABASE_URL": nowhere}
    with subprocess.Popen(
        [*command, "--report", str(report)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("chaos (seed 9) at http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        verdict = json.loads(process.stdout.read())
    assert process.returncode == 0
    assert verdict["ok"] is True
    assert json.loads(report.read_text())["seed"] == 9


@pytest.mark.parametrize(
    ("options", "words"),
    [({"scenario": "nothing"}, "calm"), ({"port": 99999}, "--port"), ({"webhook_url": "ftp://x"}, "http"),
     ({"agent": ["x"]}, "http")],
)  # fmt: skip
def test_it_says_in_one_line_what_cannot_be_served(options, words):
    """F8: the option and the cure."""
    with pytest.raises(CommandError, match=words) as raised:
        call_command("call_simulator", **{"port": 0} | options)
    assert "\n" not in str(raised.value)
