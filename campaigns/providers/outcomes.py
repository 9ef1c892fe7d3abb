"""Why a call ended, in the provider's words, as what it came to (C21)."""

from collections.abc import Mapping

from campaigns.providers.calling import CallReport
from campaigns.rules import Outcome

_WORDS: Mapping[Outcome, str] = {
    Outcome.CONVERSED: (
        "user_hangup agent_hangup inactivity call_transfer transfer_bridged transfer_cancelled"
    ),
    # After a take-over a colleague of ours talked on, and no analysis knows how that ended.
    Outcome.CUT_SHORT: "max_duration_reached manual_stopped call_take_over",
    Outcome.DO_NOT_CALL: "user_requested_dnc",
    Outcome.CALLBACK: "user_requested_callback",
    Outcome.MACHINE: "voicemail_reached ivr_reached",
    Outcome.NOT_REACHED: "dial_busy dial_no_answer user_declined",
    Outcome.BAD_NUMBER: "invalid_destination",
    Outcome.CARRIER: (
        "dial_failed telephony_provider_permission_denied telephony_provider_unavailable sip_routing_error"
    ),
    Outcome.REPUTATION: "marked_as_spam network_blocked scam_detected",
    Outcome.CAPACITY: "concurrency_limit_reached no_concurrency_fallback",
    Outcome.MONEY: "no_valid_payment credit_exhausted budget_reached",
    Outcome.PLATFORM: (
        "registered_call_timeout error_llm_websocket_open error_llm_websocket_lost_connection"
        " error_llm_websocket_runtime error_llm_websocket_corrupt_payload error_no_audio_received error_asr"
        " error_retell error_unknown error_user_not_joined"
    ),
}
OUTCOMES: Mapping[str, Outcome] = {
    reason: outcome for outcome, reasons in _WORDS.items() for reason in reasons.split()
}
# A person was on the line, as far as the reason tells; the analysis may know of a machine.
_PERSONS = frozenset({Outcome.CONVERSED, Outcome.CUT_SHORT})


def outcome_of(report: CallReport) -> Outcome | None:
    """Return what a call came to, None while it is not over: it is asked about, never redialled.

    A reason unknown to us, or none, is `UNKNOWN`. Success and talk time are the report's to say.
    """
    if not report.is_final:
        return None
    outcome = OUTCOMES.get(report.disconnection_reason, Outcome.UNKNOWN)
    machine = report.analysis is not None and report.analysis.in_voicemail
    return Outcome.MACHINE if machine and outcome in _PERSONS else outcome
