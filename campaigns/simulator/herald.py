"""Tells listeners of calls, with every fault that a webhook can have."""

from collections.abc import Callable
from functools import partial

from campaigns.simulator.calls import Call, told
from campaigns.simulator.fates import Fates
from campaigns.simulator.postman import Postman, letter
from campaigns.simulator.scenario import Fault, Scenario
from campaigns.simulator.timetable import Timetable

LIES = ("wrong_key", "stale", "altered", "unsigned")
# What a liar would like us to believe.
CLAIMS = {"call_status": "ended", "disconnection_reason": "user_requested_dnc", "duration_ms": 1}
DUPLICATE_SECONDS = 0.05


class Herald:
    """Posts the events of calls; `listeners` are addresses by agent id, "" for every other agent."""

    def __init__(self, scenario: Scenario, fates: Fates, *, timetable: Timetable, postman: Postman) -> None:
        self.listeners: dict[str, str] = {}
        self.recordings = ""
        self._scenario = scenario
        self._fates = fates
        self._timetable = timetable
        self._postman = postman

    def tell(self, call: Call, event: str) -> None:
        """Send what an event says of the call as it stands now: at once, late, twice, falsely, not at all."""
        url = self.listeners.get(call.agent_id) or self.listeners.get("")
        strikes = partial(self._fates.of_event, to_number=call.to_number, nth=call.nth, event=event)
        if not url:
            self._postman.count("unaddressed")
            return
        now = self._timetable.clock.now()
        says = told(call, clock=self._timetable.clock, at=now, recordings=self.recordings)
        delay = self._delay(call, event, strikes)
        if strikes(Fault.WEBHOOK_FORGED):
            lie = LIES[int(self._fates.share("lie", call.to_number, call.nth, event) * len(LIES))]
            self._postman.post(letter(url, event, says | CLAIMS, lie=lie))
        if Fault.WEBHOOKS_LOST in call.fate.faults or strikes(Fault.WEBHOOK_LOST):
            self._postman.count("lost")
            return
        true = letter(url, event, says)
        self._timetable.after(delay, partial(self._postman.post, true))
        if strikes(Fault.WEBHOOK_DUPLICATED):
            self._postman.count("duplicated")
            self._timetable.after(delay + DUPLICATE_SECONDS, partial(self._postman.post, true))

    def _delay(self, call: Call, event: str, strikes: Callable[[Fault], bool]) -> float:
        delays, seconds = self._scenario.delays, 0.0
        if event == "call_ended" and Fault.WEBHOOKS_REORDERED in call.fate.faults:
            self._postman.count("reordered")
            seconds += 2 * delays.analysis
        if strikes(Fault.WEBHOOK_LATE):
            self._postman.count("late")
            seconds += delays.webhook_late
        return seconds / self._scenario.time_scale
