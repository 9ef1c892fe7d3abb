"""Deleting a brand shows nobody more than they saw (Who)."""

import pytest

from insights.actions import OnlyBrand, bind_viewer, create_ficha, remove_ficha
from insights.queries.fichas import visible_fichas
from tenants.models import Member, Tenant, User
from tenants.rules import Role
from tenants.scope import tenant_scope


def test_a_viewers_only_brand_stays(acme: Tenant, bob: User) -> None:
    """Who: bound to none is bound to all, so the last bond never goes with its brand."""
    with tenant_scope(acme.schema_name):
        one, other, _third = (create_ficha(by=None, brand_name=name) for name in ("Una", "Otra", "Tercera"))
        viewer = Member.objects.get(pk=bob.pk)
        bind_viewer(member=viewer, fichas=[one.pk], by=None)
        with pytest.raises(OnlyBrand):
            remove_ficha(ficha=one, by=None)
        assert list(visible_fichas(role=Role.VIEWER, member=bob.pk)) == [one]
        bind_viewer(member=viewer, fichas=[one.pk, other.pk], by=None)
        remove_ficha(ficha=one, by=None)
        assert list(visible_fichas(role=Role.VIEWER, member=bob.pk)) == [other]
