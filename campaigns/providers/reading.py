"""Retell's call object, of an answer or a webhook, as a report: unknown fields pass, wrong types do not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from campaigns.providers.calling import ATTEMPT_KEY, MICROS, TENANT_KEY, Analysis, CallReport, CallStatus
from campaigns.providers.refusals import UnreadableAnswer
from tenants.intake.text import REPLACED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CENTS = 100
# Nothing a call costs or lasts is beyond these; a larger number is an error of the sender's.
LONGEST_MS = 7 * 24 * 3600 * 1000
HIGHEST_MICROS = 10**12
LONGEST_WORD = 128
_STATUSES = {str(status): status for status in CallStatus}
Fields = Mapping[str, Any]


def read_call(fields: object) -> CallReport:
    """Return the report of one call object. Raises UnreadableAnswer naming the field."""
    if not isinstance(fields, Mapping):
        raise UnreadableAnswer("call")
    metadata = fields.get("metadata")
    ours = metadata if isinstance(metadata, Mapping) else {}
    return CallReport(
        call_id=_word(fields, "call_id", required=True),
        status=_status(fields),
        attempt=_attempt(ours),
        tenant=_word(ours, TENANT_KEY),
        agent_id=_word(fields, "agent_id"),
        agent_version=_whole(fields, "agent_version"),
        from_number=_word(fields, "from_number"),
        to_number=_word(fields, "to_number"),
        disconnection_reason=_word(fields, "disconnection_reason"),
        started_at=_moment(fields, "start_timestamp"),
        ended_at=_moment(fields, "end_timestamp"),
        duration_ms=_whole(fields, "duration_ms", highest=LONGEST_MS),
        cost_micros=_cost(fields),
        analysis=_analysis(fields),
        transcript=_text(fields, "transcript"),
        recording_url=_text(fields, "recording_url"),
        raw=fields,
    )


def read_whole(fields: Fields, name: str) -> int:
    """Return a whole number that must be there. Raises UnreadableAnswer."""
    value = _whole(fields, name)
    if value is None:
        raise UnreadableAnswer(name)
    return value


def _word(fields: Fields, name: str, *, required: bool = False) -> str:
    text = _text(fields, name)
    # What was mended is no id any more: it could be somebody else's.
    if len(text) > LONGEST_WORD or (required and (not text or REPLACED in text)):
        raise UnreadableAnswer(name)
    return text


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableAnswer(name)
    return value


def _flag(fields: Fields, name: str) -> bool | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise UnreadableAnswer(name)
    return value


def _number(fields: Fields, name: str) -> Decimal | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableAnswer(name)
    number = Decimal(str(value))  # the shortest text of a float is what the sender wrote
    if not number.is_finite() or number < 0:
        raise UnreadableAnswer(name)
    return number


def _whole(fields: Fields, name: str, *, highest: int = 10**18) -> int | None:
    number = _number(fields, name)
    if number is None:
        return None
    if number > highest or number != number.to_integral_value():
        raise UnreadableAnswer(name)
    return int(number)


def _moment(fields: Fields, name: str) -> datetime | None:
    milliseconds = _whole(fields, name)
    if milliseconds is None:
        return None
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise UnreadableAnswer(name) from error


def _status(fields: Fields) -> CallStatus:
    return _STATUSES.get(_word(fields, "call_status", required=True), CallStatus.UNKNOWN)


def _attempt(metadata: Fields) -> UUID | None:
    """Return our id; calls made by hand at the provider carry none, or something else under its name."""
    value = metadata.get(ATTEMPT_KEY)
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _cost(fields: Fields) -> int | None:
    cost = fields.get("call_cost")
    if cost is None:
        return None
    if not isinstance(cost, Mapping):
        raise UnreadableAnswer("call_cost")
    cents = _number(cost, "combined_cost")
    if cents is None:
        return None
    if cents > HIGHEST_MICROS:
        raise UnreadableAnswer("combined_cost")
    return int((cents * (MICROS // CENTS)).quantize(Decimal(1), ROUND_HALF_UP))


def _analysis(fields: Fields) -> Analysis | None:
    told = fields.get("call_analysis")
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise UnreadableAnswer("call_analysis")
    custom = told.get("custom_analysis_data")
    return Analysis(
        successful=_flag(told, "call_successful"),
        in_voicemail=_flag(told, "in_voicemail"),
        sentiment=_word(told, "user_sentiment"),
        summary=_text(told, "call_summary"),
        custom=custom if isinstance(custom, Mapping) else {},
    )
