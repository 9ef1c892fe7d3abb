"""The cast of every test: Alice and Bob of Acme, Carol of Birch, Sam of the platform."""

from datetime import timedelta

from django.utils import timezone

from identity.models import IdentitySettings
from tenants import actions
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tenants.signin import codes

PASSWORD = "synthetic-Passphrase-7"
# What the telephone of platform staff shows codes of: without a second factor they do nothing (S8).
SAMS_APP = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
PEOPLE = {
    "alice": "alice@acme.example",
    "bob": "bob@acme.example",
    "carol": "carol@birch.example",
    "sam": "sam@minga.example",
}


def make_cast() -> None:
    """Make both tenants, by the very job that makes real ones, and the four people."""
    with owner_scope():
        acme, birch = make_tenant("Acme", "acme"), make_tenant("Birch", "birch", country="PE")
        alice, bob, carol, sam = (
            actions.create_user(email=email, name=name.title(), password=PASSWORD, is_staff=name == "sam")
            for name, email in PEOPLE.items()
        )
        actions.give_role(user=alice, tenant=acme, role=Role.ADMIN)
        actions.give_role(user=bob, tenant=acme, role=Role.VIEWER)
        actions.give_role(user=carol, tenant=birch, role=Role.ADMIN)
        # The tests' partner pays in soles, wherever its organisation is.
        with tenant_scope(acme.schema_name):
            IdentitySettings.objects.update(currency="PEN")
        in_a_year = timezone.now() + timedelta(days=365)
        codes.keep_app(user=sam, secret=SAMS_APP)
        actions.give_support(user=sam, tenant=acme, ends_at=in_a_year)


def make_tenant(name: str, slug: str, country: str = "CL") -> Tenant:
    """Return a new ready tenant. Needs the owner's scope and real commits."""
    tenant, _job = actions.create_tenant(name=name, slug=slug, country=country)
    assert work_once(platform=True), "the creation job was not due"
    tenant.refresh_from_db()
    assert tenant.status == "ready", tenant.status
    return tenant


def code_now() -> str:
    """Return what Sam's telephone shows."""
    return codes.code_at(secret=SAMS_APP, step=int(timezone.now().timestamp()) // codes.PERIOD_S)


def person(name: str) -> User:
    """Return one of the cast."""
    return User.objects.get(email=PEOPLE[name])
