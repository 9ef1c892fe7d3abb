"""What a list of leads is narrowed to, read from the address and written back to it (W6)."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest

from identity.queries.limbo import LimboChoice
from identity.queries.words import LIMBO_REASON_LABELS
from identity.rules import LimboReason, LimboStage, Reason
from tenants.display import asked
from tenants.display.paging import Pages

PAGE = 50
# Farther down nobody reads; files hold everything.
DEEPEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters as the address says them, "" for none, and where the page begins."""

    stage: str
    reason: str
    week: date | None
    date_from: date | None
    date_to: date | None
    offset: int

    @property
    def choice(self) -> LimboChoice:
        """What queries are asked."""
        return LimboChoice(
            stages=(LimboStage(self.stage),) if self.stage else None,
            reason=_reason(self.reason),
            week=self.week,
            date_from=self.date_from,
            date_to=self.date_to,
        )

    @property
    def params(self) -> dict[str, str]:
        """The filters that there are, as parameters of pages, of files and of the API."""
        said = {
            "stage": self.stage,
            "reason": self.reason,
            "week": self.week,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }
        return {name: str(value) for name, value in said.items() if value}


def chosen(request: HttpRequest) -> Chosen:
    """Return what an address asks for; what means nothing asks for nothing (S13)."""
    return Chosen(
        stage=asked.one_of(request, "stage", list(LimboStage)),
        reason=asked.one_of(request, "reason", list(LIMBO_REASON_LABELS)),
        week=asked.day(request, "week"),
        date_from=asked.day(request, "date_from"),
        date_to=asked.day(request, "date_to"),
        offset=min(asked.number(request, "offset") or 0, DEEPEST),
    )


def pages(params: dict[str, str], *, offset: int, shown: int, total: int) -> Pages:
    """Return the addresses around a page of a list that is counted."""
    following = offset + shown
    return Pages(
        shown=min(following, total),
        next_url=f"?{urlencode(params | {'offset': str(following)})}" if following < total else "",
        first_url=f"?{urlencode(params)}" if offset else "",
        total=total,
    )


def _reason(text: str) -> Reason | LimboReason | None:
    if not text:
        return None
    return LimboReason(text) if text in list(LimboReason) else Reason(text)
