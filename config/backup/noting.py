"""A copy that leaves, or takes the place of what was: both stand in the platform's history (S18, S20)."""

from config.backup.manifest import Manifest, Schema
from tenants.models import Tenant
from tenants.records.actions import note_act
from tenants.scope import owner_scope


def note_taken(held: Manifest, *, of: Tenant | None) -> None:
    """Note a backup that a command wrote; the daily one is its job's."""
    with owner_scope():
        note_act(
            verb="backup_taken",
            of="backup",
            id=held.made_at,
            by=None,
            tenant=of.pk if of else None,
            change={"rows": held.rows},
        )


def note_restored(held: Manifest, schemas: list[Schema], *, alone: bool) -> None:
    """Note a restoration, after what stands there now; `alone` is of one tenant."""
    with owner_scope():
        one = Tenant.objects.get(schema_name=schemas[0].name).pk if alone else None
        note_act(
            verb="backup_restored",
            of="backup",
            id=held.made_at,
            by=None,
            tenant=one,
            change={"tenants": len(schemas)},
        )
