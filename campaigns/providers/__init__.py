"""Who makes the calls: what is asked of a provider, what it says, and what that means; knows no database."""

from campaigns.providers.calling import (
    Accepted,
    Analysis,
    Answer,
    CallProvider,
    CallReport,
    CallRequest,
    CallStatus,
    Concurrency,
    Refusal,
    RefusalGroup,
    Unknown,
)
from campaigns.providers.outcomes import OUTCOMES, outcome_of
from campaigns.providers.reading import read_call
from campaigns.providers.refusals import BadSignature, ProviderRefused, ProviderUnreachable, UnreadableAnswer
from campaigns.providers.webhooks import SIGNATURE_HEADER, CallEvent, EventKind, read_event, verify_signature

__all__ = [
    "OUTCOMES",
    "SIGNATURE_HEADER",
    "Accepted",
    "Analysis",
    "Answer",
    "BadSignature",
    "CallEvent",
    "CallProvider",
    "CallReport",
    "CallRequest",
    "CallStatus",
    "Concurrency",
    "EventKind",
    "ProviderRefused",
    "ProviderUnreachable",
    "Refusal",
    "RefusalGroup",
    "Unknown",
    "UnreadableAnswer",
    "outcome_of",
    "read_call",
    "read_event",
    "verify_signature",
]
