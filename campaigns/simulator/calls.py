"""One simulated call, and what Retell would say of it at any moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from campaigns.simulator.fates import Fate, share
from campaigns.simulator.scenario import Fault
from campaigns.simulator.timetable import Clock, Entry

Fields = dict[str, Any]
SENTIMENTS = ("Positive", "Neutral", "Neutral", "Negative")
# Where a script says how much is owed; written as local text, so its digits count.
DEBT_VARIABLES = ("monto_total", "deuda")
LONGEST_CENTS_DIGITS = 4


@dataclass
class Call:
    """A call with its fate. Moments are seconds since the start; None has not come."""

    asked: Fields  # the body of the create request
    fate: Fate
    nth: int
    cents_per_minute: float
    registered_at: float
    serial: int
    started_at: float | None = None
    ended_at: float | None = None
    analyzed_at: float | None = None
    reason: str = ""
    talked_seconds: float = 0.0
    holds_line: bool = True
    steps: list[Entry] = field(default_factory=list)
    id: str = field(default_factory=lambda: f"call_{uuid4().hex}")

    @property
    def to_number(self) -> str:
        return str(self.asked["to_number"])

    @property
    def from_number(self) -> str:
        return str(self.asked["from_number"])

    @property
    def agent_id(self) -> str:
        return str(self.asked.get("override_agent_id", "agent_default"))

    @property
    def metadata(self) -> Mapping[str, Any]:
        told = self.asked.get("metadata")
        return told if isinstance(told, Mapping) else {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return what the request overrides of the agent."""
        override = self.asked.get("agent_override") or {}
        return override.get("agent") or {}

    @property
    def cents(self) -> float:
        return round(self.cents_per_minute * self.talked_seconds / 60, LONGEST_CENTS_DIGITS)

    def status_at(self, moment: float) -> str:
        """Return the status as it was at a moment."""
        if self.ended_at is not None and self.ended_at <= moment:
            return self._last_status()
        started = self.started_at is not None and self.started_at <= moment
        return "ongoing" if started else "registered"

    def _last_status(self) -> str:
        if self.reason.startswith("error_") or self.reason == "registered_call_timeout":
            return "error"
        return "not_connected" if self.started_at is None else "ended"


def told(call: Call, *, clock: Clock, at: float, recordings: str = "") -> Fields:
    """Return the call object as it was at a moment."""
    version = call.asked.get("override_agent_version")
    fields: Fields = {
        "call_id": call.id,
        "call_type": "phone_call",
        "direction": "outbound",
        "agent_id": call.agent_id,
        "agent_version": version if isinstance(version, int) else 0,
        "call_status": call.status_at(at),
        "from_number": call.from_number,
        "to_number": call.to_number,
    }
    for name in ("metadata", "retell_llm_dynamic_variables"):
        if name in call.asked:
            fields[name] = call.asked[name]
    if call.started_at is not None and call.started_at <= at:
        fields["start_timestamp"] = clock.wall_ms(call.started_at)
    if call.ended_at is not None and call.ended_at <= at:
        fields |= _end(call, call.ended_at, clock, recordings)
    analyzed = call.analyzed_at is not None and call.analyzed_at <= at
    if (
        call.ended_at is not None
        and call.ended_at <= at
        and (analyzed or Fault.COST_LATE not in call.fate.faults)
    ):
        fields["call_cost"] = _cost(call)
    if analyzed:
        fields["call_analysis"] = _analysis(call, clock)
    return fields


def _end(call: Call, ended_at: float, clock: Clock, recordings: str) -> Fields:
    fields: Fields = {
        "disconnection_reason": call.reason,
        "end_timestamp": clock.wall_ms(ended_at),
        # As long as it would have been: the time scale shortens the waiting, not the call.
        "duration_ms": round(call.talked_seconds * 1000),
    }
    if call.talked_seconds:
        fields |= {"transcript": _transcript(call), "recording_url": f"{recordings}/{call.id}.wav"}
    return fields


def _cost(call: Call) -> Fields:
    per_second = round(call.cents_per_minute / 60, LONGEST_CENTS_DIGITS)
    product = {"product": "simulated_voice", "unit_price": per_second, "cost": call.cents}
    return {
        "combined_cost": call.cents,
        "total_duration_seconds": call.talked_seconds,
        "total_duration_unit_price": per_second,
        "product_costs": [product] if call.talked_seconds else [],
    }


def _analysis(call: Call, clock: Clock) -> Fields:
    talked = bool(call.talked_seconds)
    mood = SENTIMENTS[int(share(0, call.to_number, call.nth) * len(SENTIMENTS))]
    return {
        "call_summary": _summary(call),
        "in_voicemail": talked and call.fate.in_voicemail,
        "user_sentiment": mood if talked and not call.fate.in_voicemail else "Unknown",
        "call_successful": talked and call.fate.successful,
        "custom_analysis_data": _promise(call, clock) if talked else {},
    }


def _promise(call: Call, clock: Clock) -> Fields:
    if call.fate.promise_days is None or call.ended_at is None:
        return {}
    ended = datetime.fromtimestamp(clock.wall_ms(call.ended_at) / 1000, UTC)
    day = ended.date() + timedelta(days=call.fate.promise_days)
    return {"fecha_pago_cliente": day.isoformat(), "monto_pago_cliente": _amount(call)}


def _amount(call: Call) -> float:
    if call.fate.promise_amount is not None:
        return call.fate.promise_amount
    variables = call.asked.get("retell_llm_dynamic_variables") or {}
    texts = (str(variables.get(name, "")) for name in DEBT_VARIABLES)
    digits = next((found for text in texts if (found := "".join(filter(str.isdigit, text)))), "100000")
    return round(int(digits[:12]) * call.fate.promise_share)


def _summary(call: Call) -> str:
    if not call.talked_seconds:
        return ""
    if call.fate.in_voicemail:
        return "Respondió un buzón de voz."
    if call.fate.promise_days is not None:
        return "La persona se compromete a pagar."
    return "La persona escuchó el mensaje." if call.fate.successful else "La persona no llegó a un acuerdo."


def _transcript(call: Call) -> str:
    variables = call.asked.get("retell_llm_dynamic_variables") or {}
    name = variables.get("nombre", "usted")
    return f"Agent: Buenos días, ¿hablo con {name}?\nUser: Sí, con quien habla.\nAgent: {_summary(call)}\n"
