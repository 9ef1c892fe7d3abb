"""The words that people read for the states and kinds that are stored."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.rules import (
    AccountStatus,
    AlertKind,
    AttemptState,
    BillingType,
    BreakerState,
    CampaignState,
    EntryReason,
    EntryState,
    LedgerKind,
    ListState,
    NextAction,
    Outcome,
    ProcessingType,
    ProviderKind,
    ScriptState,
    Stop,
    SuppressionKind,
    SuppressionSource,
    UseCase,
)

USE_CASE_LABELS = {
    UseCase.COLLECTION: _("Collection"),
    UseCase.MARKETING: _("Marketing"),
    UseCase.SURVEY: _("Survey"),
    UseCase.CUSTOM: pgettext_lazy("use case", "Other"),
}
PROCESSING_LABELS = {
    ProcessingType.BASIC: _("Basic"),
    ProcessingType.ACQUISITION: _("Collection portfolio"),
    ProcessingType.GENERIC: _("Generic"),
}
ACCOUNT_STATUS_LABELS = {
    AccountStatus.ACTIVE: pgettext_lazy("account", "Active"),
    AccountStatus.SUSPENDED: pgettext_lazy("account", "Suspended"),
    AccountStatus.EXPIRED: pgettext_lazy("account", "Expired"),
    AccountStatus.PENDING_ACTIVATION: pgettext_lazy("account", "Waits for activation"),
}
BILLING_LABELS = {
    BillingType.CREDITS: _("Credits"),
    BillingType.MINUTES: _("Minutes"),
    BillingType.UNLIMITED: _("Unlimited"),
}
LEDGER_LABELS = {
    LedgerKind.TOPUP: _("Top-up"),
    LedgerKind.RESERVE: _("Reserve"),
    LedgerKind.RELEASE: _("Release"),
    LedgerKind.SETTLE: _("Charge"),
    LedgerKind.REFUND: _("Refund"),
    LedgerKind.ADJUSTMENT: _("Adjustment"),
}
CAMPAIGN_STATE_LABELS = {
    CampaignState.DRAFT: pgettext_lazy("campaign", "Draft"),
    CampaignState.READY: pgettext_lazy("campaign", "Ready"),
    CampaignState.RUNNING: pgettext_lazy("campaign", "Running"),
    CampaignState.PAUSED: pgettext_lazy("campaign", "Paused"),
    CampaignState.COMPLETED: pgettext_lazy("campaign", "Completed"),
    CampaignState.CANCELLED: pgettext_lazy("campaign", "Cancelled"),
    CampaignState.ARCHIVED: pgettext_lazy("campaign", "Archived"),
}
ENTRY_STATE_LABELS = {
    EntryState.QUEUED: pgettext_lazy("entry", "Queued"),
    EntryState.CLAIMED: pgettext_lazy("entry", "About to be called"),
    EntryState.DIALING: pgettext_lazy("entry", "Dialing"),
    EntryState.IN_CALL: pgettext_lazy("entry", "In call"),
    EntryState.UNCONFIRMED: pgettext_lazy("entry", "Unconfirmed"),
    EntryState.SUCCEEDED: pgettext_lazy("entry", "Succeeded"),
    EntryState.RETRY_WAIT: pgettext_lazy("entry", "Waits for a retry"),
    EntryState.EXHAUSTED: pgettext_lazy("entry", "Exhausted"),
    EntryState.FAILED: pgettext_lazy("entry", "Failed"),
    EntryState.SUPPRESSED: pgettext_lazy("entry", "Not to be called"),
    EntryState.ON_HOLD: pgettext_lazy("entry", "On hold"),
    EntryState.NEEDS_REVIEW: pgettext_lazy("entry", "Needs review"),
    EntryState.CANCELLED: pgettext_lazy("entry", "Cancelled"),
}
NEXT_ACTION_LABELS = {
    NextAction.DIAL: _("Call"),
    NextAction.WAIT: _("Wait"),
    NextAction.CURE: _("Wait for a cure"),
    NextAction.REVIEW: _("Wait for a decision"),
    NextAction.NOTHING: _("Nothing"),
}
REASON_LABELS = {
    EntryReason.NEW: _("New"),
    EntryReason.AT_WORK: _("A call is under way"),
    EntryReason.GOAL_MET: _("The call met its goal"),
    EntryReason.GOAL_NOT_MET: _("Spoken with, the goal not met"),
    EntryReason.CALLBACK_ASKED: _("Asked to be called later"),
    EntryReason.DO_NOT_CALL: _("Must not be called"),
    EntryReason.PAID: _("Has paid already"),
    EntryReason.DISPUTED: _("Disputes the debt"),
    EntryReason.MACHINE: _("A machine answered"),
    EntryReason.NOT_REACHED: _("Not reached"),
    EntryReason.BAD_NUMBER: _("The number does not exist"),
    EntryReason.NO_NUMBER_LEFT: _("No number left to call"),
    EntryReason.CARRIER: _("The carrier failed"),
    EntryReason.CAPACITY: _("The provider was full"),
    EntryReason.PROVIDER_MONEY: _("The provider wants to be paid"),
    EntryReason.PLATFORM: _("The provider failed"),
    EntryReason.CUT_SHORT: _("The call was cut short"),
    EntryReason.NO_ANALYSIS: _("No analysis came"),
    EntryReason.UNKNOWN_OUTCOME: _("An outcome nobody knows"),
    EntryReason.UNCONFIRMED: _("It is not known whether the call was made"),
    EntryReason.REFUSED_BY_PROVIDER: _("The provider refused the call"),
    EntryReason.MISSING_VARIABLE: _("A variable of the script is missing"),
    EntryReason.OUTSIDE_WINDOW: _("Outside the calling hours"),
    EntryReason.HOLIDAY: _("A holiday"),
    EntryReason.CONTACT_LIMIT: _("Contacted too lately"),
    EntryReason.PERSON_AT_WORK: _("Another campaign is calling this person"),
    EntryReason.DAILY_LIMIT: _("The account's daily limit is reached"),
    EntryReason.SPEND_CAP: _("The spend cap is reached"),
    EntryReason.NO_FUNDS: _("The account has no funds"),
    EntryReason.UNKNOWN_ZONE: _("The time zone is not known"),
    EntryReason.AMBIGUOUS_NUMBER: _("The number can be read two ways"),
    EntryReason.PAST_LAST_DAY: _("Its last day is over"),
    EntryReason.NO_LEGAL_TIME: _("No lawful time is left"),
    EntryReason.CAMPAIGN_OVER: _("The campaign's end has passed"),
    EntryReason.MAX_ATTEMPTS: _("All attempts are used"),
    EntryReason.REQUEUED: _("Put back into the queue"),
    EntryReason.DECIDED: _("Decided by a person"),
    EntryReason.CAMPAIGN_CANCELLED: _("The campaign was cancelled"),
    EntryReason.FIRST_SYSTEM: _("Came over from the first system"),
}
ATTEMPT_STATE_LABELS = {
    AttemptState.INTENT: pgettext_lazy("attempt", "About to be sent"),
    AttemptState.SENT: pgettext_lazy("attempt", "Sent"),
    AttemptState.UNKNOWN: pgettext_lazy("attempt", "Unknown"),
    AttemptState.ACCEPTED: pgettext_lazy("attempt", "Accepted"),
    AttemptState.ONGOING: pgettext_lazy("attempt", "Ongoing"),
    AttemptState.ENDED: pgettext_lazy("attempt", "Ended"),
    AttemptState.CLOSED: pgettext_lazy("attempt", "Closed"),
}
OUTCOME_LABELS = {
    Outcome.CONVERSED: pgettext_lazy("outcome", "Conversed"),
    Outcome.CUT_SHORT: pgettext_lazy("outcome", "Cut short"),
    Outcome.DO_NOT_CALL: pgettext_lazy("outcome", "Asked not to be called"),
    Outcome.CALLBACK: pgettext_lazy("outcome", "Asked to be called later"),
    Outcome.MACHINE: pgettext_lazy("outcome", "Machine"),
    Outcome.NOT_REACHED: pgettext_lazy("outcome", "Not reached"),
    Outcome.BAD_NUMBER: pgettext_lazy("outcome", "Bad number"),
    Outcome.CARRIER: pgettext_lazy("outcome", "Carrier fault"),
    Outcome.REPUTATION: pgettext_lazy("outcome", "Marked as spam or blocked"),
    Outcome.CAPACITY: pgettext_lazy("outcome", "Provider full"),
    Outcome.MONEY: pgettext_lazy("outcome", "Provider unpaid"),
    Outcome.PLATFORM: pgettext_lazy("outcome", "Provider fault"),
    Outcome.UNKNOWN: pgettext_lazy("outcome", "Unknown"),
    Outcome.UNSENT: pgettext_lazy("outcome", "Not sent"),
}
SUPPRESSION_KIND_LABELS = {
    SuppressionKind.NUMBER: _("Number"),
    SuppressionKind.DOCUMENT: _("Document"),
}
SUPPRESSION_SOURCE_LABELS = {
    SuppressionSource.CALL: _("In a call"),
    SuppressionSource.FILE: _("A file"),
    SuppressionSource.PERSON: _("A person"),
    SuppressionSource.REGISTRY: _("An official registry"),
    SuppressionSource.API: "API",
}
LIST_STATE_LABELS = {
    ListState.PREVIEWED: _("Looked at, not applied"),
    ListState.APPLIED: pgettext_lazy("list", "Applied"),
    ListState.UNDONE: pgettext_lazy("list", "Undone"),
}
PROVIDER_LABELS = {ProviderKind.SIMULATOR: _("Simulator"), ProviderKind.RETELL: "Retell"}
BREAKER_LABELS = {
    BreakerState.CLOSED: _("Calls go out"),
    BreakerState.OPEN: _("Calls are stopped"),
    BreakerState.PROBING: _("One call tries"),
}
SCRIPT_STATE_LABELS = {
    ScriptState.DRAFT: pgettext_lazy("script", "Draft"),
    ScriptState.APPROVED: pgettext_lazy("script", "Approved"),
    ScriptState.RETIRED: pgettext_lazy("script", "Retired"),
}
# Looked up by what is stored, which may be a provider's own words.
STOP_LABELS: dict[str, Any] = {Stop.BY_HAND: _("by hand"), Stop.NO_KEY: _("No key")}

ALERT_LABELS = {
    AlertKind.PROVIDER_STOPPED: _("A provider is stopped"),
    AlertKind.BREAKER_OPEN: _("Too many faults: calls are stopped"),
    AlertKind.NUMBER_RESTS: _("A caller number rests"),
    AlertKind.UNKNOWN_OUTCOME: _("A call ended in a way nobody knows"),
    AlertKind.CALL_UNSETTLED: _("A call could not be settled"),
    AlertKind.MANY_FAILURES: _("Many calls fail"),
    AlertKind.NO_FUNDS: _("An account has no funds"),
    AlertKind.SPEND_CAP: _("A spend cap is reached"),
    AlertKind.SLOTS_DIFFER: _("The provider counts other calls than we do"),
    AlertKind.COUNTERS_DIFFER: _("Counters of a campaign were wrong and are mended"),
    AlertKind.BALANCES_DIFFER: _("A balance is not the sum of its ledger"),
}
