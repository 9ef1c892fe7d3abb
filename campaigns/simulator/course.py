"""The course of a call: it rings, somebody answers or not, it ends, it is analysed."""

import threading
from collections.abc import Callable
from functools import partial

from campaigns.simulator.calls import Call
from campaigns.simulator.counting import Tally
from campaigns.simulator.herald import Herald
from campaigns.simulator.scenario import Fault, Scenario
from campaigns.simulator.timetable import Timetable

RING_MS = 30_000
TALK_MS = 3_600_000


class Course:
    """Moves calls on, under the exchange's lock; `lines` is how many are in use."""

    def __init__(
        self, scenario: Scenario, *, timetable: Timetable, herald: Herald, tally: Tally, lock: threading.RLock
    ) -> None:
        self.lines = 0
        self._scenario = scenario
        self._timetable = timetable
        self._herald = herald
        self._tally = tally
        self._lock = lock

    def begin(self, call: Call) -> None:
        """Let a new call ring."""
        self.lines += call.holds_line
        ring = min(call.fate.ring_seconds, call.settings.get("ring_duration_ms", RING_MS) / 1000)
        if Fault.STUCK_REGISTERED in call.fate.faults:
            # Nothing rings any more, though nobody says so.
            self._later(ring, self._free, call)
            if self._scenario.delays.stuck:
                self._later(self._scenario.delays.stuck, self.end, call, "registered_call_timeout")
        elif call.fate.talk_seconds:
            self._later(ring, self._answer, call)
        else:
            self._later(ring, self.end, call, call.fate.reason)

    def end(self, call: Call, reason: str) -> None:
        """Let the call be over, if it is not."""
        with self._lock:
            if call.ended_at is not None:
                return
            call.ended_at, call.reason = self._timetable.clock.now(), reason
            planned, call.steps = call.steps, []
            call.talked_seconds = self._talked(call)
            self._free(call)
            self._tally.ended(call)
            self._herald.tell(call, "call_ended")
            if Fault.NEVER_ANALYZED not in call.fate.faults:
                self._later(self._scenario.delays.analysis, self._analyze, call)
            # Whoever hangs up leaves the planned end behind, and nobody should wait for it.
            for entry in planned:
                self._timetable.cancel(entry)

    def _answer(self, call: Call) -> None:
        with self._lock:
            if call.ended_at is not None:
                return
            call.started_at = self._timetable.clock.now()
            cut = call.fate.talk_seconds > _longest(call)
            reason = "max_duration_reached" if cut else call.fate.reason
            self._later(min(call.fate.talk_seconds, _longest(call)), self.end, call, reason)
            self._herald.tell(call, "call_started")

    def _analyze(self, call: Call) -> None:
        with self._lock:
            call.analyzed_at = self._timetable.clock.now()
            self._herald.tell(call, "call_analyzed")

    def _free(self, call: Call) -> None:
        with self._lock:
            if call.holds_line:
                call.holds_line = False
                self.lines -= 1
                self._tally.line_freed(call)

    def _talked(self, call: Call) -> float:
        if call.started_at is None or call.ended_at is None:
            return 0.0
        planned = min(call.fate.talk_seconds, _longest(call))
        if call.reason != "manual_stopped":
            return planned  # what a call costs must not hang on how busy this machine is
        return round(min(planned, (call.ended_at - call.started_at) * self._scenario.time_scale), 3)

    def _later(self, seconds: float, step: Callable[..., None], call: Call, *more: str) -> None:
        entry = self._timetable.after(seconds / self._scenario.time_scale, partial(step, call, *more))
        call.steps.append(entry)


def _longest(call: Call) -> float:
    return float(call.settings.get("max_call_duration_ms", TALK_MS)) / 1000
