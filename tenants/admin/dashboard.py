"""What the first page of each site shows: red lights, figures with their change, freshness (W5)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import queries as tenancy
from tenants.display import tiles, watches
from tenants.display.context_processors import formats_for
from tenants.display.formats import reader
from tenants.display.home import (
    Attention,
    Change,
    Freshness,
    Level,
    Tile,
    failed_first,
    group_of,
    urgent_first,
)
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.pulse import Pulse, backup_words, pulse
from tenants.jobs.queries import Troubles
from tenants.jobs.rules import trouble_words
from tenants.jobs.runner import label_of
from tenants.models import Tenant
from tenants.provisioning import head
from tenants.queries import principal_of
from tenants.rules import JobKind, TenantStatus


@cache
def head_here() -> str:
    """Return the digest of this release's migrations, read from disk once per process."""
    return head()


@dataclass(frozen=True, slots=True)
class Health:
    """One tenant as the platform sees it: no names, no rows, only whether its work goes on."""

    tenant: Tenant
    href: str
    is_ready: bool
    at_head: bool
    troubles: Troubles


def of_tenant(request: HttpRequest) -> dict[str, Any]:
    """Return the overview of the open tenant. A fixed number of queries."""
    now = timezone.now()
    found, part = jobs.troubles(now=now), tiles.home_part(now=now, who=principal_of(request))
    live = Tile(_("Live jobs"), found.live, href=_jobs("admin"))
    alerts = watches.at_home(formats_for(request))
    return {
        "lights": urgent_first([*alerts, *_lights(found, "admin"), *part.attention]),
        "tiles": [*part.tiles, live],
        "freshness": failed_first([*part.freshness, *_freshness(now)]),
    }


def of_platform() -> dict[str, Any]:
    """Return the overview of all tenants, against this release's schema version. Seven queries."""
    now = timezone.now()
    by_schema = jobs.troubles_by_schema(now=now)
    health = [_health(tenant, by_schema, head_here()) for tenant in tenancy.tenants()]
    return {
        "lights": urgent_first(
            [
                *_backup_lights(pulse(now=now)),
                *_tenants_lights(health),
                *_lights(jobs.troubles(now=now), "platform"),
            ]
        ),
        "tiles": _platform_tiles(health, by_schema),
        "health": sorted(health, key=_worst_first),
        "freshness": failed_first(map(_ended, jobs.newest_of_each_kind())),
    }


def _backup_lights(found: Pulse) -> list[Attention]:
    listed = f"{_jobs('platform')}?kind={JobKind.BACK_UP}"
    if found.backup_is_old:
        return [Attention(backup_words(found.backup_s), href=listed, level="bad")]
    if found.has_backups or settings.DEMO:
        return []
    return [Attention(_("No daily backup is set up (MINGA_BACKUP_DIR)"), href=listed, level="warn")]


def _lights(found: Troubles, site: str) -> list[Attention]:
    return [
        Attention(
            trouble_words(trouble, count, shown=reader().number(count)),
            href=f"{_jobs(site)}?trouble={trouble}",
            level="warn" if trouble == "overdue" else "bad",
        )
        for trouble, count in found.counts.items()
    ]


def _tenants_lights(health: list[Health]) -> list[Attention]:
    listed = reverse("admin:tenants_tenant_changelist", current_app="platform")
    failed = sum(one.tenant.status == TenantStatus.FAILED for one in health)
    making = sum(one.tenant.status == TenantStatus.CREATING for one in health)
    behind = sum(not one.at_head for one in health)
    troubled = sum(bool(one.troubles.counts) for one in health)
    words: list[tuple[int, Level, str]] = [
        (
            failed,
            "bad",
            ngettext("%(count)d tenant could not be made", "%(count)d tenants could not be made", failed),
        ),
        (
            making,
            "warn",
            ngettext("%(count)d tenant is being made", "%(count)d tenants are being made", making),
        ),
        (behind, "warn", ngettext("%(count)d schema is behind", "%(count)d schemas are behind", behind)),
    ]
    lights = [
        Attention(text % {"count": count}, href=listed, level=level) for count, level, text in words if count
    ]
    if troubled:
        text = ngettext(
            "%(count)d tenant has jobs in trouble", "%(count)d tenants have jobs in trouble", troubled
        )
        lights.append(Attention(text % {"count": troubled}, href="#health", level="warn"))
    return lights


def _platform_tiles(health: list[Health], by_schema: dict[str, Troubles]) -> list[Tile]:
    listed = reverse("admin:tenants_tenant_changelist", current_app="platform")
    failed = sum(found.failed for found in by_schema.values())
    before = sum(found.failed_before for found in by_schema.values())
    return [
        Tile(_("Tenants"), len(health), href=listed),
        Tile(_("Ready"), sum(one.is_ready for one in health), href=listed),
        Tile(_("Live jobs, all tenants"), sum(found.live for found in by_schema.values())),
        Tile(
            _("Failed since yesterday"),
            failed,
            "#health",
            _against(failed, before),
            _("against a day before"),
        ),
    ]


def _against(now: int, before: int) -> Change:
    return Change(now, before, "calm" if now == before else "bad" if now > before else "good")


def _health(tenant: Tenant, by_schema: dict[str, Troubles], version: str) -> Health:
    return Health(
        tenant=tenant,
        href=reverse("admin:tenants_tenant_change", args=[tenant.pk], current_app="platform"),
        is_ready=tenant.status == TenantStatus.READY,
        at_head=tenant.schema_version == version,
        troubles=by_schema.get(tenant.schema_name, Troubles()),
    )


def _worst_first(one: Health) -> tuple[bool, bool, int, str]:
    return one.is_ready, one.at_head, -sum(one.troubles.counts.values()), one.tenant.name


def _freshness(now: datetime) -> list[Freshness]:
    return [
        Freshness(
            label_of(kind.kind),
            kind.last_at,
            kind.next_at,
            kind.newest.state if kind.newest else "",
            _job("admin", kind.newest.id) if kind.newest else "",
            group_of(kind.kind),
        )
        for kind in jobs.freshness(now=now)
    ]


def _ended(job: Job) -> Freshness:
    at = job.finished_at or job.started_at
    return Freshness(label_of(job.kind), at, None, job.state, _job("platform", job.id), group_of(job.kind))


def _jobs(site: str) -> str:
    return reverse("admin:jobs_job_changelist", current_app=site)


def _job(site: str, job_id: object) -> str:
    return reverse("admin:jobs_job_change", args=[job_id], current_app=site)
