"""An organisation demands a second factor of everybody who works in it, and lets that go again (S8).

All in the public scope. Keys of machines have nobody behind them who could have one, and go on.
"""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.actions.second_factors import SecondFactorMissing, factors_of, one_at_a_time
from tenants.models import Membership, Tenant, User
from tenants.records import actions as records
from tenants.rules import Refused
from tenants.scope import tenant_scope


class FactorDemanded(SecondFactorMissing):
    """The organisation demands a second factor and the person has none; pages lead to where one is set up."""

    message = _("This organisation demands a second factor: log in on the pages and set one up.")


class OwnFactorFirst(Refused):
    """Whoever demands it of others would lock themselves out."""

    code = "own_factor_first"
    message = _("Set up a second factor of your own first.")


def check_factor(found: Membership) -> None:
    """Raise FactorDemanded for who has none where one is demanded. No query: the membership says both."""
    if found.tenant.demands_second_factor and not found.has_factor:
        raise FactorDemanded


def demand_factor(*, tenant: Tenant, by: User) -> None:
    """Demand it of everybody from the next request on; demanding twice is one act. Raises OwnFactorFirst."""
    with one_at_a_time(by):
        if not factors_of(user=by):
            raise OwnFactorFirst
        _settle(tenant, "factor_demanded", by.pk, demanded=True)


@transaction.atomic
def release_factor(*, tenant: Tenant, by: User) -> None:
    """Leave it to everybody again; what people set up stays theirs."""
    _settle(tenant, "factor_released", by.pk, demanded=False)


def _settle(tenant: Tenant, verb: str, by: UUID, *, demanded: bool) -> None:
    other = Tenant.objects.filter(pk=tenant.pk, demands_second_factor=not demanded)
    if other.update(demands_second_factor=demanded):
        records.note_act(verb=verb, of="tenants.tenant", id=tenant.pk, by=by, tenant=tenant.pk)
        transaction.on_commit(partial(_note, tenant, verb, by))


def _note(tenant: Tenant, verb: str, by: UUID) -> None:
    # Closed meanwhile, its tables are somebody else's to write, or gone.
    if not queries.ready_tenants().filter(pk=tenant.pk).exists():
        return
    with tenant_scope(tenant.schema_name):
        records.note(verb=verb, of="tenant", id=tenant.pk, by=by, change={})
