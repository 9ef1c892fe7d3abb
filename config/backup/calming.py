"""After a restoration nobody is called or deleted again: what was done since is not known here (C15, S18)."""

from django.db import transaction
from django.utils import timezone

from campaigns import actions
from campaigns.models import Campaign
from campaigns.rules import CampaignState
from config.backup.manifest import Schema
from tenants import actions as ground
from tenants.jobs.actions import call_off
from tenants.rules import JobKind
from tenants.scope import owner_scope, tenant_scope


def call_off_removals() -> int:
    """End removals that came back with an installation, open their organisations again; return how many.

    The copy that such a job made stays: it may be the only one of what was written since.
    """
    with owner_scope(), transaction.atomic():
        ended = call_off(kind=JobKind.REMOVE_TENANT)
        for job in ended:
            ground.reopen_tenant(key=job.params["tenant"], before=job.params["before"])
    return len(ended)


def pause_campaigns(schemas: list[Schema]) -> int:
    """Pause every running campaign of these tenants; return how many. A person looks, then resumes."""
    paused = 0
    for schema in schemas:
        with tenant_scope(schema.name):
            running = Campaign.objects.filter(state=CampaignState.RUNNING).values_list("code", flat=True)
            for code in list(running):
                actions.pause(code=code, now=timezone.now())
                paused += 1
    return paused
