"""What a call came to, from the provider's words (C21)."""

from typing import get_args

import pytest
from retell.types import PhoneCallResponse

from campaigns.providers import OUTCOMES, Analysis, CallReport, CallStatus, outcome_of
from campaigns.rules import Outcome

EXPECTED = {
    Outcome.CONVERSED: "user_hangup agent_hangup inactivity call_transfer transfer_bridged "
    "transfer_cancelled",
    Outcome.CUT_SHORT: "max_duration_reached manual_stopped call_take_over",
    Outcome.DO_NOT_CALL: "user_requested_dnc",
    Outcome.CALLBACK: "user_requested_callback",
    Outcome.MACHINE: "voicemail_reached ivr_reached",
    Outcome.NOT_REACHED: "dial_busy dial_no_answer user_declined",
    Outcome.BAD_NUMBER: "invalid_destination",
    Outcome.CARRIER: "dial_failed telephony_provider_permission_denied telephony_provider_unavailable "
    "sip_routing_error",
    Outcome.REPUTATION: "marked_as_spam network_blocked scam_detected",
    Outcome.CAPACITY: "concurrency_limit_reached no_concurrency_fallback",
    Outcome.MONEY: "no_valid_payment credit_exhausted budget_reached",
    Outcome.PLATFORM: "registered_call_timeout error_llm_websocket_open error_llm_websocket_lost_connection "
    "error_llm_websocket_runtime error_llm_websocket_corrupt_payload error_no_audio_received error_asr "
    "error_retell error_unknown error_user_not_joined",
}
PAIRS = [(reason, outcome) for outcome, reasons in EXPECTED.items() for reason in reasons.split()]


def report(reason: str, status: CallStatus = CallStatus.ENDED, **fields: object) -> CallReport:
    return CallReport(call_id="call_1", status=status, disconnection_reason=reason, **fields)  # type: ignore[arg-type]


def sdk_reasons() -> set[str]:
    """Return the reasons that the vendor's own types know."""
    annotation = PhoneCallResponse.model_fields["disconnection_reason"].annotation
    return {reason for part in get_args(annotation) for reason in get_args(part)}


def test_it_knows_every_reason_of_the_vendor_and_no_other():
    """C21: 39 reasons, each in one group."""
    assert sdk_reasons() == set(OUTCOMES)
    assert len(OUTCOMES) == len(PAIRS) == 39


@pytest.mark.parametrize(("reason", "outcome"), PAIRS)
def test_it_puts_a_reason_into_its_group(reason, outcome):
    """C21: the group decides what may follow."""
    assert outcome_of(report(reason)) is outcome


@pytest.mark.parametrize(("reason", "outcome"), PAIRS)
def test_it_takes_a_conversation_with_a_machine_for_a_machine(reason, outcome):
    """C21: `in_voicemail` makes a conversation a machine, and nothing else."""
    machine = outcome_of(report(reason, analysis=Analysis(in_voicemail=True)))
    assert machine is (Outcome.MACHINE if outcome in (Outcome.CONVERSED, Outcome.CUT_SHORT) else outcome)
    assert outcome_of(report(reason, analysis=Analysis(in_voicemail=False))) is outcome


@pytest.mark.parametrize("reason", ["a_reason_of_tomorrow", ""])
def test_it_does_not_guess_at_an_unknown_reason(reason):
    """C21: unknown, so that a person looks at it."""
    assert outcome_of(report(reason)) is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [CallStatus.REGISTERED, CallStatus.ONGOING])
def test_it_says_nothing_of_a_call_that_is_not_over(status):
    """C21: such a call is asked about, never redialled."""
    assert outcome_of(report("", status)) is None
    assert outcome_of(report("user_hangup", status)) is None


def test_it_takes_a_status_of_tomorrow_for_an_end_only_with_a_reason():
    """C21: a new word must neither end a call nor keep it open for ever."""
    assert outcome_of(report("", CallStatus.UNKNOWN)) is None
    assert outcome_of(report("dial_busy", CallStatus.UNKNOWN)) is Outcome.NOT_REACHED
