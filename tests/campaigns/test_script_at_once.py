"""V7: many people at one script at one moment."""

import pytest

from campaigns import actions, queries
from campaigns.actions import Wording
from campaigns.models import ScriptVersion
from tenants.models import Tenant
from tenants.records.models import AuditEntry
from tenants.rules import Refused
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.campaigns.wording import LAWFUL, NOW, a_draft

pytestmark = pytest.mark.real_roles
MANY = 8


def together(acme: Tenant, act):
    """Do it from many threads; return what came of each, refusals too."""

    def one(number):
        with tenant_scope(acme.schema_name):
            try:
                return act(number)
            except Refused as refusal:
                return refusal.code

    return at_once(MANY, one)


def test_versions_are_counted_one_by_one(acme):
    """V7: eight writers make eight versions, without a gap and without a refusal."""
    with tenant_scope(acme.schema_name):
        script = a_draft().script_id
    made = together(
        acme, lambda n: actions.write_version(script_id=script, wording=Wording(f"{LAWFUL} {n}")).number
    )
    assert sorted(made) == list(range(2, MANY + 2))


def test_a_version_is_approved_by_one_person(acme):
    """V7: one moment, one line in the log; a name is given to one script only."""
    with tenant_scope(acme.schema_name):
        script = a_draft().script_id
    together(acme, lambda _n: actions.approve_version(script_id=script, number=1, now=NOW).state)
    names = together(acme, lambda n: a_draft("Uno solo", f"{LAWFUL} {n}").number)
    with tenant_scope(acme.schema_name):
        assert queries.version(script_id=script).approved_at == NOW
        assert AuditEntry.objects.filter(object_type="script", verb="approve").count() == 1
        assert ScriptVersion.objects.count() == 2
    assert sorted(map(str, names)) == ["1", *["script_exists"] * (MANY - 1)]
