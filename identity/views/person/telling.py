"""Identity's share of a person: who it is, each lead with its link or why it has none, what happened (W1)."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from identity.models import Case, Driver, Identifier, Lead, Link, Person, PersonChange
from identity.models.cases import CASE_STATE_LABELS
from identity.models.words import (
    BACKLOG_EVENT_LABELS,
    CONFIDENCE_LABELS,
    IDENTIFIER_LABELS,
    RULE_LABELS,
    SOURCE_LABELS,
    VIA_LABELS,
)
from identity.queries.known_by import Past, Rows, past_of, rows_by_number
from identity.queries.words import LIMBO_REASON_LABELS
from identity.rules import CaseState, Source
from identity.views.person.finding import DRIVER, LEAD, PERSON, lead_page, person_page
from tenants.display.persons import Asked, Event, Fact, Held, Key, Part, Section

MOST_EVENTS = 100


def tell(rows: Sequence[Held], _keys: Collection[Key], asked: Asked) -> Part:
    """Tell persons, leads and accounts, and what happened to them. Eight queries; none for nobody."""
    if not rows:
        return Part()
    found = rows_by_number(
        persons=[UUID(one.row) for one in rows if one.of == PERSON],
        leads=[one.row for one in rows if one.of == LEAD],
        drivers=[one.row for one in rows if one.of == DRIVER],
    )
    past = past_of(rows=found, most=MOST_EVENTS)
    return Part(list(_sections(found, past, asked)), list(_events(found, past, asked)))


def _sections(rows: Rows, past: Past, asked: Asked) -> Iterator[Section]:
    for person in rows.persons:
        facts = _of_person(person, rows.identifiers.get(person.pk, ()))
        yield Section(PERSON, _("Person: %s") % person, list(facts), person_page(person.pk, asked))
    for lead in rows.leads:
        link = rows.links.get((Source.CABINET, lead.source_pk))
        told = _of_link(link, lead_page(lead.pk)) if link else _of_red(lead, past.cases.get(lead.pk))
        yield Section(LEAD, _("Lead: %s") % lead.source_pk, [*_of_lead(lead), *told], lead_page(lead.pk))
    for driver in rows.drivers:
        link = rows.links.get((Source.DRIVER, driver.driver_id))
        known = [*_of_driver(driver, asked), *(_of_link(link, "") if link else ())]
        yield Section(DRIVER, _("Driver account: %s") % driver.driver_id, known)


def _of_person(person: Person, known: Sequence[Identifier]) -> Iterator[Fact]:
    yield Fact("confidence", _("Confidence"), str(CONFIDENCE_LABELS.get(person.confidence, "")))
    origin = getattr(person, "origin", None)
    if origin is not None:
        yield Fact("origin", _("Origin"), f"{SOURCE_LABELS.get(origin.kind, '')} {origin.source_pk}")
    for one in known:
        sole = _("one holder") if one.is_sole else ""
        value = f"{one.value} ({sole})" if sole else one.value
        yield Fact(str(one.kind), str(IDENTIFIER_LABELS[one.kind]), value)


def _of_lead(lead: Lead) -> Iterator[Fact]:
    yield Fact("name", _("Name"), lead.name)
    yield Fact("phone", _("Phone"), lead.phone)
    yield Fact("document", _("Document"), lead.document)
    yield Fact("email", _("E-mail"), lead.email)


def _of_driver(driver: Driver, asked: Asked) -> Iterator[Fact]:
    yield Fact("name", _("Name"), driver.name)
    yield Fact("park", _("Park"), driver.park)
    hired = asked.formats.day(driver.hired_on) if driver.hired_on else ""
    yield Fact("hired_on", _("Hired"), hired)


def _of_link(link: Link, page: str) -> Iterator[Fact]:
    confidence = CONFIDENCE_LABELS.get(link.confidence, link.confidence)
    words = f"{RULE_LABELS.get(link.rule, link.rule)} · {link.score} · {confidence}"
    yield Fact("link", _("Why this person"), words, f"{page}#why" if page else "")
    yield Fact("linked_at", str(VIA_LABELS.get(link.via, link.via)), at=link.linked_at)


def _of_red(lead: Lead, case: Case | None) -> Iterator[Fact]:
    page = f"{lead_page(lead.pk)}#why"
    if case is None:
        yield Fact("red", _("Why it is red"), _("Nobody has tried to match it yet."), page, "warn")
        return
    reason = str(LIMBO_REASON_LABELS.get(case.reason, case.reason))
    state = str(CASE_STATE_LABELS[CaseState(case.state)])
    yield Fact("red", _("Why it is red"), f"{reason} · {state}", page, "warn")


def _events(rows: Rows, past: Past, asked: Asked) -> Iterator[Event]:
    pages = {lead.source_pk: lead_page(lead.pk) for lead in rows.leads}
    for lead in rows.leads:
        at = lead.happened_at or lead.created_at
        yield Event(at, "identity", "lead_came", _("Came as a lead"), lead.source_pk, pages[lead.source_pk])
    for link in rows.links.values():
        rule = str(RULE_LABELS.get(link.rule, link.rule))
        what = _("Linked: %s") % SOURCE_LABELS.get(link.source, link.source)
        page = pages.get(link.source_pk, "") if link.source == Source.CABINET else ""
        yield Event(link.linked_at, "identity", "linked", what, f"{link.source_pk} · {rule}", page)
    for move in past.backlog:
        what = _("Red backlog: %s") % BACKLOG_EVENT_LABELS[move.kind]
        page = f"{pages[move.source_pk]}#events"
        yield Event(move.happened_at, "identity", f"backlog_{move.kind}", what, move.source_pk, page)
    for change in past.changes:
        yield _changed(change, asked)


def _changed(change: PersonChange, asked: Asked) -> Event:
    what = _("Two persons became one") if change.verb == "merge" else _("One person became two")
    detail = f"{_('taken back')} · {change.note}" if change.undone_at else change.note
    page = person_page(change.kept_id, asked)
    return Event(change.created_at, "identity", f"person_{change.verb}", what, detail, page)
