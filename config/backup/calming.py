"""After a restoration nobody is called again: what was done since the backup is not in it (C15)."""

from django.utils import timezone

from campaigns import actions
from campaigns.models import Campaign
from campaigns.rules import CampaignState
from config.backup.manifest import Schema
from tenants.scope import tenant_scope


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
