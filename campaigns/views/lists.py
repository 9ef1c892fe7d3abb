"""The lists behind every figure: people and calls, narrowed by their addresses (W1, W6)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models.words import (
    ENTRY_STATE_LABELS,
    OUTCOME_LABELS,
    REASON_LABELS,
    USE_CASE_LABELS,
)
from campaigns.queries.call_rows import UNDER_WAY, CallRow, call_page
from campaigns.queries.entry_rows import EntryRow, entry_page
from campaigns.reports import addresses, words
from campaigns.rules import EntryReason, EntryState, Outcome
from campaigns.views import choosing, files
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.paging import Pages

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A person's row, with its codes in words."""

    row: EntryRow
    state: str
    reason: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call's row, with its codes in words."""

    row: CallRow
    outcome: str


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Show the people that campaigns, days and `state`, `reason`, `outcome`, `step`, `promise` name (W6)."""
    chosen = choosing.chosen(request, zone=str(formats_for(request).zone))
    wanted = choosing.entry_choice(request, chosen.choice)
    params = chosen.params | choosing.said_of_entries(wanted)
    found = entry_page(chosen=wanted, after=asked.number(request, "after"), size=PAGE)
    page = {"found": found, "rows": [listed(row) for row in found.rows], "wanted": wanted}
    page |= _filters(chosen, params, "entries")
    page["pages"] = _pages(request, addresses.entries, params, "after", found.after or "")
    return render(request, "campaigns/entries.html", page | _choices())


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Show the calls that campaigns, days and `outcome`, `contact`, `hour`, `weekday` name (W6)."""
    formats = formats_for(request)
    chosen = choosing.chosen(request, zone=str(formats.zone))
    wanted = choosing.call_choice(request, chosen.choice)
    params = chosen.params | choosing.said_of_calls(wanted)
    found = call_page(chosen=wanted, before=choosing.before_call(request), size=PAGE)
    page = {"found": found, "rows": [listed_call(row) for row in found.rows], "wanted": wanted}
    page |= _filters(chosen, params, "calls") | _times(formats)
    page["pages"] = _pages(request, addresses.calls, params, "before", found.before)
    page["outcomes"] = words.CALL_OUTCOMES.items()
    return render(request, "campaigns/calls.html", page)


def listed(row: EntryRow) -> Listed:
    """Put a person's codes into words."""
    return Listed(
        row,
        str(ENTRY_STATE_LABELS[EntryState(row.state)]),
        str(REASON_LABELS[EntryReason(row.reason)]),
        str(OUTCOME_LABELS[Outcome(row.outcome)]) if row.outcome else "",
    )


def listed_call(row: CallRow) -> ListedCall:
    """Put a call's outcome into words."""
    return ListedCall(row, str(words.CALL_OUTCOMES.get(row.outcome or UNDER_WAY, row.outcome)))


def _filters(chosen: choosing.Chosen, params: dict[str, str], of: str) -> dict[str, object]:
    return {
        "chosen": chosen.choice,
        "options": chosen,
        "use_cases": USE_CASE_LABELS.items(),
        "files": files.addresses_of(of, params),
        "is_narrowed": bool(params),
    }


def _choices() -> dict[str, object]:
    return {
        "states": ENTRY_STATE_LABELS.items(),
        "reasons": REASON_LABELS.items(),
        "outcomes": OUTCOME_LABELS.items(),
        "steps": words.STEP_LABELS.items(),
        "promises": words.PROMISE_LABELS.items(),
    }


def _times(formats: Formats) -> dict[str, object]:
    return {
        "hours": [(hour, words.hour(int(hour))) for hour in choosing.HOURS],
        "weekdays": [(day, words.weekday(int(day), formats)) for day in choosing.WEEKDAYS],
    }


def _pages(
    request: HttpRequest,
    address: Callable[..., str],
    params: dict[str, str],
    name: str,
    further: int | str,
) -> Pages:
    following = address(**params, **{name: further}) if further else ""
    return Pages(0, following, address(**params) if request.GET.get(name) else "")
