"""A provider of calls that calls nobody: Retell's protocol over HTTP, a scenario, a seed, and a judge."""

from campaigns.simulator.counting import Verdict
from campaigns.simulator.reading import BadScenario, packaged, read_scenario
from campaigns.simulator.running import API_KEY, Simulator, simulator
from campaigns.simulator.scenario import Change, Fault, NumberPlan, People, Scenario

__all__ = [
    "API_KEY",
    "BadScenario",
    "Change",
    "Fault",
    "NumberPlan",
    "People",
    "Scenario",
    "Simulator",
    "Verdict",
    "packaged",
    "read_scenario",
    "simulator",
]
