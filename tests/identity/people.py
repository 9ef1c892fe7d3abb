"""People and leads for tests of the API: requests open the tenant themselves, so rows are made before."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from identity import actions
from identity.rules import Via
from tenants.scope import tenant_scope
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, a_scout, linked

HERE = "/api/v1/identity"


@pytest.fixture
def inside(acme):
    """Open Acme for a few lines: `with inside(): …`."""
    return partial(tenant_scope, acme.schema_name)


@pytest.fixture
def ana(inside):
    """Ana: a lead, an account and a registration, an origin in dispute, a phone."""
    with inside():
        person = a_person("Ana Ruiz", phone="56912345678")
        linked(a_lead("L-ana"), person)
        linked(a_driver("d-ana"), person)
        linked(a_scout("S-ana"), person)
        actions.decide_origins(persons=[person.pk], now=timezone.now())
        return person


@pytest.fixture
def reds(inside):
    """Three leads tried in vain: nobody found, nothing to look for, undated."""
    with inside():
        found = [
            a_lead("R-phone", name="Eva Paz", document="D1"),
            a_lead("R-bare", on=DAY + timedelta(7)),
            a_lead("R-undated", on=None),
        ]
        actions.link_leads(leads=[one.pk for one in found], via=Via.RECOVER, now=timezone.now())
        return found
