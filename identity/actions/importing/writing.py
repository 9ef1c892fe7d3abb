"""Write a chunk of records: each key once, unchanged ones not at all; the caller's transaction (I7c, I15)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from identity.actions.evidence import hold_evidence, wake_by_keys
from identity.actions.importing import statements
from identity.actions.importing.arrays import array_of
from identity.actions.importing.statements import Upsert
from identity.actions.linking import renew_papers
from identity.actions.linking.sql import rows
from identity.actions.settling import settle_claims
from identity.imports import ClaimRecord, DriverRecord, LeadRecord, Record, ScoutRecord, TripRecord
from identity.models import Link
from identity.rules import ANSWERED_CLAIMS, Became, IdentifierKind, ImportKind, Source

CHUNK_ROWS = 2_000
REGISTRATIONS = {
    ImportKind.LEADS: ("identity_lead", statements.LEADS, statements.LEAD_COLUMNS),
    ImportKind.SCOUTS: ("identity_scoutregistration", statements.SCOUTS, statements.SCOUT_COLUMNS),
}


@dataclass(frozen=True, slots=True)
class Writing:
    """On whose behalf records are written; a dry run only looks, so its log-in may be a reader's."""

    currency: str
    job: UUID | None = None
    dry_run: bool = False


@dataclass(slots=True)
class Written:
    """What each record became, in their order; `late` ones name a driver or lead that nobody knows yet.

    `numbers` are those of registrations that have no external id to be known by.
    """

    became: list[Became]
    late: frozenset[int] = frozenset()
    woken: int = 0
    numbers: dict[int, int] = field(default_factory=dict)

    def counters(self) -> dict[str, int]:
        """Return the counts by name."""
        counted = Counter(map(str, self.became))
        return {str(one): counted[one] for one in Became} | {"late": len(self.late), "woken": self.woken}


class _Chunk:
    """Records of which the last of each key is written; their places say which became what."""

    def __init__(self, records: Sequence[Any], keys: Sequence[object], writing: Writing) -> None:
        last = {key: place for place, key in enumerate(keys)}
        self.places = sorted(last.values())
        self.records = [records[place] for place in self.places]
        self.writing = writing
        self.written = Written([Became.SUPERSEDED] * len(records))
        for place in self.places:
            self.written.became[place] = Became.UNCHANGED
        if not writing.dry_run:
            hold_evidence()

    def upsert(self, upsert: Upsert, columns: Mapping[str, str], **more: Any) -> list[tuple[Any, ...]]:
        """Write what is new; note what it became and return the statement's rows."""
        arrays = {name: array_of(map(attrgetter(name), self.records)) for name in columns}
        statement = upsert.look if self.writing.dry_run else upsert.write
        news = rows(statement, place=array_of(self.places), **arrays, **more)
        for place, became, *_more in news:
            self.written.became[place] = Became(became)
        return news

    def note_late(self, statement: str, name: str) -> None:
        """Note whose driver or lead is unknown."""
        keys = sorted({getattr(record, name) for record in self.records})
        unknown = {key for (key,) in rows(statement, keys=array_of(keys))}
        late = (place for place, one in self.each() if getattr(one, name) in unknown)
        self.written.late = frozenset(late)

    def each(self) -> Sequence[tuple[int, Any]]:
        """Return the records that are written, each with its place."""
        return list(zip(self.places, self.records, strict=True))

    @property
    def has_news(self) -> bool:
        """Say whether anything was created or updated."""
        return not {Became.CREATED, Became.UPDATED}.isdisjoint(self.written.became)


def write_records(kind: ImportKind, records: Sequence[Record], *, writing: Writing) -> Written:
    """Write records of one kind. A handful of statements, whatever their number."""
    if not records:
        return Written([])
    if kind is ImportKind.DRIVERS:
        return _write_drivers(cast(Sequence[DriverRecord], records), writing)
    if kind is ImportKind.TRIPS:
        return _write_trips(cast(Sequence[TripRecord], records), writing)
    if kind is ImportKind.CLAIMS:
        return _write_claims(cast(Sequence[ClaimRecord], records), writing)
    return write_registrations(kind, cast("Sequence[LeadRecord | ScoutRecord]", records), writing=writing)


def write_registrations(
    kind: ImportKind,
    records: Sequence[LeadRecord | ScoutRecord],
    *,
    writing: Writing,
    numbers: Mapping[int, int] | None = None,
) -> Written:
    """Write leads or scouting registrations; new leads enter the red backlog, other inputs are new evidence.

    `numbers` says, by place, which rows records without an external id are; others are known by their inputs.
    """
    table, upsert, columns = REGISTRATIONS[kind]
    told = numbers or {}
    keys = [
        one.external_id or told.get(place, (one.inputs, one.happened_at)) for place, one in enumerate(records)
    ]
    chunk = _Chunk(records, keys, writing)
    known = _known_numbers(chunk.each(), told, table)
    ids = array_of(known.get(place) for place in chunk.places)
    news = chunk.upsert(upsert, columns, id=ids, job=writing.job)
    made = {place: number for place, _became, number in news if number}
    nameless = [place for place, one in chunk.each() if not one.external_id]
    found = known | made
    chunk.written.numbers = {place: found[place] for place in nameless if place in found}
    return chunk.written


def _known_numbers(
    each: Sequence[tuple[int, LeadRecord | ScoutRecord]], told: Mapping[int, int], table: str
) -> dict[int, int]:
    """Return the numbers of records without external id that were written before, by place."""
    nameless = [(place, one) for place, one in each if not one.external_id]
    asked = [one.inputs for place, one in nameless if place not in told]
    found = rows(statements.KNOWN_ROWS.format(table=table), inputs=array_of(asked)) if asked else []
    known = {(inputs, moment): number for number, inputs, moment in found}
    numbers = {place: told.get(place) or known.get((one.inputs, one.happened_at)) for place, one in nameless}
    return {place: number for place, number in numbers.items() if number}


def _write_drivers(records: Sequence[DriverRecord], writing: Writing) -> Written:
    """Write accounts, and wake the red leads that hold one of their new keys (I7c)."""
    chunk = _Chunk(records, [one.driver_id for one in records], writing)
    news = chunk.upsert(statements.DRIVERS, statements.DRIVER_COLUMNS)
    if not writing.dry_run:
        renew_papers(drivers=[records[row[0]].driver_id for row in news if row[1] == Became.UPDATED])
        keys = {kind: [row[place] for row in news] for place, kind in enumerate(IdentifierKind, 2)}
        chunk.written.woken = wake_by_keys(keys=keys)
    return chunk.written


def _write_trips(records: Sequence[TripRecord], writing: Writing) -> Written:
    """Write days of trips; those of unknown accounts wait for them."""
    chunk = _Chunk(records, [(one.driver_id, one.day) for one in records], writing)
    chunk.upsert(statements.TRIPS, statements.TRIP_COLUMNS)
    chunk.note_late(statements.UNKNOWN_DRIVERS, "driver_id")
    return chunk.written


def _write_claims(records: Sequence[ClaimRecord], writing: Writing) -> Written:
    """Write claims and give them to the persons of their leads, one a milestone; others wait."""
    chunk = _Chunk(records, [(one.source_pk, one.milestone) for one in records], writing)
    answered = [str(state) for state in ANSWERED_CLAIMS]
    chunk.upsert(
        statements.CLAIMS,
        statements.CLAIM_COLUMNS,
        answered=answered,
        currency=writing.currency,
        job=writing.job,
    )
    chunk.note_late(statements.UNKNOWN_LEADS, "source_pk")
    if chunk.has_news and not writing.dry_run:
        settle_claims(persons=_persons_of({one.source_pk for one in records}))
    return chunk.written


def _persons_of(keys: Collection[str]) -> set[UUID]:
    links = Link.objects.filter(source=Source.CABINET, source_pk__in=keys)
    return set(links.values_list("person", flat=True))
