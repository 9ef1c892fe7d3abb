"""Retell through its own SDK, and everything that speaks its protocol (C17).

No request is repeated here: a repeated create could be a second call, and when to ask again is dispatch's
to decide.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self
from uuid import UUID

import httpx
from retell import APIConnectionError, APIError, APIStatusError, DefaultHttpxClient, Retell
from retell.types import CallCreatePhoneCallParams
from retell.types.call_create_phone_call_params import AgentOverride, AgentOverrideAgentVoicemailOption
from retell.types.call_list_params import FilterCriteria

from campaigns.providers.calling import (
    ATTEMPT_KEY,
    RETELL_URL,
    TENANT_KEY,
    Accepted,
    Answer,
    CallReport,
    CallRequest,
    Concurrency,
    Refusal,
    RefusalGroup,
    Unknown,
)
from campaigns.providers.reading import read_call, read_whole
from campaigns.providers.refusals import ProviderRefused, ProviderUnreachable, UnreadableAnswer
from tenants.intake.strict_json import BadJSON, read_json

TIMEOUT = 15.0
CONNECT_TIMEOUT = 5.0
PAGE = 200
MOST_PAGES = 100
LONGEST_MESSAGE = 300

MOST_CONNECTIONS = 500
LIMITS = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS)
# A kept connection may be closing while it is used, by the server or by another thread: then nobody knows
# whether the request arrived. A create has a connection of its own: not connected means not sent.
ONCE = {"connection": "close"}

BARRED = frozenset({401, 402, 403})
# A gateway may say these of a request that it has passed on.
UNSURE = frozenset({408, 409})
UNKNOWN_CALL = "cannot find"
# Raised before the first byte of a request is written; the last one by a key that no header may hold.
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class RetellProvider:
    """A CallProvider that speaks to `base_url`; threads may share it. `timeout` bounds each wait."""

    def __init__(self, *, api_key: str, base_url: str = RETELL_URL, timeout: float = TIMEOUT) -> None:
        waits = httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
        self._client, self._creating = (
            Retell(
                api_key=api_key,
                base_url=base_url,
                timeout=waits,
                max_retries=0,
                # A redirect would carry a create, its key and its number, to somebody else (S16).
                http_client=DefaultHttpxClient(timeout=waits, follow_redirects=False, limits=LIMITS),
                default_headers=headers,
            )
            for headers in (None, ONCE)
        )

    def create(self, request: CallRequest) -> Answer:
        """Ask for a call, once."""
        ask = self._creating.call.with_raw_response.create_phone_call
        try:
            report = read_call(read_json(ask(**create_body(request)).read(), mends=True))
        except APIStatusError as error:
            refusal = refusal_of(error)
            return refusal or Unknown(f"status {error.status_code}")
        except APIConnectionError as error:
            return Unknown(
                type(error.__cause__ or error).__name__, sent=not isinstance(error.__cause__, NEVER_SENT)
            )
        except (APIError, BadJSON, UnreadableAnswer) as error:
            # The call may well have been taken: the answer is a good one, only not readable.
            return Unknown(f"unreadable answer: {type(error).__name__}")
        return Accepted(report.call_id, report)

    def get(self, call_id: str) -> CallReport | None:
        """Return the call, None when Retell knows none of that id (it says 422)."""
        try:
            return read_call(_ask(lambda: self._client.call.with_raw_response.retrieve(call_id).read()))
        except ProviderRefused as error:
            if is_missing(error.refusal):
                return None
            raise

    def find(self, attempt: UUID) -> tuple[CallReport, ...]:
        """Return the calls whose metadata names the attempt, whatever their status, oldest first."""
        asked = {"key": ATTEMPT_KEY, "type": "string", "op": "eq", "value": str(attempt)}
        found = self._list({"metadata": [asked]})  # type: ignore[list-item]  # a union of literal types
        return tuple(call for call in found if call.attempt == attempt)

    def find_ongoing(self) -> tuple[CallReport, ...]:
        """Return the calls that are talking now; the filter knows no `registered`."""
        return tuple(self._list({"call_status": {"type": "enum", "op": "in", "value": ["ongoing"]}}))

    def concurrency(self) -> Concurrency:
        """Return how full the workspace is."""
        fields = _ask(lambda: self._client.concurrency.with_raw_response.retrieve().read())
        if not isinstance(fields, Mapping):
            raise UnreadableAnswer("concurrency")
        reserved = fields.get("reserved_inbound_concurrency")
        return Concurrency(
            current=read_whole(fields, "current_concurrency"),
            limit=read_whole(fields, "concurrency_limit"),
            reserved_inbound=0 if reserved is None else read_whole(fields, "reserved_inbound_concurrency"),
        )

    def stop(self, call_id: str) -> bool:
        """Hang up. False when there is nothing to hang up."""
        try:
            _send(lambda: self._client.call.with_raw_response.stop(call_id).read())
        except ProviderRefused as error:
            if is_missing(error.refusal):
                return False
            raise
        return True

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
        self._creating.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _list(self, criteria: FilterCriteria) -> Iterator[CallReport]:
        asked: dict[str, Any] = {"filter_criteria": criteria, "limit": PAGE, "sort_order": "ascending"}
        for _page in range(MOST_PAGES):
            page = _ask(lambda: self._client.call.with_raw_response.list(**asked).read())
            items = page.get("items") if isinstance(page, Mapping) else None
            if not isinstance(items, list):
                raise UnreadableAnswer("items")
            yield from map(read_call, items)
            if not page.get("has_more"):
                return
            key = page.get("pagination_key")
            if not isinstance(key, str) or key == asked.get("pagination_key"):
                raise UnreadableAnswer("pagination_key")
            asked["pagination_key"] = key
        raise UnreadableAnswer("has_more")


def create_body(request: CallRequest) -> CallCreatePhoneCallParams:
    """Return the body of a create, as the SDK takes it."""
    body: CallCreatePhoneCallParams = {
        "from_number": request.from_number,
        "to_number": request.to_number,
        "agent_override": _overrides(request),
        "retell_llm_dynamic_variables": dict(request.variables),
        "metadata": {ATTEMPT_KEY: str(request.attempt), TENANT_KEY: request.tenant},
        "idempotency_key": str(request.attempt),
    }
    if request.agent_id:
        # Without one the caller number's own agent speaks.
        body["override_agent_id"] = request.agent_id
    if request.agent_version is not None:
        body["override_agent_version"] = request.agent_version
    return body


def _overrides(request: CallRequest) -> AgentOverride:
    hang_up: AgentOverrideAgentVoicemailOption = {"action": {"type": "hangup"}}
    leave: AgentOverrideAgentVoicemailOption = {
        "action": {"type": "static_text", "text": request.voicemail_text}
    }
    return {
        "agent": {
            "ring_duration_ms": request.ring_seconds * 1000,
            "max_call_duration_ms": request.max_call_seconds * 1000,
            "voicemail_option": leave if request.voicemail_text else hang_up,
        }
    }


def refusal_of(error: APIStatusError) -> Refusal | None:
    """Return what a 4xx says; None for what leaves open whether the request was carried out."""
    status = error.status_code
    if not 400 <= status < 500 or status in UNSURE:
        return None
    group = RefusalGroup.BARRED if status in BARRED else RefusalGroup.INVALID
    if status == 429:
        group = RefusalGroup.RATE_LIMITED
    return Refusal(group, status, _message(error.body), _retry_after(error.response.headers))


def is_missing(refusal: Refusal) -> bool:
    """Say whether Retell means that there is no such call; a 422 can mean other things as well."""
    return refusal.status == 404 or (refusal.status == 422 and UNKNOWN_CALL in refusal.message.casefold())


def _ask(request: Callable[[], bytes]) -> Any:
    raw = _send(request)
    try:
        return read_json(raw, mends=True)
    except BadJSON as error:
        raise UnreadableAnswer("body") from error


def _send(request: Callable[[], bytes]) -> bytes:
    try:
        return request()
    except APIStatusError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise ProviderUnreachable(status=error.status_code) from error
        raise ProviderRefused(refusal) from error
    except APIError as error:
        raise ProviderUnreachable from error


def _message(body: object) -> str:
    message = body.get("message") if isinstance(body, Mapping) else None
    return message[:LONGEST_MESSAGE] if isinstance(message, str) else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a refusal asks for; a date is not read, our own back-off will do."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 3600 else None
