"""A simulator that runs: in a test's own process, or for a command."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from campaigns.simulator.asking import Reply, error
from campaigns.simulator.counting import Verdict
from campaigns.simulator.exchange import Exchange
from campaigns.simulator.fates import Fates
from campaigns.simulator.herald import Herald
from campaigns.simulator.postman import CONNECTIONS, Postman
from campaigns.simulator.reading import BadScenario, Source, read_change, read_scenario
from campaigns.simulator.scenario import Change
from campaigns.simulator.server import Desk, Server, asked, silence
from campaigns.simulator.timetable import Clock, Timetable

API_KEY = "key_simulator"
LOCALHOST = "127.0.0.1"
QUIET_CHECK_SECONDS = 0.02


class Simulator:
    """The provider with its server: `url` is its base address, `api_key` opens it.

    Raises BadScenario, ValueError for a listener that cannot be told, OSError for a port that is taken.
    """

    def __init__(
        self,
        source: Source = "calm",
        *,
        seed: int = 0,
        api_key: str = API_KEY,
        webhook_key: str = "",
        host: str = LOCALHOST,
        port: int = 0,
        listeners: Mapping[str, str] | None = None,
    ) -> None:
        self.scenario = read_scenario(source)
        self.seed = seed
        self.api_key = api_key
        fates = Fates(self.scenario, seed)
        self._timetable = Timetable(Clock())
        self._postman = Postman(
            self._timetable, key=webhook_key or api_key, retry_seconds=self.scenario.delays.webhook_retry
        )
        self._herald = Herald(self.scenario, fates, timetable=self._timetable, postman=self._postman)
        for agent, address in (listeners or {}).items():
            self.listen(address, agent=agent)
        self.exchange = Exchange(self.scenario, fates, timetable=self._timetable, herald=self._herald)
        self._answers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._desk = Desk(api_key=api_key)
        self._desk.count = self._count
        self._serve_all()
        self._server = Server((host, port), self._desk)
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._herald.recordings = f"{self.url}/simulator/recordings"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="simulator, of no tenant", daemon=True
        )

    def start(self) -> None:
        """Begin to serve."""
        self._timetable.start()
        self._postman.start()
        self._thread.start()

    def close(self) -> None:
        """Serve no more; calls that run are forgotten."""
        self._timetable.close()
        self._postman.close()
        self._server.hang_up()
        self._thread.join()

    def listen(self, url: str, *, agent: str = "") -> None:
        """Send the webhooks of an agent to `url`, of every other one without `agent`. Raises ValueError."""
        if urlsplit(url).scheme not in CONNECTIONS:
            raise ValueError("a webhook goes to an http or https address")
        self._herald.listeners[agent] = url

    def sign_with(self, key: str) -> None:
        """Sign webhooks with another key from now on."""
        self._postman.key = key

    def change(self, **conditions: int) -> None:
        """Let other conditions hold from now on: concurrency_limit, calls_per_second, refuse_with."""
        self.exchange.change(Change(**conditions))

    def calls(self) -> list[dict[str, Any]]:
        """Return every call as it really stands."""
        return self.exchange.truth()

    def verdict(self) -> Verdict:
        """Judge what has happened so far."""
        tally = self.exchange.tally
        return Verdict(
            double_dials=tuple(tally.double_dials),
            overlaps=tuple(tally.overlaps),
            over_limit=tuple(tally.over_limit),
            forged_accepted=self._postman.counts.get("forged_accepted", 0),
            broken=(*self._timetable.broken, *self._desk.broken),
        )

    def report(self, *, full: bool = False) -> dict[str, Any]:
        """Return all counts and the verdict; `full` names every number."""
        with self._lock:
            answers = dict(self._answers)
        told = {"scenario": self.scenario.name, "seed": self.seed, "answers": answers}
        seconds = round(self._timetable.clock.now(), 3)
        webhooks = {"webhooks": self._postman.counts, "verdict": self.verdict().told()}
        return told | {"seconds": seconds} | self.exchange.counted(full=full) | webhooks

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until no call runs and no webhook is on its way; False when `seconds` were not enough."""
        until = time.monotonic() + seconds
        while self._timetable.waiting or self._postman.busy:
            if time.monotonic() > until:
                return False
            time.sleep(QUIET_CHECK_SECONDS)
        return True

    def _count(self, word: str) -> None:
        with self._lock:
            self._answers[word] += 1

    def _serve_all(self) -> None:
        desk, exchange = self._desk, self.exchange
        desk.serve("POST", "/v2/create-phone-call", lambda _rest, body: exchange.create(body))
        desk.serve("GET", "/v2/get-call/", lambda call, _body: exchange.get(call))
        desk.serve("POST", "/v3/list-calls", lambda _rest, body: exchange.listed(body))
        desk.serve("GET", "/get-concurrency", lambda _rest, _body: exchange.concurrency())
        desk.serve("POST", "/v2/stop-call/", lambda call, _body: exchange.stop(call))
        desk.serve("GET", "/simulator/report", self._report, open_to_all=True)
        desk.serve("GET", "/simulator/calls", lambda _rest, _body: Reply(200, {"calls": self.calls()}))
        desk.serve("POST", "/simulator/agents", self._register)
        desk.serve("POST", "/simulator/changes", self._change)
        desk.serve(
            "GET", "/simulator/recordings/", lambda _rest, _body: Reply(200, silence()), open_to_all=True
        )

    def _report(self, question: str, _body: Any) -> Reply:
        return Reply(200, self.report(full=asked(question).get("full") == "1"))

    def _register(self, _rest: str, body: Any) -> Reply:
        """Take {"agent_id": …, "webhook_url": …}; without an agent it is for all others."""
        try:
            self.listen(body["webhook_url"], agent=body.get("agent_id", ""))
        except (TypeError, KeyError, AttributeError, ValueError) as wrong:
            return error(400, message=f"agent_id, webhook_url: {wrong}")
        return Reply(201, body)

    def _change(self, _rest: str, body: Any) -> Reply:
        try:
            self.exchange.change(read_change(body))
        except BadScenario as wrong:
            return error(400, message=str(wrong))
        return Reply(204)


@contextmanager
def simulator(
    source: Source = "calm", *, seed: int = 0, webhook_url: str = "", **settings: Any
) -> Iterator[Simulator]:
    """Serve a simulator on a free port until the block ends; `settings` are those of Simulator."""
    listeners = {"": webhook_url} if webhook_url else {}
    running = Simulator(source, seed=seed, listeners=listeners, **settings)
    running.start()
    try:
        yield running
    finally:
        running.close()
