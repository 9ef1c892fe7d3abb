"""Every page of both admin sites, as (site, path), for the tests that open them all."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.urls import reverse

from tenants.admin import HouseModelAdmin, platform_site, tenant_site


def pages(site: AdminSite) -> list[str]:
    """Return the index, and each model's list and (where a form exists) its empty form."""
    admin.autodiscover()
    found = [reverse("admin:index", current_app=site.name)]
    for model in site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{label}_{kind}", current_app=site.name) for kind in ("changelist", "add")]
    return found


def without_form(site: AdminSite) -> set[str]:
    """Return the addresses of forms that nobody may fill: their admin refuses additions."""
    return {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add", current_app=site.name)
        for model, model_admin in site._registry.items()
        if type(model_admin).has_add_permission is not HouseModelAdmin.has_add_permission
    }


TENANT_PAGES = pages(tenant_site)
PLATFORM_PAGES = pages(platform_site)
REFUSED = without_form(tenant_site) | without_form(platform_site)
