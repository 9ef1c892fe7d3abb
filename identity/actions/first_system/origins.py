"""Origins of the first identity system: what people decided there stands, the rest follows links (F10)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from identity.actions.evidence import hold_evidence
from identity.actions.first_system import statements
from identity.actions.first_system.keys import lead_keys
from identity.actions.first_system.rows import Rows
from identity.actions.importing.arrays import array_of
from identity.actions.linking.sql import run
from identity.imports.cabinet import ORIGINS, WORDS, CabinetReason, NotTaken, OriginRecord, read_origin
from identity.models import Link, Origin
from identity.rules import DecidedBy, Source
from tenants.records.rules import Fate, SourceDocument, Taken

Judged = tuple[OriginRecord | None, Fate, CabinetReason | None]


class Origins(Rows):
    """Where persons came from. A system's decision is made again here, by the same links (I9)."""

    name = "origins"
    found_as = ("canon.identity_origin", "identity_origin", "identity_origins")
    words = WORDS
    vocabulary = ORIGINS
    chunk = 1_000

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Write what people decided; say where the system decides otherwise than it did there."""
        read = [self._read(document) for document in documents]
        with self.alone():
            if not self.session.dry_run:
                hold_evidence()
            judged = self._judge(read)
            decided = {
                one.person: one
                for one, fate, _reason in judged
                if one and fate in (Fate.CREATED, Fate.UPDATED)
            }
            if decided and not self.session.dry_run:
                self._write(list(decided.values()))
        return [
            Taken(_id(document, one), fate, reason=str(reason or ""))
            for document, one, (_record, fate, reason) in zip(documents, read, judged, strict=True)
        ]

    def _read(self, document: SourceDocument) -> OriginRecord | CabinetReason:
        try:
            return read_origin(self.values(document))
        except NotTaken as error:
            return error.reason

    def _judge(self, read: Sequence[OriginRecord | CabinetReason]) -> list[Judged]:
        records = [one for one in read if isinstance(one, OriginRecord)]
        keys = lead_keys(
            self.session.system, {one.source_pk for one in records if one.kind is Source.CABINET}
        )
        here = {one.pk: one for one in Origin.objects.filter(pk__in={one.person for one in records})}
        links = _links({one.person for one in records})
        return [
            (None, Fate.ERROR, one)
            if isinstance(one, CabinetReason)
            else self._judged(one, keys, here, links)
            for one in read
        ]

    def _judged(
        self,
        record: OriginRecord,
        keys: Mapping[str, str],
        here: Mapping[UUID, Origin],
        links: set[tuple[UUID, str, str]],
    ) -> Judged:
        pk, known = _pk(record, keys), here.get(record.person)
        if (record.person, str(record.kind), pk) not in links:
            return self._without_link(record)
        is_same = known is not None and (known.kind, known.source_pk) == (record.kind, pk)
        if known is not None and known.decided_by == DecidedBy.MANUAL:
            is_same = is_same and known.status == record.status
            return record, *_settled(is_same, CabinetReason.DECIDED_HERE)
        if record.decided_by is DecidedBy.SYSTEM:
            return record, *_settled(is_same, CabinetReason.SYSTEM)
        return record, Fate.UPDATED if known else Fate.CREATED, None

    def _without_link(self, record: OriginRecord) -> Judged:
        """Refuse an origin whose link is not here, unless a dry run only did not write it."""
        if not self.session.has_seen("link", f"{record.person} {record.kind} {record.source_pk}"):
            return record, Fate.ERROR, CabinetReason.WITHOUT_LINK
        # Made with the link, before a person's word replaces it.
        is_manual = record.decided_by is DecidedBy.MANUAL
        return record, Fate.UPDATED if is_manual else Fate.UNCHANGED, None

    def _write(self, decided: Sequence[OriginRecord]) -> None:
        keys = lead_keys(
            self.session.system, {one.source_pk for one in decided if one.kind is Source.CABINET}
        )
        run(
            statements.ORIGINS,
            persons=array_of(one.person for one in decided),
            kinds=array_of(str(one.kind) for one in decided),
            pks=array_of(_pk(one, keys) for one in decided),
            statuses=array_of(str(one.status) for one in decided),
            reasons=array_of(one.reason for one in decided),
            by=self.session.by,
        )


def _settled(is_same: bool, otherwise: CabinetReason) -> tuple[Fate, CabinetReason | None]:
    return (Fate.UNCHANGED, None) if is_same else (Fate.SKIPPED, otherwise)


def _pk(record: OriginRecord, keys: Mapping[str, str]) -> str:
    return keys.get(record.source_pk, record.source_pk)


def _links(persons: set[UUID]) -> set[tuple[UUID, str, str]]:
    found = Link.objects.filter(person__in=persons).values_list("person", "source", "source_pk")
    return {(person, source, pk) for person, source, pk in found}


def _id(document: SourceDocument, one: OriginRecord | CabinetReason) -> str:
    return str(one.person) if isinstance(one, OriginRecord) else document.id
