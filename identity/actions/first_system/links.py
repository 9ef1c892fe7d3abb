"""Links of the first identity system: the same persons, the same evidence, and what hangs on it (F10, I9)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from identity.actions.evidence import hold_evidence
from identity.actions.first_system import statements
from identity.actions.first_system.keys import lead_keys
from identity.actions.first_system.rows import Rows
from identity.actions.importing.arrays import array_of
from identity.actions.linking.sql import rows, run
from identity.actions.origins import decide_origins
from identity.actions.settling import settle_claims
from identity.imports.cabinet import LINKS, WORDS, CabinetReason, LinkRecord, NotTaken, read_link
from identity.models import Driver, Lead, Person
from identity.rules import LEAVES_BY, Source, Via
from tenants.records.rules import Fate, SourceDocument, Taken

Key = tuple[Source, str]


class Links(Rows):
    """Who is whom: leads, registrations, migrations and driver accounts of persons."""

    name = "links"
    found_as = ("canon.identity_links", "identity_links")
    words = WORDS
    vocabulary = LINKS
    chunk = 1_000

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Link what is not linked here; what a row says of somebody linked to another is told (I9)."""
        read = [self._read(document) for document in documents]
        with self.alone():
            if not self.session.dry_run:
                hold_evidence()
            judged = self._judge(read)
            fresh = {(one.source, one.source_pk): one for one in judged if isinstance(one, LinkRecord)}
            made = self._write(fresh.values()) if not self.session.dry_run else set(fresh)
        for one in read:
            if isinstance(one, LinkRecord):
                self.session.see("link", f"{one.person} {one.source} {one.source_pk}")
        return list(self._told(documents, read, judged, made))

    def _read(self, document: SourceDocument) -> LinkRecord | CabinetReason:
        try:
            return read_link(self.values(document), self.session.terms)
        except NotTaken as error:
            return error.reason

    def _judge(self, read: Sequence[LinkRecord | CabinetReason]) -> list[LinkRecord | CabinetReason | UUID]:
        """Return each link with its keys of here, or why not, or the person to whom it is linked already."""
        links = [one for one in read if isinstance(one, LinkRecord)]
        leads = lead_keys(
            self.session.system, {one.source_pk for one in links if one.source is Source.CABINET}
        )
        drivers = _known_drivers(one.source_pk for one in links if one.source is Source.DRIVER)
        heirs = _successors({one.person for one in links})
        kept = [
            one if isinstance(one, CabinetReason) else self._placed(one, leads, drivers, heirs)
            for one in read
        ]
        here = _linked_here(one for one in kept if isinstance(one, LinkRecord))
        return [
            one if isinstance(one, CabinetReason) else here.get((one.source, one.source_pk), one)
            for one in kept
        ]

    def _placed(
        self, link: LinkRecord, leads: dict[str, str], drivers: set[str], heirs: dict[UUID, UUID]
    ) -> LinkRecord | CabinetReason:
        pk = link.source_pk
        if link.source is Source.CABINET:
            pk = leads.get(pk, "")
            if not pk and not self.session.has_seen("lead", link.source_pk):
                return CabinetReason.UNKNOWN_LEAD
        if link.source is Source.DRIVER and pk not in drivers and not self.session.has_seen("driver", pk):
            return CabinetReason.UNKNOWN_DRIVER
        return replace(link, source_pk=pk or link.source_pk, person=heirs.get(link.person, link.person))

    def _write(self, links: Iterable[LinkRecord]) -> set[Key]:
        """Write links, persons that nobody knows yet, and what hangs on both; return the links' keys."""
        chosen = list(links)
        if not chosen:
            return set()
        _write_persons(chosen)
        made = {
            (Source(source), pk)
            for source, pk in rows(
                statements.LINKS,
                sources=array_of(str(one.source) for one in chosen),
                pks=array_of(one.source_pk for one in chosen),
                persons=array_of(one.person for one in chosen),
                rules=array_of(str(one.rule) for one in chosen),
                scores=array_of(one.score for one in chosen),
                confidences=array_of(str(one.confidence) for one in chosen),
                moments=array_of(one.linked_at for one in chosen),
                by=self.session.by,
                system=self.session.system,
            )
        }
        self._follow([one for one in chosen if (one.source, one.source_pk) in made])
        return made

    def _follow(self, made: Sequence[LinkRecord]) -> None:
        """Let backlog, cases, identifiers, claims and origins follow the links."""
        leads = [one.source_pk for one in made if one.source is Source.CABINET]
        accounts = [one for one in made if one.source is Source.DRIVER]
        run(statements.LEFT, pks=array_of(leads), kind=LEAVES_BY[Via.MIGRATION])
        run(
            statements.SOLE,
            drivers=array_of(one.source_pk for one in accounts),
            persons=array_of(one.person for one in accounts),
        )
        persons = {one.person for one in made}
        settle_claims(persons=persons)
        decide_origins(persons=persons, now=self.session.terms.now, by=self.session.by)

    def _told(
        self,
        documents: Sequence[SourceDocument],
        read: Sequence[LinkRecord | CabinetReason],
        judged: Sequence[LinkRecord | CabinetReason | UUID],
        made: set[Key],
    ) -> Iterable[Taken]:
        last = {
            (one.source, one.source_pk): place
            for place, one in enumerate(judged)
            if isinstance(one, LinkRecord)
        }
        heirs = _successors({one.person for one in read if isinstance(one, LinkRecord)})
        for place, (document, was, one) in enumerate(zip(documents, read, judged, strict=True)):
            id = f"{was.source} {was.source_pk}" if isinstance(was, LinkRecord) else document.id
            yield _fate(id, was, one, heirs, is_last=last.get(_key(one)) == place, is_made=_key(one) in made)


def _key(one: Any) -> Any:
    return (one.source, one.source_pk) if isinstance(one, LinkRecord) else None


def _fate(
    id: str,
    was: LinkRecord | CabinetReason,
    one: LinkRecord | CabinetReason | UUID,
    heirs: dict[UUID, UUID],
    *,
    is_last: bool,
    is_made: bool,
) -> Taken:
    if isinstance(one, CabinetReason) or isinstance(was, CabinetReason):
        return Taken(id, Fate.ERROR, reason=str(was if isinstance(was, CabinetReason) else one))
    notes = (str(CabinetReason.MERGED),) if was.person in heirs else ()
    if isinstance(one, UUID):
        if one == heirs.get(was.person, was.person):
            return Taken(id, Fate.UNCHANGED, target=str(one), notes=notes)
        return Taken(id, Fate.SKIPPED, target=str(one), reason=str(CabinetReason.LINKED_OTHERWISE))
    if not is_last:
        return Taken(id, Fate.SKIPPED, reason=str(CabinetReason.REPEATED))
    if not is_made:
        return Taken(id, Fate.SKIPPED, reason=str(CabinetReason.LINKED_OTHERWISE))
    return Taken(id, Fate.CREATED, target=str(one.person), notes=notes)


def _known_drivers(ids: Iterable[str]) -> set[str]:
    return set(Driver.objects.filter(driver_id__in=set(ids)).values_list("driver_id", flat=True))


def _linked_here(links: Iterable[LinkRecord]) -> dict[Key, UUID]:
    chosen = list(links)
    found = rows(
        statements.HERE,
        sources=array_of(str(one.source) for one in chosen),
        pks=array_of(one.source_pk for one in chosen),
    )
    return {(Source(source), pk): person for source, pk, person in found}


def _successors(keys: set[UUID]) -> dict[UUID, UUID]:
    """Return who lives on behind the persons among these that were merged here."""
    steps: dict[UUID, UUID] = {}
    asked = keys
    while asked:
        merged = Person.objects.filter(pk__in=asked).exclude(merged_into=None)
        found = {key: heir for key, heir in merged.values_list("pk", "merged_into") if heir}
        steps |= found
        asked = set(found.values()) - steps.keys()
    return {key: _last_heir(key, steps) for key in keys if key in steps}


def _last_heir(key: UUID, steps: dict[UUID, UUID]) -> UUID:
    while key in steps:
        key = steps[key]
    return key


def _write_persons(links: Sequence[LinkRecord]) -> None:
    """Make the persons of links that nobody knows yet, by the longest name of their leads and accounts."""
    names = _names(links)
    persons = {one.person: one for one in links}
    run(
        statements.PERSONS,
        keys=array_of(persons),
        names=array_of(names.get(key, "") for key in persons),
        confidences=array_of(str(one.confidence) for one in persons.values()),
    )


def _names(links: Sequence[LinkRecord]) -> dict[UUID, str]:
    pks = {(one.source, one.source_pk): one.person for one in links}
    leads = Lead.objects.filter(source_pk__in=[pk for source, pk in pks if source is Source.CABINET])
    drivers = Driver.objects.filter(driver_id__in=[pk for source, pk in pks if source is Source.DRIVER])
    found: dict[UUID, str] = {}
    for source, known in (
        (Source.CABINET, leads.values_list("source_pk", "name_key")),
        (Source.DRIVER, drivers.values_list("driver_id", "name_key")),
    ):
        for pk, name in known:
            person = pks[source, pk]
            found[person] = max(found.get(person, ""), name, key=len)
    return found
