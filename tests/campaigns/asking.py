"""Requests for calls of tests, and providers that make them: numbers are synthetic and never alike."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import uuid4

from campaigns.providers import Accepted, CallReport, CallRequest
from campaigns.providers.retell import RetellProvider
from campaigns.simulator import Scenario, Simulator, simulator

CALLER = "+56225550100"
NUMBERS = count(1)
QUICKLY = 1000.0  # a minute of talk in 60 ms
PATIENCE = 30.0


def fresh_number() -> str:
    """Return a number that no other test calls."""
    return f"+5697{next(NUMBERS):07d}"


def call_request(**changes: Any) -> CallRequest:
    """Return a request for a call to a number of its own."""
    fields: dict[str, Any] = {
        "attempt": uuid4(),
        "tenant": "acme",
        "agent_id": "agent_collection",
        "from_number": CALLER,
        "to_number": fresh_number(),
    }
    return CallRequest(**fields | changes)


@contextmanager
def provided(scenario: Any = None, *, timeout: float = PATIENCE, **settings: Any) -> Iterator["Provided"]:
    """Serve a quick simulator with these scenario keys, or a whole scenario; speak to it by the adapter."""
    quick: dict[str, Any] = {"time_scale": QUICKLY, "delays": {"webhook_retry": 0.02}}
    table = scenario if isinstance(scenario, Scenario) else quick | (scenario or {})
    with (
        simulator(table, **settings) as served,
        RetellProvider(api_key=served.api_key, base_url=served.url, timeout=timeout) as provider,
    ):
        yield Provided(served, provider)


def until(holds: Callable[[], object], tries: int = 1000) -> bool:
    """Wait until `holds()`, some twenty seconds at most; say whether it did."""
    for _try in range(tries):
        if holds():
            return True
        time.sleep(0.02)
    return False


class Provided:
    """A simulator and the adapter that speaks to it."""

    def __init__(self, served: Simulator, provider: RetellProvider) -> None:
        self.simulator, self.provider = served, provider

    def accepted(self, request: CallRequest | None = None) -> Accepted:
        """Make a call that the provider must take."""
        answer = self.provider.create(request or call_request())
        assert isinstance(answer, Accepted)
        return answer

    def seen(self, call_id: str) -> CallReport:
        """Return what the adapter reads of a call that there must be."""
        found = self.provider.get(call_id)
        assert found is not None
        return found

    def ended(self, call_id: str) -> CallReport:
        """Return what the adapter reads of a call once everything is over."""
        assert self.simulator.wait_until_quiet(PATIENCE)
        return self.seen(call_id)
