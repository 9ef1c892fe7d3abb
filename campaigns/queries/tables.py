"""Lists of people and of calls as tables, and what was asked of them as JSON keeps it, for files (W6)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from campaigns.queries.call_rows import CallChoice, CallRow, all_call_rows
from campaigns.queries.campaigns import campaign
from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import EntryChoice, EntryRow, all_entry_rows
from campaigns.queries.reports import report
from tenants.display.later import Table, tables

ENTRIES, CALLS, REPORT = "campaigns.entries", "campaigns.calls", "campaigns.report"


def kept(chosen: EntryChoice | CallChoice, *, name: str) -> dict[str, Any]:
    """Return what was asked, days as text; `name` is the file's."""
    told = asdict(chosen)
    days = {day: told["of"][day] and told["of"][day].isoformat() for day in ("start", "end")}
    return {"name": name, "chosen": told | {"of": told["of"] | days}}


@tables(ENTRIES)
def entries_table(asked: Mapping[str, Any]) -> Table:
    """Return the people that were asked for; what was said in their calls stands in no row."""
    chosen = EntryChoice(**_chosen(asked))
    return Table(asked["name"], _headings(EntryRow), _cells(EntryRow, all_entry_rows(chosen=chosen)))


@tables(CALLS)
def calls_table(asked: Mapping[str, Any]) -> Table:
    """Return the calls that were asked for."""
    chosen = CallChoice(**_chosen(asked))
    return Table(asked["name"], _headings(CallRow), _cells(CallRow, all_call_rows(chosen=chosen)))


@tables(REPORT)
def report_table(asked: Mapping[str, Any]) -> Table:
    """Return a campaign's report; whether with what was said is settled when it is asked for (S19)."""
    found = campaign(code=asked["batch_id"])
    return Table(found.code, *report(campaign=found, hears=asked["hears"]))


def _chosen(asked: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = asked["chosen"]
    days = {day: told["of"][day] and date.fromisoformat(told["of"][day]) for day in ("start", "end")}
    return told | {"of": Choice(**told["of"] | days)}


def _headings(of: type[Any]) -> list[str]:
    return [one.name for one in fields(of)]


def _cells(of: type[Any], rows: Iterable[Any]) -> Iterable[list[Any]]:
    columns = _headings(of)
    return ([getattr(row, column) for column in columns] for row in rows)
