"""A file of drivers and a linking job at the same moment: no lead sleeps through new evidence (I7c)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from identity import actions
from identity.models import Case, Driver, Lead, Link
from identity.rules import IdentifierKind, Via
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead

pytestmark = pytest.mark.real_roles


def link(tenant: Tenant, lead: int, started: Event) -> None:
    """Try to link a lead, in a thread of its own."""
    try:
        with tenant_scope(tenant.schema_name), transaction.atomic():
            now = timezone.now()
            started.set()
            actions.link_leads(leads=[lead], via=Via.RECOVER, now=now, force=True)
    finally:
        connection.close()


def test_a_try_waits_for_a_file_that_is_being_written(acme: Tenant) -> None:
    """The try begins before the file is committed, and sees it all the same."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L1", name="Ana Ruiz", phone="999888777")
        started = Event()
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                actions.hold_evidence()
                a_driver("d1", name="Ana Ruiz", phone="999888777")
                trying = pool.submit(link, acme, lead.pk, started)
                assert started.wait(10)
                with pytest.raises(TimeoutError):
                    trying.result(timeout=0.5)
            trying.result(timeout=10)
        assert Link.objects.filter(source_pk="L1").exists()


@pytest.mark.services
def test_a_file_waits_for_a_try_and_wakes_its_lead(acme: Tenant) -> None:
    """The try has read before the file came: its lead is awake afterwards."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L1", name="Ana Ruiz", phone="999888777")
        before = timezone.now() - timedelta(seconds=1)
        actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=before)
        driver = a_driver("d1", name="Ana Ruiz", phone="999888777")
        key = Driver.objects.get(pk=driver.pk).phone_key
        assert actions.wake_by_keys(keys={IdentifierKind.PHONE: [key, ""]}) == 1
        case = Case.objects.get(lead=lead)
        assert case.woken_at is not None
        assert case.tried_at is not None
        assert case.woken_at > case.tried_at
        assert actions.wake_by_keys(keys={IdentifierKind.PHONE: [key]}) == 0, "it waits already"
        tally = actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
        assert tally.matched == 1
        assert not Lead.objects.red().exists()
