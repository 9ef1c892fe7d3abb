"""Legal frames as values: whom the law of a country lets be called, when, and how often (C13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from campaigns.legality.windows import Week
from campaigns.rules import UseCase

NOT_LEGAL_ADVICE = _(
    "These hours and limits are our reading of public sources, not legal advice. "
    "The account has to confirm them for its own business."
)
ANY_COUNTRY = ""


class Confidence(StrEnum):
    """How much a frame's sources are worth."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNVERIFIED = "unverified"  # no source was found: our own caution


class Counted(StrEnum):
    """What a limit counts, of one person across all campaigns and channels (C21)."""

    CONTACTS = "contacts"
    ATTEMPTS = "attempts"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in any `hours` elapsed hours since their end, or in any `local_days` calendar days.

    Exactly one of the two is set. Days are those of the person called.
    """

    most: int
    counts: Counted = Counted.CONTACTS
    hours: int = 0
    local_days: int = 0

    @property
    def reach(self) -> timedelta:
        """How far back an end may lie and still count; a local day lasts at most 26 elapsed hours."""
        return timedelta(hours=self.hours or 26 * self.local_days)


@dataclass(frozen=True, slots=True)
class LegalFrame:
    """One reading of one country's law for some use cases; a new reading is a new version."""

    key: str
    version: int
    country: str  # ISO 3166, or ANY_COUNTRY
    use_cases: frozenset[UseCase]
    title: object  # lazy words, like `notes`
    week: Week
    confidence: Confidence
    source: str
    read_on: date
    limits: tuple[Limit, ...] = ()
    calls_on_holidays: bool = False
    is_chosen_only: bool = False  # never by default: the account names it and answers for it
    notes: tuple[object, ...] = ()

    def __hash__(self) -> int:
        # The fields' own hash would translate `title` and `notes`, and differ from language to language.
        return hash((self.key, self.version))

    @property
    def label(self) -> str:
        """Key and version in one word, for records of what was in force."""
        return f"{self.key}/{self.version}"

    @property
    def reach(self) -> timedelta:
        """How far back contacts and attempts of a person have to be known."""
        return max((limit.reach for limit in self.limits), default=timedelta())

    def fits(self, country: str, use_case: UseCase) -> bool:
        """Answer whether the frame speaks of such calls."""
        return self.country in {ANY_COUNTRY, country} and use_case in self.use_cases
