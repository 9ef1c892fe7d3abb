"""The page before an organisation is deleted: what goes, what stays, and its name to be typed (F12, S8)."""

from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenants import actions, queries
from tenants.actions.leaving import NoPlaceForExport, has_tables, is_behind
from tenants.actions.sessions import check_fresh_authentication
from tenants.admin.acting import job_page
from tenants.admin.sites import platform_site, tenant_site
from tenants.forms import RemovalForm
from tenants.jobs.queries import live_kinds
from tenants.jobs.runner import label_of
from tenants.models import ApiKey, Domain, Membership, Tenant
from tenants.rules import Refused
from tenants.scope import tenant_scope

PAGE = "admin/tenants/remove.html"
SHOWN = 20
# Beyond it the exact number costs more than it says.
COUNTED = 100_000


def removal_page(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Show what goes, or begin to delete it once its name was typed. Raises NotFresh (step-up, S8).

    Whoever comes while it is deleted is led to the bar.
    """
    if live := actions.live_removal(tenant=tenant):
        return job_page(live.id)
    if request.method != "POST":
        return _shown(request, tenant, RemovalForm())
    check_fresh_authentication(request)
    form = RemovalForm(request.POST)
    try:
        if form.is_valid():
            typed = form.cleaned_data["typed"]
            return job_page(actions.remove_tenant(tenant=tenant, typed=typed, by=request.user.pk).id)
    except Refused as refusal:
        if live := actions.live_removal(tenant=tenant):
            return job_page(live.id)
        form.add_error("typed", str(refusal))
    return _shown(request, tenant, form)


def _shown(request: HttpRequest, tenant: Tenant, form: RemovalForm) -> HttpResponse:
    alone = queries.people_only_in(tenant=tenant)
    members = Membership.objects.filter(tenant=tenant).count()
    going = list(alone[:SHOWN])
    count = alone.count()
    page = {
        "title": _("Delete %(name)s") % {"name": tenant.name},
        "tenant": tenant,
        "form": form,
        "obstacle": _obstacle(tenant),
        "people": going,
        "people_more": count - len(going),
        "members": members,
        "staying": members - count,
        "domains": Domain.objects.filter(tenant=tenant).values_list("domain", flat=True),
        "keys": ApiKey.objects.filter(tenant=tenant, revoked_at=None).count(),
        "place": settings.BACKUP_DIR,
        "is_sealed": bool(settings.BACKUP_KEY),
        "kept_days": settings.BACKUP_KEEP_DAYS,
    }
    return render(request, PAGE, platform_site.each_context(request) | page | _inside(tenant))


def _inside(tenant: Tenant) -> dict[str, Any]:
    """Return what stands in its schema: rows by kind as its own administration names them, and live work."""
    if not has_tables(tenant) or is_behind(tenant):
        return {"has_tables": has_tables(tenant), "is_behind": is_behind(tenant)}
    models = sorted(filter(_is_its_own, tenant_site._registry), key=_place)
    with tenant_scope(tenant.schema_name, read_only=True):
        counts = queries.row_counts(models, at_most=COUNTED + 1)
        work = [(label_of(kind), count) for kind, count in live_kinds().items()]
    found = [(one, counts[one._meta.label]) for one in models if counts[one._meta.label]]
    grouped = groupby(found, key=lambda pair: pair[0]._meta.app_label)
    return {
        "has_tables": True,
        "work": work,
        "counted": COUNTED,
        "apps": [
            (apps.get_app_config(app).verbose_name, [(one._meta.verbose_name_plural, n) for one, n in rows])
            for app, rows in grouped
        ],
    }


def _is_its_own(model: type[Model]) -> bool:
    return bool(model._meta.managed)


def _place(model: type[Model]) -> tuple[str, str]:
    return model._meta.app_label, str(model._meta.verbose_name_plural)


def _obstacle(tenant: Tenant) -> str:
    """Return why it cannot be deleted now, "" if it can."""
    if has_tables(tenant) and settings.BACKUP_DIR is None:
        return str(NoPlaceForExport.message)
    try:
        actions.check_may_leave(tenant=tenant)
    except Refused as refusal:
        return str(refusal)
    return ""
