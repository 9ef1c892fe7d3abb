"""Lists of people who must not be called, written at once, all rows or none."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.actions.suppressing.ending import end_waiting, hold_waiting
from campaigns.actions.suppressing.lines import Line, Said, Written, read_file, read_lines
from campaigns.dispatch.wishes import Reach, Wish, write_wishes
from campaigns.models import SuppressionList
from tenants.records.actions import note as audit

CHUNK = 1_000
COUNTS = ("total", "created", "already", "refused")


def suppress_all(*, lines: Iterable[Line], country: str, reach: Reach, now: datetime) -> Written:
    """Write the wishes of a list, all rows or none; those in force stay as they are."""
    return _write(read_lines(lines, country), SuppressionList(country=country), reach, now)


def suppress_file(*, content: bytes, filename: str, country: str, reach: Reach, now: datetime) -> Written:
    """Write the wishes of a .csv or .xlsx file.

    Raises UnreadableClientFile, UploadTooLarge, NoKnownColumn.
    """
    made = SuppressionList(country=country, name=filename[:200])
    return _write(read_file(content, filename, country), made, reach, now)


@transaction.atomic
def _write(said: Said, made: SuppressionList, reach: Reach, now: datetime) -> Written:
    """Write what a new list says, and keep the list where it said anything new."""
    made.account, made.source, made.created_by = reach.account, str(reach.source), reach.by
    made.save(force_insert=True)
    written = said.became(write_list(said, made, reach, now))
    if written.created:
        written.in_list = made.pk
        mark_applied(made, written, reach, now)
    else:
        made.delete()
    return written


def write_list(said: Said, made: SuppressionList, reach: Reach, now: datetime) -> list[Wish]:
    """Write the wishes of a list in the caller's transaction, end who waits; return which are new."""
    reach, new = replace(reach, in_list=made.pk), list[Wish]()
    wishes = sorted(said.wishes.items())
    hold_waiting(list(said.wishes), account=reach.account_id)
    for at in range(0, len(wishes), CHUNK):
        new += write_wishes(dict(wishes[at : at + CHUNK]), reach)
    made.ended = end_waiting(new, account=reach.account_id, now=now)
    return new


def count(made: SuppressionList, written: Written) -> None:
    """Put on a list what becomes of its rows."""
    for name in COUNTS:
        setattr(made, name, getattr(written, name))


def mark_applied(made: SuppressionList, written: Written, reach: Reach, now: datetime) -> None:
    """Keep who wrote a list, when, and what became of its rows."""
    count(made, written)
    # Nothing is compared with the digest any more, and that of a single number can be guessed (S19).
    made.applied_at, made.applied_by, made.digest = now, reach.by, ""
    made.save(update_fields=[*COUNTS, "ended", "applied_at", "applied_by", "digest"])
    change: dict[str, Any] = {"source": reach.source, "created": written.created, "list": made.pk}
    audit(verb="suppress", of="suppression", id="", by=reach.by, change=change)
