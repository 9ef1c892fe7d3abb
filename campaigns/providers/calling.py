"""What a provider of calls must be able to do, and the plain values that go in and come out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

# Where the one vendor answers.
RETELL_URL = "https://api.retellai.com"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
RING_SECONDS = (5, 300)
CALL_SECONDS = (60, 7200)
# Under these keys our own words travel with a call and come back in every report of it.
ATTEMPT_KEY = "attempt"
TENANT_KEY = "tenant"
MICROS = 1_000_000  # of the provider's currency, so that no cost is ever a float


@dataclass(frozen=True, slots=True)
class CallRequest:
    """One call to be made. The attempt is its idempotency key and its metadata: a lost answer is found again.

    Raises ValueError for what no provider may be asked: the claim was wrong, not the call.
    """

    attempt: UUID
    tenant: str
    agent_id: str
    from_number: str
    to_number: str = field(repr=False)  # what is personal stays out of logs (S19)
    agent_version: int | str | None = None
    ring_seconds: int = 30
    max_call_seconds: int = 300
    voicemail_text: str = ""  # empty: hang up on a machine
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        checks = {
            "from_number": E164.fullmatch(self.from_number),
            "to_number": E164.fullmatch(self.to_number),
            "ring_seconds": RING_SECONDS[0] <= self.ring_seconds <= RING_SECONDS[1],
            "max_call_seconds": CALL_SECONDS[0] <= self.max_call_seconds <= CALL_SECONDS[1],
            "variables": all(
                isinstance(text, str) for pair in self.variables.items() for text in pair
            ),
        }  # fmt: skip
        wrong = [name for name, passed in checks.items() if not passed]
        if wrong:
            # Names only: a number is personal, and errors are logged (S19).
            raise ValueError(f"no call can be asked for with this {', '.join(wrong)}")


class CallStatus(StrEnum):
    """Where a call stands at the provider."""

    REGISTERED = "registered"
    ONGOING = "ongoing"
    ENDED = "ended"
    NOT_CONNECTED = "not_connected"
    ERROR = "error"
    UNKNOWN = "unknown"  # a word that the provider added after this was written


ENDED_STATUSES = frozenset({CallStatus.ENDED, CallStatus.NOT_CONNECTED, CallStatus.ERROR})


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the provider understood of a call; None where it does not say."""

    successful: bool | None = None
    in_voicemail: bool | None = None
    sentiment: str = ""
    summary: str = field(default="", repr=False)
    custom: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CallReport:
    """A call as the provider tells it, by answer or by webhook; `raw` is all it said, `attempt` our id."""

    call_id: str
    status: CallStatus
    attempt: UUID | None = None
    tenant: str = ""
    agent_id: str = ""
    agent_version: int | None = None
    from_number: str = ""
    to_number: str = field(default="", repr=False)
    disconnection_reason: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_ms: int | None = None
    cost_micros: int | None = None
    analysis: Analysis | None = None
    transcript: str = field(default="", repr=False)
    recording_url: str = field(default="", repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_final(self) -> bool:
        """Say whether the call is over; an unknown status is, once there is a reason for the end."""
        by_reason = self.status is CallStatus.UNKNOWN and bool(self.disconnection_reason)
        return self.status in ENDED_STATUSES or by_reason

    @property
    def talked(self) -> bool:
        """Say whether somebody or something was on the line at all."""
        return bool(self.duration_ms)


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How many calls run at the provider, how many may, and how many of those are kept for incoming ones."""

    current: int
    limit: int
    reserved_inbound: int = 0

    @property
    def free(self) -> int:
        """Return how many more outgoing calls fit now."""
        return max(0, self.limit - self.reserved_inbound - self.current)


class RefusalGroup(StrEnum):
    """What a refusal asks of us (C17)."""

    RATE_LIMITED = "rate_limited"  # 429: later
    BARRED = "barred"  # 401, 402, 403: the key or the money; this provider stops
    INVALID = "invalid"  # any other 4xx: a person looks at it


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the call."""

    call_id: str
    report: CallReport


@dataclass(frozen=True, slots=True)
class Refusal:
    """The provider did not take the call, for certain; `retry_after` in seconds where it says so."""

    group: RefusalGroup
    status: int
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether the provider took the call.

    `sent` is False only when no byte of the request can have left: then it was not taken.
    """

    reason: str
    sent: bool = True


Answer = Accepted | Refusal | Unknown


class CallProvider(Protocol):
    """Who makes the calls. Beside `create`, every operation raises ProviderRefused, ProviderUnreachable
    or UnreadableAnswer; none repeats a request by itself."""

    def create(self, request: CallRequest) -> Answer:
        """Ask for a call, once. Whatever the other side does is an answer, never an error (C17)."""

    def get(self, call_id: str) -> CallReport | None:
        """Return the call, None when the provider knows none of that id."""

    def find(self, attempt: UUID) -> tuple[CallReport, ...]:
        """Return the calls made for an attempt, oldest first: none or one, unless all went wrong."""

    def find_ongoing(self) -> tuple[CallReport, ...]:
        """Return the calls that are talking now; ringing ones cannot be listed."""

    def concurrency(self) -> Concurrency:
        """Return how full the provider is."""

    def stop(self, call_id: str) -> bool:
        """Hang up. False when there is nothing to hang up."""

    def close(self) -> None:
        """Give the connections back."""
