"""Several people decide about the same contact at the same moment (P7, P8, P11)."""

from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from personas import actions
from personas.models import Contact, ContactPersona, Persona, PersonaChange
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.personas.importing import ANA, import_rows

pytestmark = pytest.mark.real_roles


@pytest.fixture
def ana(acme: Tenant) -> int:
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        return Contact.objects.get().pk


@pytest.mark.services
def test_nobody_waits_for_another_in_a_circle(acme: Tenant, alice: User, ana: int) -> None:
    """P7, P8, P11: whatever is done to a contact, by whoever at once, is done."""
    who: dict[str, Any] = {"contact_id": ana, "by": alice.id}
    acts = (
        lambda: actions.lock_contact(**who),
        lambda: actions.lock_contact(**who, locked=False),
        lambda: actions.discard(**who),
        lambda: actions.qualify(**who, persona="dc_medicas", reclassify_existing=True),
        lambda: actions.change_contact(**who, changes={"job_title": "Gerente de zona sur"}),
        lambda: actions.change_contact(**who, changes={"persona": "dc_generales"}),
    )

    def act(number: int) -> None:
        with tenant_scope(acme.schema_name):
            acts[number % len(acts)]()

    at_once(3 * len(acts), act)


def test_a_lock_that_waited_for_a_new_persona_keeps_it(acme: Tenant, alice: User, ana: int) -> None:
    """P7: a lock sets its flag and leaves the persona, also one that was given while it waited."""
    given = Barrier(2)

    def act(number: int) -> None:
        with tenant_scope(acme.schema_name):
            if number:
                given.wait(timeout=30)
                actions.lock_contact(contact_id=ana, by=alice.id)
                return
            with transaction.atomic():
                other = Persona.objects.get(code="dc_medicas")
                ContactPersona.objects.filter(contact=ana).update(persona=other)
                given.wait(timeout=30)
                while not _somebody_waits():
                    sleep(0.01)

    at_once(2, act)
    with tenant_scope(acme.schema_name):
        kept = ContactPersona.objects.select_related("persona").get()
        assert (kept.persona.code, kept.locked) == ("dc_medicas", True)
        assert PersonaChange.objects.count() == 1


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        return bool(cursor.fetchone()[0])
