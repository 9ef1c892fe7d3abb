"""Both admin sites: every model stands on the house base, third-party ones too."""

from django.contrib import admin

from tenants.admin import HouseModelAdmin, platform_site, tenant_site
from tenants.models import Tenant


def strangers(site: admin.AdminSite) -> list[str]:
    """Return the models that a site shows on another base than the house's."""
    return [
        f"{site.name}: {model._meta.label} on {type(model_admin).__name__}"
        for model, model_admin in site._registry.items()
        if not isinstance(model_admin, HouseModelAdmin)
    ]


def test_it_registers_every_model_on_the_house_base():
    """A model on a bare base would skip permissions.py and our audit, and look foreign."""
    admin.autodiscover()
    assert strangers(tenant_site) + strangers(platform_site) == []


def test_it_turns_red_for_a_bare_base():
    """Positive control: a model registered on Django's base is found."""
    site = admin.AdminSite("planted")
    site.register(Tenant, admin.ModelAdmin)
    assert strangers(site) == ["planted: tenants.Tenant on ModelAdmin"]
