"""Debtors and jobs of the first calling system: people of campaigns, whom a migration never lets call."""

from collections.abc import Mapping, Sequence

from campaigns.actions.first_system.past import History
from campaigns.actions.first_system.persons import Somebody, somebody_of
from campaigns.actions.first_system.shelf import Shelf
from campaigns.imports.first_system import (
    DEBTOR_FIELDS,
    JOB_FIELDS,
    PastReason,
    PersonRecord,
    read_debtor,
    read_job,
)
from campaigns.models import Campaign
from campaigns.rules import HELD
from personas.actions.first_system.documents import Read
from tenants.records.rules import Fate, Taken


class People(History[PersonRecord]):
    """One person of one campaign a document; a person who stands there already is that one."""

    def decide(self, read: Sequence[Read[PersonRecord]]) -> list[Taken]:
        """Find or make the entry of each document and write them all."""
        codes = {one.record.batch for one in read}
        there = Campaign.objects.filter(code__in=codes).select_related("account")
        campaigns = {one.code: one for one in there} | self.past.campaigns
        persons = {one.id: self._person(one.record, campaigns) for one in read}
        shelf = Shelf(self.session, self.past, [one for one in persons.values() if one])
        taken = [self._take(one, campaigns.get(one.record.batch), persons[one.id], shelf) for one in read]
        shelf.write()
        # An entry that was just made has its number only now.
        return [one.settled(each.fate, target=each.target or shelf.number_of(one.id), reason=each.reason,
                            detail=each.detail, notes=each.notes)
                for one, each in zip(read, taken, strict=True)]  # fmt: skip

    def _person(self, record: PersonRecord, campaigns: Mapping[str, Campaign]) -> Somebody | None:
        campaign = campaigns.get(record.batch)
        return somebody_of(record, campaign) if campaign else None

    def _take(
        self, one: Read[PersonRecord], campaign: Campaign | None, person: Somebody | None, shelf: Shelf
    ) -> Taken:
        record = one.record
        if campaign is None or person is None:
            return one.settled(Fate.ERROR, reason=str(PastReason.BATCH_MISSING), detail=record.batch)
        if not person.key:
            return one.settled(Fate.ERROR, reason=str(PastReason.PERSON_UNUSABLE))
        if record.call and record.call.state is None:
            return one.settled(Fate.ERROR, reason=str(PastReason.STATUS_UNKNOWN), detail=record.call.status)
        if one.target is not None and not shelf.has(person):
            return one.settled(Fate.SKIPPED, reason=str(PastReason.DELETED_HERE))
        return self._settled(one, person, shelf)

    def _settled(self, one: Read[PersonRecord], person: Somebody, shelf: Shelf) -> Taken:
        """Let the entry stand as the document says, unless it went on here."""
        record, draft = one.record, shelf.draft_of(one.id, person)
        fate = Fate.UPDATED if draft.is_known else Fate.CREATED
        is_twin = draft.is_known and one.target is None and record.call is None
        draft.complete(person, record)
        notes = [*record.issues, *person.issues, *([str(PastReason.MERGED)] if is_twin else [])]
        notes += draft.stand(record, person, system=self.session.system)
        draft.is_met = True
        if draft.entry.state in HELD:
            notes.append(str(PastReason.HELD))
        return one.settled(fate, notes=tuple(dict.fromkeys(notes)))


class Debtors(People):
    """Whoever owes something in a batch; without a job nobody called them."""

    name = "debtors"
    found_as = ("debtors",)
    fields: Mapping[str, str] = DEBTOR_FIELDS

    def read(self, fields: Mapping[str, object]) -> PersonRecord:
        """Return the person of a document."""
        return read_debtor(fields)


class Jobs(People):
    """What came of a person's calls: ended ones are history, others wait for a person."""

    name = "jobs"
    found_as = ("jobs", "call_jobs")
    fields: Mapping[str, str] = JOB_FIELDS

    def read(self, fields: Mapping[str, object]) -> PersonRecord:
        """Return the person of a document, and the calls."""
        return read_job(fields)
