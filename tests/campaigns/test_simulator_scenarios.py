"""Scenarios are read strictly: a key that does nothing would make a run prove nothing."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from campaigns.providers import OUTCOMES
from campaigns.simulator import API_KEY, BadScenario, Fault, packaged, read_scenario
from campaigns.simulator.fates import NEVER_CONNECTED, Fates, share
from tests.campaigns.asking import PATIENCE, call_request, provided
from tests.campaigns.listening import listening


@pytest.mark.parametrize("name", packaged())
def test_it_reads_every_packaged_scenario(name):
    """Issue 5: they come along, under their own names."""
    scenario = read_scenario(name)
    assert scenario.name == name
    reasons = set(scenario.connected) | set(scenario.not_connected)
    assert reasons - set(OUTCOMES) <= {"a_reason_of_tomorrow"}
    assert not set(scenario.connected) & NEVER_CONNECTED


@pytest.mark.parametrize("name", packaged())
def test_it_plays_every_packaged_scenario_to_its_end(name):
    """Issue 5: whatever strikes, the simulator itself stays whole and every call that can end does."""
    scenario = read_scenario(name)
    delays = replace(scenario.delays, slow_response=0.01, webhook_retry=0.01)
    unlimited: dict[str, Any] = {"concurrency_limit": 1000, "calls_per_second": 0}
    quick = replace(scenario, time_scale=2000.0, delays=delays, **unlimited)
    with listening(API_KEY) as listener, provided(quick, webhook_url=listener.url, seed=5) as served:
        with ThreadPoolExecutor(8) as crew:
            list(crew.map(served.provider.create, [call_request() for _each in range(80)]))
        assert served.simulator.wait_until_quiet(PATIENCE)
        told = served.simulator.report()
        assert told["calls"] > 60
        assert (told["calls_open"], told["lines"]) == (0, 0)
        assert served.simulator.verdict().broken == ()
        assert served.simulator.verdict().double_dials == ()


def test_it_packages_calm_busy_chaos_and_every_fault():
    """Issue 5: the last one has every fault and every reason."""
    assert packaged() == ["busy", "calm", "chaos", "every-fault"]
    everything = read_scenario("every-fault")
    assert set(everything.faults) == set(Fault)
    assert set(everything.connected) | set(everything.not_connected) == set(OUTCOMES) | {
        "a_reason_of_tomorrow"
    }


def test_it_holds_the_bars_of_the_specification_in_chaos():
    """Issue 5: a tenth of the create answers lost, a fifth of the webhooks doubled, a tenth lost."""
    faults = read_scenario("chaos").faults
    assert faults[Fault.LOST_RESPONSE] >= 0.10
    assert faults[Fault.WEBHOOK_DUPLICATED] >= 0.20
    assert faults[Fault.WEBHOOK_LOST] >= 0.10


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"tempo": 1}, "tempo"),
        ({"time_scale": 0}, "time_scale"),
        ({"time_scale": "fast"}, "time_scale"),
        ({"concurrency_limit": 1.5}, "concurrency_limit"),
        ({"concurrency_limit": True}, "concurrency_limit"),
        ({"when_full": "wait"}, "when_full"),
        ({"people": {"answer_rate": 1.1}}, "people.answer_rate"),
        ({"people": {"talk_seconds": [9, 1]}}, "people.talk_seconds"),
        ({"people": {"mood": 1}}, "people.mood"),
        ({"people": []}, "people"),
        ({"connected": {"user_hangup": -1}}, "connected.user_hangup"),
        ({"connected": {}}, "connected"),
        ({"faults": {"lost": 0.1}}, "lost"),
        ({"faults": {"lost_response": 2}}, "lost_response"),
        ({"changes": {"after_calls": 1}}, "changes"),
        ({"changes": [{"after": 1}]}, r"changes\[0\].after"),
        ({"numbers": {"+56": {"faults": ["lost"]}}}, "lost"),
        ({"numbers": {"+56": {"successful": 1}}}, "successful"),
        ({"name": 5}, "name"),
    ],
)
def test_it_names_the_key_that_is_wrong(table, words):
    """Issue 5: one line, with the key."""
    with pytest.raises(BadScenario, match=words):
        read_scenario(table)


def test_it_reads_files_of_both_kinds(tmp_path):
    """Issue 5: TOML or JSON, by the name's end."""
    (tmp_path / "own.toml").write_text('name = "own"\n[faults]\nlost_response = 0.5\n')
    (tmp_path / "own.json").write_text(json.dumps({"name": "own", "faults": {"lost_response": 0.5}}))
    assert read_scenario(tmp_path / "own.toml") == read_scenario(tmp_path / "own.json")
    (tmp_path / "broken.toml").write_text("name = ")
    for name in ("broken.toml", "missing.toml"):
        with pytest.raises(BadScenario, match=name):
            read_scenario(tmp_path / name)


def test_it_strikes_as_often_as_the_rate_says():
    """Issue 5: a tenth is a tenth, over many numbers and over many turns of one."""
    fates = Fates(read_scenario({"faults": {"lost_response": 0.1}}), 3)
    numbers = sum(fates.of_request(f"+569{n:08d}", 1) is not None for n in range(5000))
    turns = sum(fates.of_request("+56912345678", n) is not None for n in range(5000))
    assert 420 < numbers < 580
    assert 420 < turns < 580


def test_it_draws_evenly():
    """Issue 5: tenths of equal size."""
    tenths = [0] * 10
    for number in range(10_000):
        tenths[int(share(1, number) * 10)] += 1
    assert all(880 < tenth < 1120 for tenth in tenths)
