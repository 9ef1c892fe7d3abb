"""Counts that writers keep are compared with the contacts at night, and mended (Storage 5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from personas import actions
from personas.models import Contact, ContactPersona, JobTitle, Persona, PersonaDay
from personas.rules import JobKind
from tenants.jobs import actions as jobs
from tenants.models import Tenant, new_id
from tests.personas.importing import import_rows, work

NOTHING: dict[str, Any] = {"drifted": 0, "contacts": 0, "found": []}
RIGHT = {"personas": NOTHING, "titles": NOTHING}


@pytest.fixture
def people(in_acme: Tenant) -> Tenant:
    """A marketer and two divers."""
    titles = ("Gerente de Marketing", "Buzo", "Buzo")
    import_rows(in_acme, *(f"P{at},Q,,p{at}@x.example,Acme,{t}," for at, t in enumerate(titles)))
    return in_acme


def sums() -> dict[str, int]:
    """Return contacts by persona as the days tell it."""
    found: dict[str, int] = {}
    for day in PersonaDay.objects.select_related("persona"):
        found[day.persona.code] = found.get(day.persona.code, 0) + day.gained - day.lost
    return found


def test_what_writers_keep_is_right(people: Tenant) -> None:
    """Storage 5, P7, P8: imports, decisions by hand and new titles leave no drift."""
    contact = Contact.objects.get(job_title="Gerente de Marketing")
    actions.assign_persona(contact_id=contact.pk, persona=Persona.objects.get(is_default=True), by=new_id())
    actions.change_title(
        contact_id=Contact.objects.filter(job_title="Buzo")[0].pk, job_title="Gerente de Marketing"
    )
    assert actions.recount() == RIGHT


def test_drift_is_told_and_mended(people: Tenant) -> None:
    """Storage 5: today's row takes what was apart, so that the days before stay what they were."""
    yesterday = timezone.localdate() - timedelta(days=1)
    PersonaDay.objects.update(on=yesterday)
    PersonaDay.objects.filter(persona__code="mateo").update(gained=7)
    PersonaDay.objects.filter(persona__code="dc_marketing").delete()
    JobTitle.objects.filter(normalized="buzo").update(contacts_count=F("contacts_count") + 3)
    assert actions.recount() == {
        "personas": {
            "drifted": 2,
            "contacts": 6,
            "found": [
                {"name": "mateo", "counted": 7, "contacts": 2},
                {"name": "dc_marketing", "counted": 0, "contacts": 1},
            ],
        },
        "titles": {
            "drifted": 1,
            "contacts": 3,
            "found": [{"name": "buzo", "counted": 5, "contacts": 2}],
        },
    }
    assert sums() == {"mateo": 2, "dc_marketing": 1}
    assert PersonaDay.objects.get(persona__code="mateo", on=yesterday).gained == 7
    assert actions.recount() == RIGHT


def test_a_persona_that_nobody_has_is_mended_too(people: Tenant) -> None:
    """Storage 5: rows that went past the house."""
    ContactPersona.objects.filter(persona__code="dc_marketing").delete()
    assert actions.recount()["personas"]["found"] == [{"name": "dc_marketing", "counted": 1, "contacts": 0}]
    assert sums()["dc_marketing"] == 0


def test_nobody_is_no_drift(in_acme: Tenant) -> None:
    assert actions.recount() == RIGHT


def test_the_job_reports_the_drift(people: Tenant) -> None:
    """Storage 5: in its result."""
    PersonaDay.objects.all().delete()
    job = work(people, jobs.enqueue(kind=JobKind.RECOUNT))
    assert (job.state, job.error) == ("completed", "")
    assert (job.result or {})["personas"]["contacts"] == 3
