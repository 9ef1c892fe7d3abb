"""The judge: how often numbers and attempts were called, how many at once, how fast, and what was wrong."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.providers.calling import ATTEMPT_KEY, TENANT_KEY
from campaigns.simulator.calls import Call

Fields = dict[str, Any]
SHOWN = 50
SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What must never happen, and did.

    `double_dials` are attempts with two calls, `overlaps` numbers with two open calls, `over_limit` requests
    beyond a limit that was known, `forged_accepted` lies answered with 2xx.
    """

    double_dials: tuple[Fields, ...] = ()
    overlaps: tuple[Fields, ...] = ()
    over_limit: tuple[Fields, ...] = ()
    forged_accepted: int = 0
    broken: tuple[str, ...] = ()  # the simulator's own errors: then it is no judge

    @property
    def ok(self) -> bool:
        """Say whether nothing of it happened."""
        return not (
            self.double_dials or self.overlaps or self.over_limit or self.forged_accepted or self.broken
        )

    def told(self) -> Fields:
        """Return the verdict as JSON has it."""
        return {
            "ok": self.ok,
            "double_dials": list(self.double_dials),
            "overlaps": list(self.overlaps),
            "over_limit": list(self.over_limit),
            "forged_accepted": self.forged_accepted,
            "broken": list(self.broken),
        }


@dataclass
class Tally:
    """Counts under the exchange's lock; whoever asks takes the lock as well."""

    struck: Counter[str] = field(default_factory=Counter)
    replays: int = 0
    key_conflicts: int = 0
    calls_of_number: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    max_simultaneous: int = 0
    max_by_tenant: Counter[str] = field(default_factory=Counter)
    max_per_second: int = 0
    max_per_second_of_caller: Counter[str] = field(default_factory=Counter)
    double_dials: list[Fields] = field(default_factory=list)
    overlaps: list[Fields] = field(default_factory=list)
    over_limit: list[Fields] = field(default_factory=list)
    uninformed: int = 0
    _by_attempt: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _open: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _lines_of_tenant: Counter[str] = field(default_factory=Counter)
    _recent: deque[tuple[float, str]] = field(default_factory=deque)

    def placed(self, call: Call, *, lines: int) -> None:
        """Count a call that was made just now."""
        attempt = str(call.metadata.get(ATTEMPT_KEY, ""))
        seen = {"at": round(call.registered_at, 3), "to_number": call.to_number, "attempt": attempt}
        if attempt:
            self._by_attempt[attempt].append(call.id)
            if len(self._by_attempt[attempt]) > 1:
                self.double_dials.append(seen | {"calls": list(self._by_attempt[attempt])})
        if self._open[call.to_number]:
            self.overlaps.append(seen | {"calls": [*sorted(self._open[call.to_number]), call.id]})
        self._open[call.to_number].add(call.id)
        self.calls_of_number[call.to_number] += 1
        self._count_speed(call)
        if call.holds_line:
            self._count_lines(call, lines)

    def ended(self, call: Call) -> None:
        """Count the end of a call."""
        self._open[call.to_number].discard(call.id)
        self.reasons[call.reason] += 1

    def line_freed(self, call: Call) -> None:
        """Count one line less in use."""
        self._lines_of_tenant[str(call.metadata.get(TENANT_KEY, ""))] -= 1

    def beyond_limit(
        self, body: Mapping[str, Any], *, at: float, lines: int, limit: int, informed: bool
    ) -> None:
        """Count a request that came when no line was free; `informed` when the asker could have known."""
        if not informed:
            self.uninformed += 1
            return
        metadata = body.get("metadata") or {}
        self.over_limit.append(
            {
                "at": round(at, 3),
                "lines": lines,
                "limit": limit,
                "to_number": body["to_number"],
                "attempt": str(metadata.get(ATTEMPT_KEY, "")) if isinstance(metadata, Mapping) else "",
            }
        )

    def speed_of(self, caller: str, now: float) -> int:
        """Return how many calls the caller number made in the second before `now`."""
        self._forget(now)
        return sum(1 for _moment, number in self._recent if number == caller)

    def told(self, *, full: bool = False) -> Fields:
        """Return the counts as JSON has them; `full` names every number."""
        most = self.calls_of_number.most_common(None if full else SHOWN)
        return {
            "faults": dict(self.struck),
            "replays": self.replays,
            "key_conflicts": self.key_conflicts,
            "calls": self.calls_of_number.total(),
            "calls_open": sum(map(len, self._open.values())),
            "calls_by_reason": dict(self.reasons),
            "attempts": len(self._by_attempt),
            "numbers": len(self.calls_of_number),
            "numbers_by_calls": dict(sorted(Counter(self.calls_of_number.values()).items())),
            "calls_of_number": dict(most),
            "max_simultaneous": self.max_simultaneous,
            "max_simultaneous_by_tenant": dict(self.max_by_tenant),
            "max_calls_per_second": self.max_per_second,
            "max_calls_per_second_by_caller": dict(self.max_per_second_of_caller),
            "over_limit_uninformed": self.uninformed,
        }

    def _count_speed(self, call: Call) -> None:
        self._forget(call.registered_at)
        self._recent.append((call.registered_at, call.from_number))
        self.max_per_second = max(self.max_per_second, len(self._recent))
        of_caller = self.speed_of(call.from_number, call.registered_at)
        highest = self.max_per_second_of_caller
        highest[call.from_number] = max(highest[call.from_number], of_caller)

    def _count_lines(self, call: Call, lines: int) -> None:
        tenant = str(call.metadata.get(TENANT_KEY, ""))
        self._lines_of_tenant[tenant] += 1
        self.max_simultaneous = max(self.max_simultaneous, lines)
        self.max_by_tenant[tenant] = max(self.max_by_tenant[tenant], self._lines_of_tenant[tenant])

    def _forget(self, now: float) -> None:
        while self._recent and self._recent[0][0] <= now - SECOND:
            self._recent.popleft()
