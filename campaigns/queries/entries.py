"""What can be asked about the people of campaigns: lists of them, one, and the calls that were made."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from campaigns.models import CallAttempt, Campaign, ClientFile, Entry, RowReport
from tenants.rules import RefusalKind, Refused

AT_ONCE = 2_000  # rows that a report reads in one go
# A report's columns of the last call; attempts are numbered from one.
LAST_CALL = (
    "to_number",
    "record__sentiment",
    "record__summary",
    "record__recording_url",
    "accepted_at",
    "ended_at",
)


class UnknownEntry(Refused):
    """There is no such person of a campaign in this tenant."""

    code = "entry_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such entry.")


def entries() -> QuerySet[Entry]:
    """Return all entries, newest first, with their campaign and account."""
    return Entry.objects.select_related("campaign__account").order_by("-id")


def entries_of(*, campaign: Campaign) -> QuerySet[Entry]:
    """Return a campaign's entries in the order of their rows, with what they owe."""
    return entries().filter(campaign=campaign).prefetch_related("debts").order_by("id")


def entry(*, number: int) -> Entry:
    """Return an entry with its debts. Two queries. Raises UnknownEntry."""
    found = entries().filter(pk=number).prefetch_related("debts").first()
    if found is None:
        raise UnknownEntry(job_id=str(number))
    return found


def calls() -> QuerySet[CallAttempt]:
    """Return all calls, newest first, with whom they were to."""
    return CallAttempt.objects.select_related("entry", "campaign", "account").order_by("-id")


def claimed_between(start: date | None, end: date | None, *, zone: str) -> Q:
    """Return the condition of calls of some days, both included, by the clock of `zone`."""
    place, found = ZoneInfo(zone), Q()
    if start is not None:
        found &= Q(claimed_at__gte=datetime.combine(start, time(), place))
    if end is not None:
        found &= Q(claimed_at__lt=datetime.combine(end + timedelta(days=1), time(), place))
    return found


def report_rows(*, campaign: Campaign) -> Iterator[Entry]:
    """Yield a campaign's entries with debts and last call, some thousand at a time; memory stays flat."""
    # One that was taken back before it was made says nothing, and hides nothing.
    made = CallAttempt.objects.filter(entry=OuterRef("pk")).exclude(accepted_at=None)
    last = made.order_by("-number")
    told: dict[str, Any] = {f"last_{name}": Subquery(last.values(name)[:1]) for name in LAST_CALL}
    found, beyond = entries_of(campaign=campaign).annotate(**told), 0
    while rows := list(found.filter(pk__gt=beyond)[:AT_ONCE]):
        yield from rows
        beyond = rows[-1].pk


def phone_of(entry: Entry, *, called: str | None) -> str:
    """Return the number `called` last; before any call the next in turn that still serves, "" without any.

    Of numbers that all serve no more it is the next in turn: it still says who somebody is.
    """
    order = [*entry.phones[entry.next_phone :], *entry.phones[: entry.next_phone]]
    serving = [phone for phone in order if not phone.get("retired")] or order
    return called or (str(serving[0]["number"]) if serving else "")


def rejected_rows(
    *, campaign: Campaign, statuses: Collection[str]
) -> tuple[list[str], Iterator[tuple[int, str, str, dict[str, str], list[str]]]]:
    """Return the headings of a campaign's file and its rows: line, status, code, figures, cells.

    Empty for a campaign without a file; rows are read some thousand at a time.
    """
    file = ClientFile.objects.filter(campaign=campaign).first()
    if file is None:
        return [], iter(())
    found = RowReport.objects.filter(of=file, status__in=statuses).order_by("line")
    rows = found.values_list("line", "status", "code", "told", "cells")
    return list(file.params.get("headings", ())), rows.iterator(chunk_size=AT_ONCE)
