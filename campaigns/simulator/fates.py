"""What becomes of the nth call to a number: decided by seed, number and n alone, whoever calls first."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from campaigns.simulator.scenario import Fault, NumberPlan, Scenario

# In the order in which a request meets them; only one strikes.
REQUEST_FAULTS = (
    Fault.RATE_LIMITED,
    Fault.PAYMENT_REQUIRED,
    Fault.ERROR_BEFORE_CREATE,
    Fault.SLOW_RESPONSE,
    Fault.LOST_RESPONSE,
    Fault.ERROR_AFTER_CREATE,
)
CALL_FAULTS = (
    Fault.WEBHOOKS_LOST,
    Fault.WEBHOOKS_REORDERED,
    Fault.STUCK_REGISTERED,
    Fault.GET_LAGS,
    Fault.COST_LATE,
    Fault.NEVER_ANALYZED,
)
NEVER_CONNECTED = frozenset(
    {
        "dial_busy",
        "dial_failed",
        "dial_no_answer",
        "invalid_destination",
        "user_declined",
        "sip_routing_error",
        "marked_as_spam",
        "network_blocked",
        "telephony_provider_permission_denied",
        "telephony_provider_unavailable",
        "no_valid_payment",
        "concurrency_limit_reached",
        "no_concurrency_fallback",
        "registered_call_timeout",
        "error_user_not_joined",
    }
)
CONVERSATIONS = frozenset(
    {"user_hangup", "agent_hangup", "inactivity", "call_transfer", "transfer_bridged", "transfer_cancelled"}
)
MACHINES = frozenset({"voicemail_reached", "ivr_reached"})
MACHINE_SECONDS = 20.0
LONGEST_PROMISE_DAYS = 14
_WHOLE = float(2**64)


@dataclass(frozen=True, slots=True)
class Fate:
    """What will happen to one call, unless it is stopped, and what the analysis will say."""

    reason: str
    ring_seconds: float
    talk_seconds: float = 0.0  # 0: never connected
    successful: bool = False
    in_voicemail: bool = False
    promise_days: int | None = None
    promise_amount: float | None = None
    promise_share: float = 1.0  # of the debt, when no amount is planned
    faults: frozenset[Fault] = frozenset()


def share(seed: int, *words: object) -> float:
    """Return a number in [0, 1) that depends on the seed and the words, and on nothing else."""
    text = "\x1f".join(map(str, (seed, *words)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / _WHOLE


@dataclass(frozen=True, slots=True)
class Fates:
    """The book of one scenario and one seed."""

    scenario: Scenario
    seed: int

    def of_request(self, to_number: str, nth: int) -> Fault | None:
        """Return what goes wrong with the nth request for a call to the number, None for nothing."""
        planned = self._planned(to_number, nth)
        struck = (
            fault for fault in REQUEST_FAULTS if fault in planned or self._strikes(fault, to_number, nth)
        )
        return next(struck, None)

    def of_call(self, to_number: str, nth: int) -> Fate:
        """Return what becomes of the nth call to the number."""
        plan = self._plan(to_number)
        reason, connected = self._end(plan, to_number, nth)
        people = self.scenario.people
        talk = self._between(people.talk_seconds, "talk", to_number, nth)
        talk = min(talk, MACHINE_SECONDS) if reason in MACHINES else talk
        talk = talk if plan.talk_seconds is None else plan.talk_seconds
        person = reason in CONVERSATIONS
        hidden = person and self._chance(people.hidden_machine_rate, "machine", to_number, nth)
        machine = plan.in_voicemail if plan.in_voicemail is not None else reason in MACHINES or hidden
        goal = person and not machine and self._chance(people.goal_rate, "goal", to_number, nth)
        successful = plan.successful if plan.successful is not None else goal
        return Fate(
            reason=reason,
            ring_seconds=self._between(people.ring_seconds, "ring", to_number, nth),
            talk_seconds=talk if connected else 0.0,
            successful=connected and successful,
            in_voicemail=connected and machine,
            promise_days=self._promise_days(plan, to_number, nth) if connected and successful else None,
            promise_amount=plan.promise_amount,
            promise_share=round(0.2 + 0.8 * share(self.seed, "amount", to_number, nth), 2),
            faults=self._faults(to_number, nth),
        )

    def of_event(self, fault: Fault, to_number: str, nth: int, event: str) -> bool:
        """Say whether the fault strikes one event of the nth call to the number."""
        return fault in self._planned(to_number, nth) or self._strikes(fault, to_number, nth, event)

    def share(self, *words: object) -> float:
        """Return a number in [0, 1) of this seed and the words."""
        return share(self.seed, *words)

    def _plan(self, to_number: str) -> NumberPlan:
        return self.scenario.numbers.get(to_number, NumberPlan())

    def _planned(self, to_number: str, nth: int) -> tuple[Fault, ...]:
        return self._plan(to_number).faults if nth == 1 else ()

    def _strikes(self, fault: Fault, *words: object) -> bool:
        return self._chance(self.scenario.faults.get(fault, 0.0), fault, *words)

    def _chance(self, rate: float, *words: object) -> bool:
        return share(self.seed, *words) < rate

    def _between(self, ends: tuple[float, float], *words: object) -> float:
        return round(ends[0] + (ends[1] - ends[0]) * share(self.seed, *words), 3)

    def _end(self, plan: NumberPlan, to_number: str, nth: int) -> tuple[str, bool]:
        """Return why the call ends, and whether anybody answered it."""
        if plan.reasons:
            reason = plan.reasons[min(nth, len(plan.reasons)) - 1]
            return reason, reason not in NEVER_CONNECTED
        answered = self._chance(self.scenario.people.answer_rate, "answer", to_number, nth)
        weights = self.scenario.connected if answered else self.scenario.not_connected
        return weighted(weights, share(self.seed, "reason", to_number, nth)), answered

    def _promise_days(self, plan: NumberPlan, to_number: str, nth: int) -> int | None:
        if plan.promise_days is not None:
            return plan.promise_days
        promised = self._chance(self.scenario.people.promise_rate, "promise", to_number, nth)
        return int(share(self.seed, "day", to_number, nth) * LONGEST_PROMISE_DAYS) if promised else None

    def _faults(self, to_number: str, nth: int) -> frozenset[Fault]:
        planned = self._planned(to_number, nth)
        return frozenset(
            fault for fault in CALL_FAULTS if fault in planned or self._strikes(fault, to_number, nth)
        )


def weighted(weights: Mapping[str, float], at: float) -> str:
    """Return the word that stands at the share `at` of all weights."""
    left = at * sum(weights.values())
    for word, weight in weights.items():
        left -= weight
        if left < 0:
            return word
    return list(weights)[-1]
