"""Which requests for a call Retell would take; and what it says to those that it does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
Fields = Mapping[str, Any]
RANGES = {"ring_duration_ms": (5_000, 300_000), "max_call_duration_ms": (60_000, 7_200_000)}
VOICEMAIL_ACTIONS = frozenset({"hangup", "static_text", "prompt", "bridge_transfer"})
MESSAGES = {
    400: "Invalid request format, please check API reference.",
    401: "API key is missing or invalid.",
    402: "Trial has ended, please add payment method.",
    403: "This key may not do that.",
    404: "Not found.",
    405: "Method not allowed.",
    422: "Cannot find requested asset under given api key.",
    429: "Account rate limited, please throttle your requests.",
    500: "An unexpected server error occurred.",
    503: "Service unavailable.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON or bytes, after a while, or a dropped connection instead."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drop: bool = False


def error(status: int, *, message: str = "", retry_after: int | None = None) -> Reply:
    """Return an error in Retell's form."""
    words = message or MESSAGES.get(status, "Error.")
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Reply(status, {"status": "error", "message": words}, headers)


def wrong_field(body: object) -> str | None:
    """Return the first field of a create request that is not as it must be, None for a good one."""
    if not isinstance(body, Mapping):
        return "body"
    checks = {
        "from_number": _is_number(body.get("from_number")),
        "to_number": _is_number(body.get("to_number")),
        "override_agent_id": isinstance(body.get("override_agent_id", ""), str),
        "override_agent_version": _is_version(body.get("override_agent_version", 0)),
        "retell_llm_dynamic_variables": _are_texts(body.get("retell_llm_dynamic_variables", {})),
        "metadata": isinstance(body.get("metadata", {}), Mapping),
        "idempotency_key": isinstance(body.get("idempotency_key", ""), str),
        "agent_override": _is_override(body.get("agent_override", {})),
    }
    return next((name for name, passed in checks.items() if not passed), None)


def _is_number(value: object) -> bool:
    return isinstance(value, str) and E164.fullmatch(value) is not None


def _is_version(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())


def _is_override(value: object) -> bool:
    agent = value.get("agent", {}) if isinstance(value, Mapping) else None
    if not isinstance(agent, Mapping):
        return False
    in_range = all(_is_between(agent[name], *ends) for name, ends in RANGES.items() if name in agent)
    return in_range and _is_voicemail(agent.get("voicemail_option"))


def _is_between(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _is_voicemail(value: object) -> bool:
    if value is None:
        return True
    action = value.get("action") if isinstance(value, Mapping) else None
    if not isinstance(action, Mapping) or action.get("type") not in VOICEMAIL_ACTIONS:
        return False
    return action["type"] not in ("static_text", "prompt") or isinstance(action.get("text"), str)
