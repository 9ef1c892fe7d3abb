"""Several jobs and people at the same leads at the same moment (I8, I9)."""

import pytest
from django.utils import timezone

from identity import actions
from identity.actions.linking.applying import Raced, apply
from identity.actions.linking.batches import decide_all
from identity.actions.linking.candidates import asked_again
from identity.actions.linking.ruleset import current_ruleset
from identity.actions.linking.stamping import Stamp
from identity.models import BacklogEvent, Identifier, Link, Origin, Person
from identity.rules import Source, Via
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.identity.fleet import a_driver, a_lead, a_person, linked

PHONE = "999888777"
JOBS, PERSONS, LEADS = 4, 12, 3


def decided(lead):
    found = asked_again(lead.id)
    assert found
    return decide_all([found], current_ruleset())


def stamp():
    return Stamp(Source.CABINET, Via.RECOVER, timezone.now(), current_ruleset())


@pytest.mark.usefixtures("in_acme")
def test_it_never_overwrites_who_was_faster():
    """I9: the lead was linked while this batch was deciding: an event says so, and the link stays."""
    a_driver(name="Ana Ruiz", phone=PHONE)
    lead, person = a_lead(name="Ana Ruiz", phone=PHONE), a_person("Ana Ruiz")
    late = decided(lead)
    linked(lead, person, via=Via.MANUAL)
    written = apply(late, stamp())
    assert [one.lead.id for one in written.lost] == [lead.id]
    assert written.matched == written.decided == []
    assert Link.objects.get(source=Source.CABINET).person_id == person.key
    assert AuditEntry.objects.get(verb="link_conflict").object_id == lead.source_pk
    assert BacklogEvent.objects.filter(source_pk=lead.source_pk).count() == 1


@pytest.mark.usefixtures("in_acme")
def test_it_looks_again_when_an_account_has_got_a_person_meanwhile():
    """I8: else one human being would be two persons."""
    driver = a_driver(name="Ana Ruiz", phone=PHONE)
    lead = a_lead(name="Ana Ruiz", phone=PHONE)
    late = decided(lead)
    linked(driver, a_person("Ana Ruiz"))
    with pytest.raises(Raced):
        apply(late, stamp())


@pytest.mark.real_roles
def test_many_jobs_make_one_person_and_one_link_each(acme):
    """I8: unique constraints decide; nobody is made twice, nothing is lost."""
    with tenant_scope(acme.schema_name):
        numbers = []
        for one in range(PERSONS):
            document, phone = f"4000000{one:02}", f"9998887{one:02}"
            a_driver(name=f"Ana Ruiz{one}", phone=phone, document=document)
            a_driver(name=f"Ana Ruiz{one}", document=document, park="cusco")
            leads = [a_lead(name=f"Ana Ruiz{one}", phone=phone) for _lead in range(LEADS)]
            numbers += [lead.id for lead in leads]

    def job(number):
        # Every job goes another way round; the leads of a person lie in different batches.
        mine = sorted(numbers, key=lambda lead: (lead * (2 * number + 7)) % 101)
        with tenant_scope(acme.schema_name):
            batches = [mine[first : first + 5] for first in range(0, len(mine), 5)]
            return sum(
                actions.link_leads(leads=batch, via=Via.RECOVER, now=timezone.now()).errors
                for batch in batches
            )

    assert at_once(JOBS, job) == [0] * JOBS
    with tenant_scope(acme.schema_name):
        actions.link_leads(leads=numbers, via=Via.RECOVER, now=timezone.now())
        assert Link.objects.filter(source=Source.CABINET).count() == PERSONS * LEADS
        assert Link.objects.filter(source=Source.DRIVER).count() == PERSONS * 2
        holders = Link.objects.values_list("person", flat=True)
        assert Person.objects.count() == len(set(holders)) == PERSONS
        assert Origin.objects.count() == Identifier.objects.count() == PERSONS
        assert BacklogEvent.objects.filter(kind="matched_by_recovery").count() == PERSONS * LEADS
