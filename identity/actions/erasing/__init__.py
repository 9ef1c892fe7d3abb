"""What identity knows of a person, handed out and erased: rows stay as numbers without the person (S19)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from identity.actions.erasing import statements
from identity.actions.erasing.knowing import Known, known_by
from identity.actions.evidence import hold_evidence
from identity.actions.linking.sql import rows, run
from identity.models import (
    Case,
    Claim,
    Driver,
    FleetImport,
    Identifier,
    Lead,
    Link,
    Origin,
    Person,
    PersonChange,
    RefusedRow,
    ScoutRegistration,
    TripDay,
)
from identity.queries.phones import whole_number
from identity.rules import Source
from tenants.records.actions import hold_uploads
from tenants.records.erasure import BLANK, Fate, Finding, Order, PersonKeys, Rows, Trace, others
from tenants.records.models import StoredFile
from tenants.records.queries import rows_naming, told

# What a merge or a split wrote down of rows, and would say again of the person.
SAYING = frozenset({"value", "note", "source_pk"})


class IdentityTraces:
    """Leads, registrations, accounts and the persons they are, by document, phone and e-mail."""

    app = "identity"
    models = (
        *("identity.Lead", "identity.ScoutRegistration", "identity.Driver", "identity.TripDay"),
        *("identity.Person", "identity.Identifier", "identity.PersonChange", "identity.MergeProposal"),
        *("identity.Link", "identity.Origin", "identity.OriginChange", "identity.Case", "identity.Verdict"),
        *("identity.QueueItem", "identity.BacklogEvent", "identity.Claim", "identity.RefusedRow"),
    )

    def found(self, keys: PersonKeys) -> Finding:
        """Count sightings, persons, refused rows and files. Some fifteen queries."""
        known, refused = known_by(keys), rows_naming(RefusedRow, "cells", keys)
        persons = _unblanked(known).count()
        sightings = _counted(known)
        files = _files(_idle()) if known.count or refused else []
        claims = _claims(known).count()
        counted = (
            *(Trace(label, count, Fate.EMPTIED) for label, count in sightings.items()),
            Trace("identity.Person", persons, Fate.EMPTIED),
            Trace("identity.RefusedRow", len(refused)),
            Trace("records.StoredFile", len(files)),
            Trace("identity.Claim", claims, Fate.STAYS),
        )
        return Finding(tuple(one for one in counted if one.count), known.count, _also(known, keys))

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return sightings, persons and what hangs on them."""
        known = known_by(keys)
        leads, scouts, drivers = (known.sightings[source] for source in _SOURCES)
        theirs = {"person__in": known.persons}
        accounts = Driver.objects.filter(pk__in=drivers).values("driver_id")
        found: dict[str, QuerySet[Any]] = {
            "identity.Lead": Lead.objects.filter(pk__in=leads),
            "identity.ScoutRegistration": ScoutRegistration.objects.filter(pk__in=scouts),
            "identity.Driver": Driver.objects.filter(pk__in=drivers),
            "identity.TripDay": TripDay.objects.filter(driver_id__in=accounts),
            "identity.Person": Person.objects.filter(pk__in=known.persons),
            "identity.Identifier": Identifier.objects.filter(**theirs),
            "identity.Link": Link.objects.filter(**theirs),
            "identity.Origin": Origin.objects.filter(**theirs),
            "identity.Case": Case.objects.filter(lead__in=leads),
            "identity.Claim": _claims(known),
            "identity.RefusedRow": RefusedRow.objects.filter(pk__in=rows_naming(RefusedRow, "cells", keys)),
        }
        return {label: told(asked) for label, asked in found.items()}

    def erased(self, order: Order) -> Mapping[str, int]:
        """Blank sightings and persons, rename what names them, delete identifiers and refused rows."""
        # What is uploaded at this moment is seen, too.
        hold_uploads()
        # Nobody links or writes sightings meanwhile: what is known now is all.
        hold_evidence()
        known, refused = known_by(order.keys), rows_naming(RefusedRow, "cells", order.keys)
        # Held, so that none is started while its bytes go; one that was started meanwhile is none of them.
        idle = _idle().order_by("pk").select_for_update(no_key=True)
        files = _files(idle) if known.count or refused else []
        counts = _counted(known) | {"identity.Person": len(known.persons)}
        if known.count:
            _blank(known)
        return counts | {
            "identity.RefusedRow": RefusedRow.objects.filter(pk__in=refused).delete()[0],
            "records.StoredFile": StoredFile.objects.filter(pk__in=files).only("pk").delete()[0],
        }


_SOURCES = (Source.CABINET, Source.SCOUT, Source.DRIVER)


def _blank(known: Known) -> None:
    leads, scouts, drivers = (list(known.sightings[source]) for source in _SOURCES)
    ids = {"leads": leads, "scouts": scouts, "drivers": drivers, "persons": list(known.persons)}
    renamed = rows(statements.RENAMED, **ids)
    run(statements.BLANK_LEADS, ids=leads)
    run(statements.BLANK_SCOUTS, ids=scouts)
    run(statements.BLANK_DRIVERS, ids=drivers)
    if renamed:
        sources, old, new = (list(column) for column in zip(*renamed, strict=True))
        for statement in statements.RENAME:
            run(statement, sources=sources, old=old, new=new)
    run(statements.CLOSE_CASES, ids=leads)
    run(statements.BLANK_VERDICTS, leads=leads, drivers=drivers, persons=ids["persons"])
    run(statements.BLANK_REPLACED, drivers=drivers, persons=ids["persons"])
    run(statements.BLANK_PERSONS, persons=ids["persons"])
    run(statements.FORGET_IDENTIFIERS, persons=ids["persons"])
    _blank_changes(known)


def _blank_changes(known: Known) -> None:
    """Let merges and splits say no more of the person; one that moved a key can no longer be taken back."""
    asked = Q(kept__in=known.persons) | Q(other__in=known.persons)
    for change in PersonChange.objects.filter(asked):
        PersonChange.objects.filter(pk=change.pk).update(moved=_unsaid(change.moved), note="")


def _unsaid(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: BLANK if name in SAYING and one else _unsaid(one) for name, one in value.items()}
    return [_unsaid(one) for one in value] if isinstance(value, list) else value


def _unblanked(known: Known) -> QuerySet[Person]:
    held = Q(identifiers__isnull=False) | ~Q(name="")
    return Person.objects.filter(held, pk__in=known.persons).distinct()


def _counted(known: Known) -> dict[str, int]:
    labels = ("identity.Lead", "identity.ScoutRegistration", "identity.Driver")
    return {label: len(known.sightings[source]) for label, source in zip(labels, _SOURCES, strict=True)}


def _claims(known: Known) -> QuerySet[Claim]:
    leads = Lead.objects.filter(pk__in=known.sightings[Source.CABINET]).values("source_pk")
    return Claim.objects.filter(Q(person__in=known.persons) | Q(source_pk__in=leads))


def _idle() -> QuerySet[FleetImport]:
    """Return imports whose file nobody reads: which of them name the person, nobody has written down."""
    return FleetImport.objects.idle().filter(file__isnull=False)


def _files(imports: QuerySet[FleetImport]) -> list[Any]:
    return list(imports.values_list("file", flat=True))


def _also(known: Known, keys: PersonKeys) -> frozenset[tuple[str, str]]:
    """Return other documents, phones and e-mails of the persons, in the form in which they are compared."""
    asked = {"document", "phone", "email"}
    held = Identifier.objects.filter(person__in=known.persons, kind__in=asked)
    named = set(held.values_list("kind", "value"))
    for source, model in ((Source.CABINET, Lead), (Source.DRIVER, Driver)):
        own = model.objects.filter(pk__in=known.sightings[source])
        for phone, document, email in own.values_list("phone_key", "document_key", "email_key"):
            named |= {("phone", phone), ("document", document), ("email", email)}
    told_as = {(kind, whole_number(value) if kind == "phone" else value) for kind, value in named if value}
    return others(told_as, keys)
