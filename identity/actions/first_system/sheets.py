"""Leads, registrations, drivers, trips and claims of the first identity system: as files bring them (F10)."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from identity.actions.first_system.keys import (
    lead_keys,
    leads_of_drivers,
    leads_of_persons,
    remember_rows,
    row_numbers,
)
from identity.actions.first_system.rows import Rows, text_of
from identity.actions.first_system.session import Session
from identity.actions.importing.writing import Writing, Written, write_records, write_registrations
from identity.imports import (
    READERS,
    VOCABULARIES,
    ClaimRecord,
    Record,
    RowReason,
    Unacceptable,
    describe_reason,
)
from identity.imports.cabinet import WORDS, CabinetReason
from identity.rules import ROW_PREFIX, Became, ImportKind
from tenants.records.rules import Fate, SourceDocument, Taken

FATES = {
    Became.CREATED: Fate.CREATED,
    Became.UPDATED: Fate.UPDATED,
    Became.UNCHANGED: Fate.UNCHANGED,
    Became.KEPT: Fate.UNCHANGED,
    Became.SUPERSEDED: Fate.SKIPPED,
}
LATE = "late"


@cache
def words() -> Mapping[str, str]:
    """Return the reasons of rows in words, not translated yet."""
    with override("en"):
        told = {str(reason): describe_reason(reason) for reason in RowReason}
    return {**told, **WORDS, LATE: _("kept; the driver or lead that it names is not here yet")}


class Sheet(Rows):
    """Rows of one kind of files, from a table."""

    kind: ClassVar[ImportKind]
    # The columns that name a row for the report.
    named_by: ClassVar[Sequence[str]] = ()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.vocabulary = VOCABULARIES[self.kind]
        self.words = words()

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Write the rows of some documents in one transaction; say what became of each, in their order."""
        values = [self.values(document) for document in documents]
        with self.alone():
            self.complete(documents, values)
            read = [self._read(one) for one in values]
            good = [place for place, one in enumerate(read) if not isinstance(one, RowReason)]
            written = self.write([documents[place] for place in good], [read[place] for place in good])
        places = {place: number for number, place in enumerate(good)}
        told = []
        for place, one in enumerate(read):
            id = self._id(documents[place], values[place])
            if isinstance(one, RowReason):
                told.append(Taken(id, Fate.ERROR, reason=str(one)))
            else:
                told.append(self._taken(id, written, places[place], one))
        return told

    def complete(self, documents: Sequence[SourceDocument], values: Sequence[dict[str, str]]) -> None:
        """Fill in what other rows know of these."""

    def write(self, documents: Sequence[SourceDocument], records: Sequence[Any]) -> Written:
        """Write the records."""
        return write_records(self.kind, records, writing=self.writing)

    @property
    def writing(self) -> Writing:
        """On whose behalf is written."""
        return Writing(self.session.currency, dry_run=self.session.dry_run)

    def _read(self, values: Mapping[str, str]) -> Record | RowReason:
        try:
            return READERS[self.kind](values, self.session.terms)
        except Unacceptable as error:
            return error.reason

    def _id(self, document: SourceDocument, values: Mapping[str, str]) -> str:
        return " ".join(filter(None, (values.get(column, "") for column in self.named_by))) or document.id

    def _taken(self, id: str, written: Written, place: int, record: Any) -> Taken:
        became = written.became[place]
        reason = str(CabinetReason.REPEATED) if became is Became.SUPERSEDED else ""
        notes = [str(CabinetReason.ANSWERED_HERE)] if became is Became.KEPT else []
        if place in written.late and not self.is_expected(record):
            notes.append(LATE)
        return Taken(id, FATES[became], reason=reason, notes=tuple(notes))

    def is_expected(self, record: Any) -> bool:
        """Say whether a dry run has seen the driver or lead that a late row names."""
        return False


class Leads(Sheet):
    """Leads of the cabinet. One without an external id is known again by the number of its row there."""

    name = "leads"
    found_as = ("module_ct_cabinet_leads", "cabinet_leads", "leads")
    kind = ImportKind.LEADS
    named_by = ("external_id",)

    def write(self, documents: Sequence[SourceDocument], records: Sequence[Any]) -> Written:
        """Write the leads, and remember the numbers of those without an external id."""
        nameless = {
            place: text_of(row.fields.get("id"))
            for place, (row, one) in enumerate(zip(documents, records, strict=True))
            if not one.external_id and text_of(row.fields.get("id"))
        }
        known = row_numbers(self.session.system, nameless.values())
        numbers = {place: known[row] for place, row in nameless.items() if row in known}
        written = write_registrations(self.kind, records, writing=self.writing, numbers=numbers)
        if not self.session.dry_run:
            found = {
                nameless[place]: written.numbers[place] for place in nameless if place in written.numbers
            }
            remember_rows(self.session.system, found)
        for one in records:
            self.session.see("lead", one.external_id)
        for row in nameless.values():
            self.session.see("lead", row)
        return written


class Scouts(Sheet):
    """Scouting registrations."""

    name = "scouts"
    found_as = ("module_ct_scouting_daily", "scouting_daily", "scouts")
    kind = ImportKind.SCOUTS
    named_by = ("external_id",)


class Drivers(Sheet):
    """Driver accounts."""

    name = "drivers"
    found_as = ("drivers",)
    kind = ImportKind.DRIVERS
    named_by = ("driver_id",)

    def write(self, documents: Sequence[SourceDocument], records: Sequence[Any]) -> Written:
        """Write the accounts; what waits for one of their keys is woken."""
        for one in records:
            self.session.see("driver", one.driver_id)
        return super().write(documents, records)


class Trips(Sheet):
    """Completed trips by day."""

    name = "trips"
    found_as = ("summary_daily", "trips")
    kind = ImportKind.TRIPS
    named_by = ("driver_id", "day")

    def is_expected(self, record: Any) -> bool:
        """Say whether a dry run has seen the account."""
        return self.session.has_seen("driver", record.driver_id)


class Claims(Sheet):
    """Claims; one that names a person or driver belongs to that person's earliest lead."""

    name = "claims"
    found_as = ("canon.claims", "claims", "cabinet_claims", "cabinet_milestone_claims")
    kind = ImportKind.CLAIMS
    named_by = ("external_id", "milestone")

    def complete(self, documents: Sequence[SourceDocument], values: Sequence[dict[str, str]]) -> None:
        """Find the lead where a row names only the person or the driver, or its lead's row over there."""
        for column, find in (("person_key", leads_of_persons), ("driver_id", leads_of_drivers)):
            asked = {
                place: text_of(row.fields.get(column))
                for place, (row, one) in enumerate(zip(documents, values, strict=True))
                if not one.get("external_id") and text_of(row.fields.get(column))
            }
            found = find(asked.values()) if asked else {}
            for place, key in asked.items():
                values[place]["external_id"] = found.get(key, "")
        keys = lead_keys(
            self.session.system, {one["external_id"] for one in values if one.get("external_id")}
        )
        for one in values:
            one["lead"] = keys.get(one.get("external_id", ""), "")

    def _read(self, values: Mapping[str, str]) -> Record | RowReason:
        # The key of a lead without an external id is no external id, so it is put in afterwards.
        told = values.get("external_id", "")
        is_row = values["lead"].startswith(ROW_PREFIX)
        record = super()._read({**values, "external_id": "row" if is_row else told})
        if isinstance(record, ClaimRecord) and is_row:
            record.source_pk = values["lead"]
        return record

    def is_expected(self, record: Any) -> bool:
        """Say whether a dry run has seen the lead."""
        return self.session.has_seen("lead", record.source_pk)
