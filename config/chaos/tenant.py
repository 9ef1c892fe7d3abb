"""Where a chaos run of its own happens: one tenant of sample data on a free port."""

import socket

from config.celery import app as celery  # jobs are announced through it
from config.supervisor import SupervisorError
from tenants import actions
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant
from tenants.rules import TenantStatus
from tenants.scope import owner_scope

__all__ = ["celery", "free_port", "sample_tenant"]


def sample_tenant() -> Tenant:
    """Make a tenant marked as sample data, by the job that makes every tenant. Raises SupervisorError."""
    with owner_scope():
        tenant, job = actions.create_tenant(name="Chaos", slug="chaos", has_samples=True)
    work_once(platform=True)
    with owner_scope():
        tenant.refresh_from_db()
        if tenant.status != TenantStatus.READY:
            job.refresh_from_db()
            raise SupervisorError(f"{job.kind}: {job.error}")
    return tenant


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
