"""The words and laws of campaigns: who pays, who is called, when a call counts, and what may follow."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CODE_LENGTH = 64  # account_id and batch_id, as the first clients know them
CODE_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"  # both stand in addresses
NAME_LENGTH = 150
DOCUMENT_LENGTH = 32
NUMBER_LENGTH = 16  # E.164 with its plus
PERSON_KEY_LENGTH = 48
# Begins the key of nobody: of an entry and its calls once their person was erased (S19).
ERASED_KEY = "X:"
PRIORITIES = (1, 2, 3)  # three goes first (C20)
MONEY_PLACES = Decimal("0.0001")  # four places, half up
MONEY_BELOW = Decimal(10) ** 10  # what a column of money holds


def in_places(amount: Decimal) -> Decimal:
    """Return money or minutes in four places, half up. Raises ValueError for what no column holds."""
    if amount.is_finite() and abs(amount) < MONEY_BELOW:
        rounded = amount.quantize(MONEY_PLACES, ROUND_HALF_UP)
        if abs(rounded) < MONEY_BELOW:
            return rounded
    raise ValueError(amount)


class UseCase(StrEnum):
    """What a campaign is for; the law and the presets differ by it (C13)."""

    COLLECTION = "collection"
    MARKETING = "marketing"
    SURVEY = "survey"
    CUSTOM = "custom"


class ProcessingType(StrEnum):
    """How the columns of a client's file are read (C2)."""

    BASIC = "basic"
    ACQUISITION = "acquisition"
    GENERIC = "generic"


class AccountStatus(StrEnum):
    """Whether an account may call."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    PENDING_ACTIVATION = "pending_activation"


# A new account begins in one of these.
ACCOUNT_BEGINNINGS = (AccountStatus.ACTIVE, AccountStatus.PENDING_ACTIVATION)
ACCOUNT_MOVES: Mapping[AccountStatus, frozenset[AccountStatus]] = {
    AccountStatus.PENDING_ACTIVATION: frozenset({AccountStatus.ACTIVE, AccountStatus.EXPIRED}),
    AccountStatus.ACTIVE: frozenset({AccountStatus.SUSPENDED, AccountStatus.EXPIRED}),
    AccountStatus.SUSPENDED: frozenset({AccountStatus.ACTIVE, AccountStatus.EXPIRED}),
    AccountStatus.EXPIRED: frozenset({AccountStatus.ACTIVE}),
}


class BillingType(StrEnum):
    """What an account pays with."""

    CREDITS = "credits"
    MINUTES = "minutes"
    UNLIMITED = "unlimited"


class LedgerKind(StrEnum):
    """Why money or minutes moved; releases, top-ups and refunds give, reserves and settlements take."""

    TOPUP = "topup"
    RESERVE = "reserve"
    RELEASE = "release"
    SETTLE = "settle"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


UNLAUNCHED = (CampaignState.DRAFT, CampaignState.READY)
CAMPAIGN_ENDS = (CampaignState.COMPLETED, CampaignState.CANCELLED, CampaignState.ARCHIVED)


class EntryState(StrEnum):
    """Where one person of one campaign stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    DIALING = "dialing"
    IN_CALL = "in_call"
    UNCONFIRMED = "unconfirmed"  # the provider may have taken the call
    SUCCEEDED = "succeeded"
    RETRY_WAIT = "retry_wait"
    EXHAUSTED = "exhausted"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    ON_HOLD = "on_hold"  # waits for a cure: money, a time zone
    NEEDS_REVIEW = "needs_review"  # waits for a person
    CANCELLED = "cancelled"


CALLABLE = (EntryState.QUEUED, EntryState.RETRY_WAIT)
# An attempt is open exactly in these.
AT_WORK = (EntryState.CLAIMED, EntryState.DIALING, EntryState.IN_CALL, EntryState.UNCONFIRMED)
# And in these the provider has not said yet that it has the call.
UNANSWERED = (EntryState.CLAIMED, EntryState.UNCONFIRMED)
# For a cure or for somebody to decide.
HELD = (EntryState.ON_HOLD, EntryState.NEEDS_REVIEW)
FINAL = (
    EntryState.SUCCEEDED,
    EntryState.EXHAUSTED,
    EntryState.FAILED,
    EntryState.SUPPRESSED,
    EntryState.CANCELLED,
)


class NextAction(StrEnum):
    """What happens to an entry next; with its reason and earliest moment it answers "why not called?"."""

    DIAL = "dial"
    WAIT = "wait"
    CURE = "cure"
    REVIEW = "review"
    NOTHING = "nothing"


class EntryReason(StrEnum):
    """Why an entry is where it is."""

    NEW = "new"
    AT_WORK = "at_work"
    GOAL_MET = "goal_met"
    GOAL_NOT_MET = "goal_not_met"
    CALLBACK_ASKED = "callback_asked"
    DO_NOT_CALL = "do_not_call"
    PAID = "paid"
    DISPUTED = "disputed"
    MACHINE = "machine"
    NOT_REACHED = "not_reached"
    BAD_NUMBER = "bad_number"
    NO_NUMBER_LEFT = "no_number_left"
    CARRIER = "carrier"
    CAPACITY = "capacity"
    PROVIDER_MONEY = "provider_money"
    PLATFORM = "platform"
    CUT_SHORT = "cut_short"
    NO_ANALYSIS = "no_analysis"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNCONFIRMED = "unconfirmed"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    MISSING_VARIABLE = "missing_variable"
    OUTSIDE_WINDOW = "outside_window"
    HOLIDAY = "holiday"
    CONTACT_LIMIT = "contact_limit"
    PERSON_AT_WORK = "person_at_work"  # another campaign is calling this person or number
    DAILY_LIMIT = "daily_limit"
    SPEND_CAP = "spend_cap"
    NO_FUNDS = "no_funds"
    UNKNOWN_ZONE = "unknown_zone"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    PAST_LAST_DAY = "past_last_day"
    NO_LEGAL_TIME = "no_legal_time"
    CAMPAIGN_OVER = "campaign_over"  # its own end has passed
    MAX_ATTEMPTS = "max_attempts"
    REQUEUED = "requeued"
    DECIDED = "decided"  # by a person
    CAMPAIGN_CANCELLED = "campaign_cancelled"
    FIRST_SYSTEM = "first_system"  # came over; nobody has decided about it here


class AttemptState(StrEnum):
    """Where one call stands; it only goes forward (C17, C21)."""

    INTENT = "intent"  # claimed, the request has not left
    SENT = "sent"  # the request may have left
    UNKNOWN = "unknown"  # it left, and no answer came
    ACCEPTED = "accepted"
    ONGOING = "ongoing"
    ENDED = "ended"  # the analysis is still to come
    CLOSED = "closed"


# The provider may hold a line for these: each is one slot (C18).
HOLDING_SLOT = (
    AttemptState.INTENT,
    AttemptState.SENT,
    AttemptState.UNKNOWN,
    AttemptState.ACCEPTED,
    AttemptState.ONGOING,
)


class Outcome(StrEnum):
    """What a call came to, in the groups that decide what may follow (C21)."""

    CONVERSED = "conversed"
    CUT_SHORT = "cut_short"  # by the longest duration, or by us: a person looks at it
    DO_NOT_CALL = "do_not_call"
    CALLBACK = "callback"
    MACHINE = "machine"
    NOT_REACHED = "not_reached"
    BAD_NUMBER = "bad_number"
    CARRIER = "carrier"
    REPUTATION = "reputation"  # spam or blocked: that caller number rests
    CAPACITY = "capacity"
    MONEY = "money"
    PLATFORM = "platform"
    UNKNOWN = "unknown"
    UNSENT = "unsent"  # the request never left, or was refused


class SuppressionKind(StrEnum):
    """What must not be called: a number, or whoever has a document."""

    NUMBER = "number"
    DOCUMENT = "document"


class SuppressionSource(StrEnum):
    """Where a suppression comes from."""

    CALL = "call"
    FILE = "file"
    PERSON = "person"
    REGISTRY = "registry"
    API = "api"


class ListState(StrEnum):
    """How far a list of suppressions came (W4)."""

    PREVIEWED = "previewed"
    APPLIED = "applied"
    UNDONE = "undone"


class ProviderKind(StrEnum):
    """Which adapter speaks to a provider."""

    SIMULATOR = "simulator"
    RETELL = "retell"


class BreakerState(StrEnum):
    """Whether calls go out: closed lets them, open does not, probing lets one."""

    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


class ScriptState(StrEnum):
    """Where a version of a script stands; what was approved never changes."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class Stop(StrEnum):
    """Why a provider is stopped, where it did not say so itself."""

    BY_HAND = "by_hand"
    NO_KEY = "no_key"


class AlertKind(StrEnum):
    """What staff are told of at once."""

    PROVIDER_STOPPED = "provider_stopped"
    BREAKER_OPEN = "breaker_open"
    NUMBER_RESTS = "number_rests"
    UNKNOWN_OUTCOME = "unknown_outcome"
    CALL_UNSETTLED = "call_unsettled"
    MANY_FAILURES = "many_failures"
    NO_FUNDS = "no_funds"
    SPEND_CAP = "spend_cap"
    SLOTS_DIFFER = "slots_differ"
    COUNTERS_DIFFER = "counters_differ"
    BALANCES_DIFFER = "balances_differ"


# What an alert's subject numbers: a campaign, a provider.
ALERTS_OF_CAMPAIGN = (
    AlertKind.NO_FUNDS,
    AlertKind.SPEND_CAP,
    AlertKind.MANY_FAILURES,
    AlertKind.CALL_UNSETTLED,
    AlertKind.COUNTERS_DIFFER,
)
ALERTS_OF_PROVIDER = (AlertKind.PROVIDER_STOPPED, AlertKind.BREAKER_OPEN, AlertKind.SLOTS_DIFFER)


class JobKind(StrEnum):
    """The long work of campaigns."""

    DISPATCH = "campaigns.dispatch"
    EVENTS = "campaigns.apply_events"
    SWEEP = "campaigns.sweep"
    IMPORT = "campaigns.import"
    AUDIENCE = "campaigns.audience"
    CANCEL = "campaigns.cancel"
    FORGET = "campaigns.forget_calls"
    RECOUNT = "campaigns.recount"


# --- limits with reasons in the spec ---

LEASE = timedelta(seconds=30)  # a claim whose request has not left by then goes back (C17)
KEY_VALID = timedelta(hours=1)  # Retell repeats a request of the same key for so long
ANALYSIS_WITHIN = timedelta(minutes=10)  # after a call's end (C21)
SILENT_AFTER = timedelta(minutes=2)  # then the provider is asked about a call
FIRST_BACKOFF = timedelta(seconds=1)  # after a 429, doubling (C17)
LONGEST_BACKOFF = timedelta(minutes=5)
FAULTS_IN_A_ROW = 5  # carrier or platform, then a person looks (C21)
NUMBER_RESTS = timedelta(days=1)
MANY_FAILURES_LEAST = 20  # ended calls; fewer prove nothing (C23, alert); the share is the tenant's
MANY_FAILURES_WITHIN = timedelta(minutes=15)
IDEMPOTENT_FOR = timedelta(hours=24)  # the same upload is one campaign (C10)

DEFAULT_PRICE_PER_MINUTE = Decimal("0.15")
DEFAULT_PRICE_SETUP = Decimal("0.02")
DEFAULT_PRICE_FAILED = Decimal("0.01")
