"""What the demo makes: two tenants, their people and keys, and one real round of each domain (F7).

Imported only when the settings can be read: services are up and the environment names them.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from config.bootstrap import _, spoken_language
from config.celery import app as celery  # jobs are announced through it
from config.first_calls import SampleCalls
from config.first_fleet import SampleFleet
from config.first_round import Door
from config.narration import Step
from config.supervisor import Supervisor, SupervisorError
from config.surroundings import DemoSecrets
from personas.samples.linkedin import SEED
from tenants import actions
from tenants.display.formats import Formats
from tenants.display.progress import bar_of
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.progress import progress_of
from tenants.jobs.rules import State
from tenants.models import ApiKey, Membership, Tenant, User
from tenants.queries import key_digest
from tenants.rules import JobKind, Role, TenantStatus
from tenants.scope import owner_scope, tenant_scope

__all__ = [
    "JobFailed",
    "Person",
    "callers",
    "celery",
    "ensure_key",
    "ensure_people",
    "ensure_tenants",
    "fleet_of",
    "invitation",
    "summary",
    "watch",
]

# A demo is looked at, left, and looked at again.
SUPPORT = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class SampleTenant:
    """One organisation of the demo: its admin's export, the size of its fleet, rows to call, its brands."""

    name: str
    slug: str
    country: str
    timezone: str
    admin: str
    rows: int
    seed: int
    persons: int
    leads: int
    people: int
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One log-in of the demo; `tenant` is a slug, None for platform staff, who support both."""

    email: str
    name: str
    role: Role
    tenant: str | None


TENANTS = (
    SampleTenant(
        "Acme",
        "acme",
        "CL",
        "America/Santiago",
        "alice@acme.example",
        rows=5_000,
        seed=SEED,
        persons=600,
        leads=250,
        people=160,
        brands=("aurora", "cumbre"),
    ),
    SampleTenant(
        "Birch",
        "birch",
        "PE",
        "America/Lima",
        "carol@birch.example",
        rows=500,
        seed=SEED + 1,
        persons=1_500,
        leads=600,
        people=100,
        brands=("lienzo",),
    ),
)
PEOPLE = (
    Person("alice@acme.example", "Alice", Role.ADMIN, "acme"),
    Person("bob@acme.example", "Bob", Role.VIEWER, "acme"),
    Person("carol@birch.example", "Carol", Role.ADMIN, "birch"),
    Person("sam@minga.example", "Sam", Role.SUPPORT, None),
)


def fleet_of(sample: SampleTenant, tenant: Tenant) -> SampleFleet:
    """Return the fleet that a tenant of the demo brings in."""
    return SampleFleet(
        schema=tenant.schema_name,
        country=sample.country,
        zone=sample.timezone,
        persons=sample.persons,
        leads=sample.leads,
        seed=sample.seed,
    )


def callers(url: str, kept: DemoSecrets, tenants: list[Tenant]) -> list[SampleCalls]:
    """Return who calls people in the demo, each by the door of its admin."""
    return [
        SampleCalls(
            tenant=tenant.id,
            schema=tenant.schema_name,
            slug=sample.slug,
            country=sample.country,
            rows=sample.people,
            seed=sample.seed,
            log_in=cache(partial(Door, url, sample.admin, kept.passwords[sample.admin])),
        )
        for sample, tenant in zip(TENANTS, tenants, strict=True)
    ]


class JobFailed(SupervisorError):
    """A job of the demo did not complete; the text is the job's own."""


def ensure_tenants(step: Step, crew: Supervisor) -> list[Tenant]:
    """Return the demo's tenants, made by the job that makes every tenant; a worker must be running."""
    with owner_scope():
        return [_ensure_tenant(step, crew, sample) for sample in TENANTS]


def _ensure_tenant(step: Step, crew: Supervisor, sample: SampleTenant) -> Tenant:
    tenant: Tenant | None = Tenant.objects.filter(slug=sample.slug).first()
    if tenant is None:
        tenant, job = actions.create_tenant(
            name=sample.name,
            slug=sample.slug,
            country=sample.country,
            timezone=sample.timezone,
            domains=(f"{sample.slug}.localhost",),
            has_samples=True,
        )
        watch(step, crew, job.id)
    elif tenant.status != TenantStatus.READY:  # an earlier start was stopped in the middle of it
        its_jobs = Job.objects.filter(kind=JobKind.CREATE_TENANT, subject=str(tenant.id))
        watch(step, crew, its_jobs.order_by("-id")[0].id)
    return tenant


def watch(step: Step, crew: Supervisor, job_id: UUID, schema: str | None = None) -> Job:
    """Show a job's bar until it ends; raises JobFailed unless it completed."""
    while True:
        with tenant_scope(schema) if schema else owner_scope():
            job = jobs.job(job_id=job_id)
        now = timezone.now()
        formats = Formats(language=spoken_language(), country="CL", timezone="America/Santiago")
        bar = bar_of(progress_of(job, now=now), formats=formats, now=now)
        step.show(bar.percent, ", ".join(filter(None, (bar.phase, bar.amount, bar.silence or bar.eta))))
        if not job.is_live:
            step.words = ""
            if job.state != State.COMPLETED:
                raise JobFailed(f"{job.kind}: {bar.state_label}. {job.error}".strip())
            return job
        crew.check()
        time.sleep(0.2)


def ensure_people(kept: DemoSecrets) -> None:
    """Make the demo's people with invented passwords; who exists keeps what was changed since."""
    with owner_scope():
        tenants = {tenant.slug: tenant for tenant in Tenant.objects.filter(is_template=False)}
        for person in PEOPLE:
            user = _ensure_user(person, kept)
            if person.tenant:
                if not Membership.objects.filter(user=user, tenant=tenants[person.tenant]).exists():
                    actions.give_role(user=user, tenant=tenants[person.tenant], role=person.role)
            else:
                _ensure_support(user, [tenants[sample.slug] for sample in TENANTS])
    kept.save()


def _ensure_user(person: Person, kept: DemoSecrets) -> User:
    known = kept.passwords.get(person.email)
    password = known or secrets.token_urlsafe(12)
    kept.passwords[person.email] = password
    user = User.objects.filter(email=person.email).first()
    if user is None:
        is_staff = person.role is Role.SUPPORT
        return actions.create_user(email=person.email, name=person.name, password=password, is_staff=is_staff)
    if known is None:  # the file of secrets was lost, the database was not
        actions.change_password(user=user, password=password)
    return user


def _ensure_support(user: User, tenants: list[Tenant]) -> None:
    for tenant in tenants:
        if not Membership.objects.filter(user=user, tenant=tenant, ends_at__gt=timezone.now()).exists():
            actions.give_support(user=user, tenant=tenant, ends_at=timezone.now() + SUPPORT)


def ensure_key(kept: DemoSecrets, tenants: list[Tenant]) -> None:
    """Make one API key for each demo tenant, unless the one we keep still works."""
    with owner_scope():
        for tenant in tenants:
            known = kept.api_keys.get(tenant.slug, "")
            alive = ApiKey.objects.filter(tenant=tenant, digest=key_digest(known), revoked_at=None)
            if not known or not alive.exists():
                _key, kept.api_keys[tenant.slug] = actions.make_api_key(
                    tenant=tenant, name="demo", role=Role.VIEWER
                )
    kept.save()


def summary(url: str, kept: DemoSecrets, tenants: list[Tenant]) -> dict[str, object]:
    """Return what a script needs to go on: address, tenants, log-ins, a key."""
    return {
        "url": url,
        "tenants": [{"slug": tenant.slug, "name": tenant.name, "id": str(tenant.id)} for tenant in tenants],
        "users": [
            {
                "email": each.email,
                "password": kept.passwords[each.email],
                "role": each.role.value,
                "tenant": each.tenant,
            }
            for each in PEOPLE
        ],
        "api_key": kept.api_keys[tenants[0].slug],
        "api_keys": {tenant.slug: kept.api_keys[tenant.slug] for tenant in tenants},
    }


def invitation(url: str, kept: DemoSecrets, files: list[Path]) -> str:
    """Return the lines that tell a person where to look, how to get in, and what to try out."""
    links = (
        (_("Pages"), "/"),
        (_("Administration"), "/admin/"),
        (_("Platform"), "/platform/"),
        ("API", "/api/docs/"),
    )
    lines = ["", *(f"  {label:<16} {url}{path}" for label, path in links), ""]
    lines += [f"  {each.email:<20} {kept.passwords[each.email]:<18} {_role(each)}" for each in PEOPLE]
    lines += ["", "  " + _("Files to upload:"), *(f"  {file}" for file in files)]
    lines += [
        "",
        f"  curl -H 'Authorization: Bearer {kept.api_keys['acme']}' '{url}/api/v1/contacts/?limit=3'",
        "",
    ]
    return "\n".join([*lines, "  " + _("Ctrl+C stops everything."), ""])


def _role(person: Person) -> str:
    if person.tenant is None:
        return _("platform staff, in both organisations")
    role = _("administrator") if person.role is Role.ADMIN else _("viewer")
    return f"{role} · {person.tenant}"
