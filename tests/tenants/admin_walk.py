"""Every page of both admin sites, as (site, path), for the tests that open them all."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.urls import reverse

from tenants.admin import platform_site, tenant_site


def pages(site: AdminSite) -> list[str]:
    """Return the index, and each model's list and (where a form exists) its empty form."""
    admin.autodiscover()
    found = [reverse("admin:index", current_app=site.name)]
    for model in site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{label}_{kind}", current_app=site.name) for kind in ("changelist", "add")]
    return found


TENANT_PAGES = pages(tenant_site)
PLATFORM_PAGES = pages(platform_site)
