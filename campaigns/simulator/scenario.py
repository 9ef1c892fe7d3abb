"""What the simulated provider is like: how people answer, what calls cost, and everything that goes wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

Rate = NewType("Rate", float)  # from 0 to 1


class Fault(StrEnum):
    """What can go wrong, with the rate that the scenario gives it."""

    # Of a request for a call:
    RATE_LIMITED = "rate_limited"  # 429, nothing made
    PAYMENT_REQUIRED = "payment_required"  # 402, nothing made
    ERROR_BEFORE_CREATE = "error_before_create"  # 500, nothing made
    SLOW_RESPONSE = "slow_response"  # the call is made at once, the answer takes its time
    LOST_RESPONSE = "lost_response"  # the call is made, the connection dropped
    ERROR_AFTER_CREATE = "error_after_create"  # the call is made, the answer is 500
    # Of a call:
    WEBHOOKS_LOST = "webhooks_lost"  # not one event of it is sent
    WEBHOOKS_REORDERED = "webhooks_reordered"  # analyzed comes before ended
    STUCK_REGISTERED = "stuck_registered"
    GET_LAGS = "get_lags"  # answers and lists tell an older state than the webhooks
    COST_LATE = "cost_late"  # known only with the analysis
    NEVER_ANALYZED = "never_analyzed"
    # Of one event:
    WEBHOOK_LOST = "webhook_lost"
    WEBHOOK_DUPLICATED = "webhook_duplicated"
    WEBHOOK_LATE = "webhook_late"
    WEBHOOK_FORGED = "webhook_forged"  # somebody else says something else, before the true one


@dataclass(frozen=True, slots=True)
class People:
    """How the called behave; times in seconds, lowest and highest."""

    answer_rate: Rate = Rate(0.6)
    goal_rate: Rate = Rate(0.5)  # of conversations
    promise_rate: Rate = Rate(0.8)  # of goals met
    hidden_machine_rate: Rate = Rate(0.0)  # of conversations: only the analysis tells that it was a machine
    ring_seconds: tuple[float, float] = (4.0, 24.0)
    talk_seconds: tuple[float, float] = (20.0, 180.0)


@dataclass(frozen=True, slots=True)
class Delays:
    """How long things take. Those of calls run `time_scale` times faster, those of the network do not."""

    analysis: float = 4.0
    get_lag: float = 60.0
    stuck: float = 0.0  # then registered_call_timeout; 0: for ever
    webhook_late: float = 7200.0
    slow_response: float = 30.0  # network
    webhook_retry: float = 1.0  # network; doubles


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different after so many seconds (not scaled) or so many calls."""

    after_seconds: float | None = None
    after_calls: int | None = None
    concurrency_limit: int | None = None
    calls_per_second: int | None = None
    refuse_with: int | None = None  # a status for every request for a call; 0: answer again


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What happens to one number: a reason per call (the last one stays), faults of its first."""

    reasons: tuple[str, ...] = ()
    talk_seconds: float | None = None
    successful: bool | None = None
    in_voicemail: bool | None = None
    promise_days: int | None = None
    promise_amount: float | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """Everything the simulator is told besides its seed."""

    name: str = "calm"
    time_scale: float = 1.0
    concurrency_limit: int = 20
    reserved_inbound: int = 0
    calls_per_second: int = 0  # of one caller number; 0: no limit
    when_full: str = "refuse"  # or "end": 201, then concurrency_limit_reached
    cents_per_minute: float = 7.5
    key_seconds: float = 3600.0
    grace_seconds: float = 2.0  # after a fallen limit was told, requests on their way are no breach
    people: People = field(default_factory=People)
    connected: Mapping[str, float] = field(default_factory=lambda: {"user_hangup": 6.0, "agent_hangup": 4.0})
    not_connected: Mapping[str, float] = field(
        default_factory=lambda: {"dial_no_answer": 7.0, "dial_busy": 3.0}
    )
    faults: Mapping[Fault, Rate] = field(default_factory=dict)
    delays: Delays = field(default_factory=Delays)
    changes: tuple[Change, ...] = ()
    numbers: Mapping[str, NumberPlan] = field(default_factory=dict)
