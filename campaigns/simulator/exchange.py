"""The simulated provider itself: what it answers to every request, and what it counts."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from campaigns.providers.calling import ATTEMPT_KEY
from campaigns.simulator.asking import Reply, error, wrong_field
from campaigns.simulator.calls import Call, told
from campaigns.simulator.counting import Tally
from campaigns.simulator.course import Course
from campaigns.simulator.fates import Fates
from campaigns.simulator.filters import BadFilter, wanted
from campaigns.simulator.herald import Herald
from campaigns.simulator.listing import Asked, page
from campaigns.simulator.scenario import Change, Fault, Scenario
from campaigns.simulator.timetable import Timetable

Fields = dict[str, Any]
REFUSED_BY = {Fault.RATE_LIMITED: 429, Fault.PAYMENT_REQUIRED: 402, Fault.ERROR_BEFORE_CREATE: 500}


@dataclass
class Conditions:
    """What may change while it runs."""

    concurrency_limit: int
    calls_per_second: int
    refuse_with: int = 0
    # When the limit in force was told, None while a lower one was not: nobody keeps to what nobody told.
    limit_told_at: float | None = 0.0


class Exchange:
    """Every operation of the provider, for any number of threads."""

    def __init__(self, scenario: Scenario, fates: Fates, *, timetable: Timetable, herald: Herald) -> None:
        self.scenario = scenario
        self.tally = Tally()
        self.herald = herald
        self._fates = fates
        self._clock = timetable.clock
        self._lock = threading.RLock()
        self._course = Course(scenario, timetable=timetable, herald=herald, tally=self.tally, lock=self._lock)
        self._now = Conditions(scenario.concurrency_limit, scenario.calls_per_second)
        self._calls: dict[str, Call] = {}
        self._of_attempt: dict[str, list[Call]] = defaultdict(list)
        self._of_number: dict[str, list[Call]] = defaultdict(list)
        self._requests: Counter[str] = Counter()
        self._keys: dict[str, Call] = {}
        for change in scenario.changes:
            if change.after_seconds is not None:
                timetable.after(change.after_seconds, partial(self.change, change), counts=False)

    def create(self, body: Any) -> Reply:
        """Answer a request for a call."""
        wrong = wrong_field(body)
        if wrong:
            return error(400, message=f"Invalid request format, please check API reference. ({wrong})")
        with self._lock:
            self._requests[body["to_number"]] += 1
            fault = self._fates.of_request(body["to_number"], self._requests[body["to_number"]])
            if fault:
                self.tally.struck[fault] += 1
            answer = self._refused(body, fault) or self._known(body) or self._taken(body)
        return self._spoilt(answer, fault) if fault and answer.status == 201 else answer

    def get(self, call_id: str) -> Reply:
        """Answer what is known of one call."""
        with self._lock:
            call = self._calls.get(call_id)
            return Reply(200, self._seen(call)) if call else error(422)

    def listed(self, body: Any) -> Reply:
        """Answer the calls that meet the conditions, page by page."""
        try:
            asked = Asked.read(body)
        except BadFilter as wrong:
            return error(400, message=f"Invalid request format, please check API reference. ({wrong})")
        with self._lock:
            calls = [(call.serial, self._seen(call)) for call in self._candidates(asked.criteria)]
        return Reply(200, page(calls, asked))

    def concurrency(self) -> Reply:
        """Answer how full it is; from now on a lower limit is known."""
        with self._lock:
            if self._now.limit_told_at is None:
                self._now.limit_told_at = self._clock.now()
            limit = self._now.concurrency_limit
            answer = {"current_concurrency": self._course.lines, "concurrency_limit": limit}
        return Reply(
            200,
            answer
            | {
                "base_concurrency": limit,
                "purchased_concurrency": 0,
                "concurrency_purchase_limit": 0,
                "remaining_purchase_limit": 0,
                "concurrency_burst_enabled": False,
                "concurrency_burst_limit": 0,
                "reserved_inbound_concurrency": self.scenario.reserved_inbound,
            },
        )

    def stop(self, call_id: str) -> Reply:
        """Hang up."""
        with self._lock:
            call = self._calls.get(call_id)
            if call is None or call.ended_at is not None:
                return error(422)
            self._course.end(call, "manual_stopped")
        return Reply(204)

    def change(self, change: Change) -> None:
        """Let other conditions hold from now on."""
        with self._lock:
            if change.concurrency_limit is not None:
                fell = change.concurrency_limit < self._now.concurrency_limit
                self._now.concurrency_limit = change.concurrency_limit
                self._now.limit_told_at = None if fell else self._clock.now()
            if change.calls_per_second is not None:
                self._now.calls_per_second = change.calls_per_second
            if change.refuse_with is not None:
                self._now.refuse_with = change.refuse_with

    def truth(self) -> list[Fields]:
        """Return every call as it really stands, whatever the answers say."""
        with self._lock:
            now = self._clock.now()
            return [told(call, clock=self._clock, at=now) for call in self._calls.values()]

    def counted(self, *, full: bool = False) -> Fields:
        """Return the counts; `full` names every number."""
        with self._lock:
            calls = self._calls.values()
            return self.tally.told(full=full) | {
                "lines": self._course.lines,
                "concurrency_limit": self._now.concurrency_limit,
                "duration_ms": sum(round(call.talked_seconds * 1000) for call in calls),
                "cost_cents": round(sum(call.cents for call in calls), 4),
            }

    def _refused(self, body: Fields, fault: Fault | None) -> Reply | None:
        status = self._now.refuse_with or (REFUSED_BY.get(fault, 0) if fault else 0)
        speed = self.tally.speed_of(body["from_number"], self._clock.now())
        if not status and self._now.calls_per_second and speed >= self._now.calls_per_second:
            status = 429
        return error(status, retry_after=1 if status == 429 else None) if status else None

    def _known(self, body: Fields) -> Reply | None:
        """Return the answer to a key that is still valid, None for a new one."""
        call = self._keys.get(body.get("idempotency_key") or "")
        age = self._clock.now() - call.registered_at if call else 0.0
        if call is None or age * self.scenario.time_scale >= self.scenario.key_seconds:
            return None
        if call.asked != body:
            self.tally.key_conflicts += 1
            return error(400, message="The idempotency_key was used for another request.")
        self.tally.replays += 1
        return Reply(201, self._seen(call))

    def _taken(self, body: Fields) -> Reply:
        full = self._course.lines >= self._now.concurrency_limit - self.scenario.reserved_inbound
        if full:
            self._count_beyond(body)
            if self.scenario.when_full == "refuse":
                return error(429)
        return Reply(201, self._seen(self._place(body, full=full)))

    def _count_beyond(self, body: Fields) -> None:
        now, told_at = self._clock.now(), self._now.limit_told_at
        # The limit of the beginning was known before the first request; a later one needs time to arrive.
        informed = told_at is not None and (told_at == 0 or now > told_at + self.scenario.grace_seconds)
        self.tally.beyond_limit(
            body, at=now, lines=self._course.lines, limit=self._now.concurrency_limit, informed=informed
        )

    def _place(self, body: Fields, *, full: bool) -> Call:
        nth = self.tally.calls_of_number[body["to_number"]] + 1
        fate = self._fates.of_call(body["to_number"], nth)
        if full:
            fate = replace(fate, reason="concurrency_limit_reached", talk_seconds=0.0, ring_seconds=0.0)
        call = Call(
            body,
            fate,
            nth,
            self.scenario.cents_per_minute,
            self._clock.now(),
            len(self._calls),
            holds_line=not full,
        )
        self._calls[call.id] = call
        self._of_number[call.to_number].append(call)
        self._of_attempt[str(call.metadata.get(ATTEMPT_KEY, ""))].append(call)
        if body.get("idempotency_key"):
            self._keys[body["idempotency_key"]] = call
        for fault in fate.faults:
            self.tally.struck[fault] += 1
        self._course.begin(call)
        self.tally.placed(call, lines=self._course.lines)
        for change in self.scenario.changes:
            if change.after_calls == len(self._calls):
                self.change(change)
        return call

    def _spoilt(self, answer: Reply, fault: Fault) -> Reply:
        if fault is Fault.SLOW_RESPONSE:
            return replace(answer, wait=self.scenario.delays.slow_response)
        return replace(answer, drop=True) if fault is Fault.LOST_RESPONSE else error(500)

    def _seen(self, call: Call) -> Fields:
        """Return the call as answers tell it."""
        lag = self.scenario.delays.get_lag if Fault.GET_LAGS in call.fate.faults else 0.0
        at = self._clock.now() - lag / self.scenario.time_scale
        return told(call, clock=self._clock, at=at, recordings=self.herald.recordings)

    def _candidates(self, criteria: Mapping[str, Any]) -> Iterable[Call]:
        attempt = wanted(criteria, "metadata", ATTEMPT_KEY)
        if attempt is not None:
            return self._of_attempt.get(attempt, [])
        number = wanted(criteria, "to_number")
        return self._calls.values() if number is None else self._of_number.get(number, [])
