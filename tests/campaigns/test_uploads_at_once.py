"""Files that come in at the same moment: the same upload, and the same people, once (C9, C10)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from campaigns import actions
from campaigns.actions import Upload
from campaigns.models import Campaign, Entry
from campaigns.queries import tallies_adrift
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.campaigns.uploading import a_payer, people

pytestmark = pytest.mark.real_roles
NOW = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)


def upload(acme: Tenant, name: str) -> str:
    with tenant_scope(acme.schema_name):
        asked = Upload("acc-test-001", people(20), "lista.csv", name=name)
        return str(actions.create_from_file(upload=asked, now=NOW).campaign.code)


def test_the_same_upload_sent_by_many_is_one_campaign(acme: Tenant) -> None:
    """C10: whoever comes second finds the first."""
    with tenant_scope(acme.schema_name):
        a_payer()
    codes = at_once(6, lambda _number: upload(acme, "Una"))
    assert len(set(codes)) == 1
    with tenant_scope(acme.schema_name):
        assert (Campaign.objects.count(), Entry.objects.count()) == (1, 20)


@pytest.mark.services
def test_the_same_people_in_many_files_come_in_once(acme: Tenant) -> None:
    """C9: two files at once cannot both miss a person and both take it."""
    with tenant_scope(acme.schema_name):
        a_payer()
    at_once(6, lambda number: upload(acme, f"Lista {number}"))
    with tenant_scope(acme.schema_name):
        assert (Campaign.objects.count(), Entry.objects.count()) == (6, 20)
        assert Campaign.objects.filter(state="ready").count() == 1
        assert tallies_adrift() == []
    connection.close()
