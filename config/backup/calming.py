"""After a restoration nobody is called or deleted again: what was done since is not known here (C15, S18)."""

from django.db import connection, transaction

from campaigns.models import Campaign
from campaigns.rules import CampaignState
from config.backup.manifest import Schema
from tenants import actions as ground
from tenants.jobs.actions import call_off
from tenants.records.actions import note
from tenants.rules import JobKind
from tenants.scope import owner_scope, tenant_scope

PAUSE = """
    UPDATE {schema}.campaigns_campaign SET state = %s, paused_at = now() WHERE state = %s RETURNING id
"""


def call_off_removals() -> int:
    """End removals that came back with an installation, open their organisations again; return how many.

    The copy that such a job made stays: it may be the only one of what was written since.
    """
    with owner_scope(), transaction.atomic():
        ended = call_off(kind=JobKind.REMOVE_TENANT)
        for job in ended:
            ground.reopen_tenant(key=job.params["tenant"], before=job.params["before"])
    return len(ended)


def pause_campaigns(schema: Schema) -> list[int]:
    """Pause a tenant's running campaigns in the transaction that brings its rows; return their numbers.

    Owner's scope. Its tables are those of the backup's release, so only what has been in them ever since is
    named; who comes after a kill or a failed migration finds them paused. A person looks, then resumes.
    """
    if not any(app == Campaign._meta.app_label for app, _name in schema.migrations):
        return []
    with connection.cursor() as cursor:
        home = connection.ops.quote_name(schema.name)
        cursor.execute(PAUSE.format(schema=home), [CampaignState.PAUSED.value, CampaignState.RUNNING.value])
        return [number for (number,) in cursor.fetchall()]


def note_paused(paused: dict[str, list[int]]) -> int:
    """Write into each tenant's history what was paused in it; return how many. Its tables are at head."""
    for schema, numbers in paused.items():
        with tenant_scope(schema):
            for number in numbers:
                note(verb="pause", of="campaign", id=number)
    return sum(map(len, paused.values()))
