"""What the inbox's address asks for: filters, the case in view, whom to look for, what was just done (W6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from identity.matching.searching import Sought, sought
from identity.queries.inbox import CaseFilter
from identity.rules import Outcome, Reason
from tenants.intake import is_number, text_fault

LONGEST = 200
FILTERS = ("outcome", "reason", "week", "q")


@dataclass(frozen=True, slots=True)
class Asked:
    """The address, read: `kept` is what narrows the list, `who` is looked for, `done` was just settled."""

    kept: Mapping[str, str]
    filter: CaseFilter
    case: int = 0
    who: str = ""
    done: int = 0

    @property
    def is_narrow(self) -> bool:
        """Say whether only some cases are wanted."""
        return bool(self.kept)

    def address(self, **more: object) -> str:
        """Return the query of the same list, with more."""
        return urlencode({name: value for name, value in {**self.kept, **more}.items() if value})


def asked_of(given: Mapping[str, str], *, country: str) -> Asked:
    """Read an address or a form; what makes no sense is left out."""
    said = {name: fit(given.get(name, "")) for name in (*FILTERS, "who")}
    outcome = Outcome(said["outcome"]) if said["outcome"] in set(Outcome) else None
    reason = Reason(said["reason"]) if said["reason"] in set(Reason) else None
    week = _day(said["week"])
    found = sought(said["q"], country=country)
    kept = {
        "outcome": str(outcome or ""),
        "reason": str(reason or ""),
        "week": week.isoformat() if week else "",
        "q": said["q"],
    }
    return Asked(
        kept={name: value for name, value in kept.items() if value},
        filter=CaseFilter(outcome, reason, week, found.text, found.words, found.keys),
        case=_number(given.get("case", "")),
        who=said["who"],
        done=_number(given.get("done", "")),
    )


def look_for(asked: Asked, *, country: str) -> Sought:
    """Read whom somebody looks for."""
    return sought(asked.who, country=country)


def fit(text: str, longest: int = LONGEST) -> str:
    """Return a text in its one line, "" for one that nothing may hold."""
    return "" if text_fault(text) else " ".join(text.split())[:longest]


def _number(text: str) -> int:
    return int(text) if is_number(text) else 0


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # A week of the year 1 has no Monday.
    return found if 1900 <= found.year <= 2999 else None
