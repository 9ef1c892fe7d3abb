"""What campaigns know of a person, handed out and erased: calls and money stay as numbers (S19)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.actions.suppressing import hold_lists_naming, lists_naming
from campaigns.dispatch.moving import Move, complete_done, hold, move
from campaigns.dispatch.wishes import Reach, Wish, write_wishes
from campaigns.imports import read_document
from campaigns.imports.codes import Unacceptable
from campaigns.imports.grouping import document_key
from campaigns.models import (
    Account,
    BadNumber,
    CallAlert,
    CallAttempt,
    CallRecord,
    ClientFile,
    Debt,
    Entry,
    ProviderEvent,
    RowReport,
    Suppression,
    SuppressionList,
)
from campaigns.rules import (
    AT_WORK,
    ERASED_KEY,
    FINAL,
    EntryReason,
    EntryState,
    SuppressionKind,
    SuppressionSource,
)
from tenants.records.erasure import (
    BLANK,
    Fate,
    Finding,
    Order,
    PersonKeys,
    Rows,
    Trace,
    masked,
    others,
)
from tenants.records.models import StoredFile
from tenants.records.queries import rows_naming, told
from tenants.rules import Refused

# A wish said again since an earlier erasure: one is enough.
TWINS = """
    DELETE FROM campaigns_suppression s USING campaigns_suppression m
     WHERE s.id = ANY(%(ids)s) AND m.value = %(mask)s AND m.kind = s.kind AND m.lifted_at IS NULL
       AND m.account_id IS NOT DISTINCT FROM s.account_id
"""
BLANK_CALLS = """
    UPDATE campaigns_callattempt SET person_key = %(key)s || entry_id, to_number = ''
     WHERE entry_id = ANY(%(ids)s)
"""


class PersonInCall(Refused):
    """A call with the person is under way; what comes of it has to be written down first."""

    code = "person_in_call"
    message = _("A call with this person is under way. Ask again when it has ended, in some minutes.")


class CampaignTraces:
    """Entries by document, number and an e-mail among their variables; their calls, and wishes."""

    app = "campaigns"
    models = (
        *("campaigns.Entry", "campaigns.Debt", "campaigns.CallAttempt", "campaigns.CallRecord"),
        *("campaigns.ProviderEvent", "campaigns.RowReport", "campaigns.Suppression", "campaigns.CallAlert"),
        *("campaigns.BadNumber", "campaigns.SuppressionList"),
    )

    def found(self, keys: PersonKeys) -> Finding:
        """Count entries, calls, what was said in them, rows of files, wishes, lists. Some ten queries."""
        entries = list(_entries(keys).only("id", "person_key", "phones", "document"))
        ids = [entry.pk for entry in entries]
        rows, lists = _report_rows(ids, keys), lists_naming(keys)
        counted = (
            Trace("campaigns.Entry", len(ids), Fate.EMPTIED),
            Trace("campaigns.CallAttempt", CallAttempt.objects.filter(entry__in=ids).count(), Fate.EMPTIED),
            Trace("campaigns.CallRecord", CallRecord.objects.filter(attempt__entry__in=ids).count()),
            Trace("campaigns.ProviderEvent", _events(ids).count()),
            Trace("campaigns.RowReport", len(rows)),
            Trace("campaigns.CallAlert", _alerts(keys).count()),
            Trace("campaigns.BadNumber", _bad(keys, entries).count()),
            Trace("campaigns.SuppressionList", sum(made.applied_at is None for made in lists)),
            Trace("records.StoredFile", len(_files(ids)) + len(lists)),
            Trace("campaigns.Suppression", _plain(keys, entries).count(), Fate.HASHED),
            Trace("campaigns.Suppression", _hashed(keys).count(), Fate.STAYS),
        )
        persons = len({entry.person_key for entry in entries})
        return Finding(tuple(one for one in counted if one.count), persons, _also(entries, keys))

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return entries, debts, calls, what was said, rows of files and wishes."""
        entries = list(_entries(keys))
        ids = [entry.pk for entry in entries]
        found: dict[str, QuerySet[Any]] = {
            "campaigns.Entry": Entry.objects.filter(pk__in=ids),
            "campaigns.Debt": Debt.objects.filter(entry__in=ids),
            "campaigns.CallAttempt": CallAttempt.objects.filter(entry__in=ids),
            "campaigns.CallRecord": CallRecord.objects.filter(attempt__entry__in=ids),
            "campaigns.RowReport": RowReport.objects.filter(pk__in=_report_rows(ids, keys)),
            "campaigns.Suppression": _plain(keys, entries) | _hashed(keys),
        }
        return {label: told(asked) for label, asked in found.items()}

    def erased(self, order: Order) -> Mapping[str, int]:
        """End who waits, then blank entries and calls, mask wishes, delete the rest. Raises PersonInCall."""
        # Before the wishes, as who applies one takes them: what is applied meanwhile are wishes by then.
        lists = hold_lists_naming(order.keys)
        entries = _ended(order.keys)
        ids = [entry.pk for entry in entries]
        wishes = _plain(order.keys, entries)
        rows = _report_rows(ids, order.keys)
        files = [*_files(ids), *(made.file_id for made in lists if made.file_id)]
        bad = _bad(order.keys, entries).delete()[0]
        masks = _mask(list(wishes))
        if order.never_call:
            _wish(order)
        events = _events(ids).delete()[0]
        return {
            "campaigns.Entry": _blank(ids),
            "campaigns.CallRecord": CallRecord.objects.filter(attempt__entry__in=ids).delete()[0],
            "campaigns.ProviderEvent": events,
            "campaigns.RowReport": RowReport.objects.filter(pk__in=rows).delete()[0],
            "campaigns.CallAlert": _alerts(order.keys).delete()[0],
            "campaigns.BadNumber": bad,
            "campaigns.Suppression": masks,
            "campaigns.SuppressionList": _forget_lists(lists),
            "records.StoredFile": StoredFile.objects.filter(pk__in=files).only("pk").delete()[0],
        }


def _entries(keys: PersonKeys) -> QuerySet[Entry]:
    asked = Q(person_key__in=_person_keys(keys))
    if keys.phone:
        asked |= Q(phones__contains=[{"number": keys.phone}])
    if keys.email:
        # Variables are a client's own columns: the address is one of their values.
        asked |= Q(pk__in=_with_value(keys.email))
    return Entry.objects.filter(asked)


def _with_value(email: str) -> list[int]:
    statement = """
        SELECT id FROM campaigns_entry WHERE EXISTS (
            SELECT FROM jsonb_each_text(variables) AS v WHERE lower(trim(v.value)) = %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [email])
        return [row[0] for row in cursor.fetchall()]


def _person_keys(keys: PersonKeys) -> list[str]:
    """Return the keys of the person: by number, and by document as each country of an account reads it."""
    found = [f"N:{keys.phone}"] if keys.phone else []
    countries = {keys.country, *Account.objects.order_by().values_list("country", flat=True).distinct()}
    for country in sorted(countries) if keys.document else ():
        try:
            found.append(document_key(read_document(keys.document, country=country), country))
        except Unacceptable:
            continue
    # What a file of ours wrote as it stood.
    return found + [f"D:{country}:{keys.document}" for country in sorted(countries) if keys.document]


def _ended(keys: PersonKeys) -> list[Entry]:
    """Return the entries, all of them at an end, held until the transaction's."""
    now = timezone.now()
    campaigns = sorted(set(_entries(keys).values_list("campaign", flat=True)))
    hold(campaigns)
    entries = list(_entries(keys).select_for_update(of=("self",)).order_by("id"))
    if any(entry.state in AT_WORK for entry in entries):
        raise PersonInCall
    waiting = [entry for entry in entries if entry.state not in FINAL]
    steps = [
        Move(one.pk, EntryState(one.state), EntryState.CANCELLED, EntryReason.DECIDED) for one in waiting
    ]
    move(steps, now=now)
    complete_done(campaigns, now=now)
    return entries


def _blank(ids: list[int]) -> int:
    """Take the person out of entries and calls; states, moments, outcomes and money stay."""
    with connection.cursor() as cursor:
        cursor.execute(BLANK_CALLS, {"key": ERASED_KEY, "ids": ids})
    Debt.objects.filter(entry__in=ids).delete()
    return Entry.objects.filter(pk__in=ids).update(
        person_key=Concat(Value(ERASED_KEY), Cast("id", CharField())),
        document="",
        name=BLANK,
        phones=[],
        variables={},
        next_phone=0,
        fecha_limite=None,
        fecha_maxima=None,
    )


def _events(ids: list[int]) -> QuerySet[ProviderEvent]:
    calls = CallAttempt.objects.filter(entry__in=ids).exclude(call_id="").values("call_id")
    return ProviderEvent.objects.filter(call_id__in=calls)


def _report_rows(ids: list[int], keys: PersonKeys) -> list[int]:
    """Return reported rows of files that name the person, by their cells or as the row of an entry."""
    own = RowReport.objects.filter(of__campaign__entries__in=ids, line=F("of__campaign__entries__row"))
    return sorted({*rows_naming(RowReport, "cells", keys), *own.values_list("pk", flat=True)})


def _files(ids: list[int]) -> list[UUID]:
    """Return the clients' files that the entries came in, once they are worked off."""
    found = ClientFile.objects.filter(
        campaign__entries__in=ids, file__isnull=False, finished_at__isnull=False
    )
    return list(found.values_list("file", flat=True).distinct())


def _forget_lists(lists: list[SuppressionList]) -> int:
    """Forget those that nobody applied: nothing came of them. The others stay as counts."""
    own = SuppressionList.objects.filter(pk__in=[made.pk for made in lists])
    return own.only_looked_at().delete()[0]


def _alerts(keys: PersonKeys) -> QuerySet[CallAlert]:
    return CallAlert.objects.filter(subject__in=[keys.phone, *_person_keys(keys)]).exclude(subject="")


def _bad(keys: PersonKeys, entries: Collection[Entry]) -> QuerySet[BadNumber]:
    numbers = {keys.phone, *(phone["number"] for entry in entries for phone in entry.phones)}
    return BadNumber.objects.filter(number__in=numbers - {""})


def _plain(keys: PersonKeys, entries: Collection[Entry]) -> QuerySet[Suppression]:
    """Return wishes that say whom they are about: the keys, and the other numbers of the entries."""
    values = {keys.phone, *_person_keys(keys), *(entry.person_key for entry in entries)}
    values |= {phone["number"] for entry in entries for phone in entry.phones}
    return Suppression.objects.filter(value__in=values - {""})


def _hashed(keys: PersonKeys) -> QuerySet[Suppression]:
    values = [value for value in (keys.phone, *_person_keys(keys)) if value]
    return Suppression.objects.filter(value__in=[masked(value) for value in values])


def _mask(wishes: list[Suppression]) -> int:
    """Let wishes in force stand as hashes, without their reasons; lifted ones bind nobody and go."""
    for wish in wishes:
        if wish.lifted_at is None:
            with connection.cursor() as cursor:
                cursor.execute(TWINS, {"ids": [wish.pk], "mask": masked(wish.value)})
        own = Suppression.objects.filter(pk=wish.pk)
        if wish.lifted_at is not None:
            own.delete()
        else:
            own.update(value=masked(wish.value), reason="")
    return len(wishes)


def _wish(order: Order) -> None:
    """Keep that nobody calls this person again, as hashes alone."""
    numbers = [order.keys.phone] if order.keys.phone else []
    documents = [key for key in _person_keys(order.keys) if key.startswith("D:")]
    wishes = {Wish(SuppressionKind.NUMBER, masked(one)): "" for one in numbers}
    wishes |= {Wish(SuppressionKind.DOCUMENT, masked(one)): "" for one in documents}
    write_wishes(wishes, Reach(SuppressionSource.PERSON, by=order.by))


def _also(entries: Collection[Entry], keys: PersonKeys) -> frozenset[tuple[str, str]]:
    named = {("document", entry.document) for entry in entries}
    named |= {("phone", phone["number"]) for entry in entries for phone in entry.phones}
    return others(named, keys)
