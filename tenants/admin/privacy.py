"""A person asks what is known of them, or to be forgotten: found by exact keys, handed out, erased (S19)."""

from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants.actions import privacy
from tenants.admin.acting import by_of
from tenants.admin.pages import Page
from tenants.admin.sites import tenant_site
from tenants.display.formats import reader
from tenants.forms import PersonForm
from tenants.jobs.queries import names_of
from tenants.jobs.rules import AlreadyLive
from tenants.permissions import Capability, check_may
from tenants.queries import principal_of
from tenants.records.erasure import Fate, Finding, PersonKeys, findings, keys_of, merged
from tenants.records.models import PersonRequest
from tenants.rules import Refused

PAGE = "admin/records/privacy.html"
SHOWN = 20
FATES = {
    Fate.ERASED: gettext_lazy("goes"),
    Fate.EMPTIED: gettext_lazy("stays as a number, without the person"),
    Fate.HASHED: gettext_lazy("stays as a keyed hash: never called again"),
    Fate.STAYS: gettext_lazy("stays"),
}
KINDS = {
    "document": gettext_lazy("Document"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "handle": gettext_lazy("Name on a network"),
}


def privacy_page(request: HttpRequest) -> HttpResponse:
    """Ask whom, show what would be handed out or erased, start either. Raises Forbidden.

    Keys travel in the body: an address would stand in logs and histories.
    """
    check_may(principal_of(request).role, Capability.PERSONS)
    if request.method != "POST":
        return _shown(request, PersonForm())
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    form = PersonForm(request.POST)
    return act(request, form) if form.is_valid() else _shown(request, form)


def find(request: HttpRequest, form: PersonForm) -> HttpResponse:
    """Show what is known of the person; of nobody, nothing is asked."""
    keys = _keys(request, form)
    if not keys.given():
        form.add_error(None, str(privacy.NobodyNamed.message))
        return _shown(request, form)
    return _shown(request, form, keys)


def export(request: HttpRequest, form: PersonForm) -> HttpResponse:
    """Ask for the file."""
    return _asked(request, form, lambda keys, by: privacy.ask_export(keys=keys, by=by))


def erase(request: HttpRequest, form: PersonForm) -> HttpResponse:
    """Ask for the erasure."""
    typed, never = request.POST.get("typed", ""), request.POST.get("never_call") == "on"
    return _asked(
        request,
        form,
        lambda keys, by: privacy.ask_erasure(keys=keys, typed=typed, by=by, never_call=never),
    )


ACTS = {"find": find, "export": export, "erase": erase}


def _keys(request: HttpRequest, form: PersonForm) -> PersonKeys:
    """Return the typed keys, and those found beside them that were chosen too."""
    keys = keys_of(country=principal_of(request).tenant.country, **form.cleaned_data)
    pairs = (pair.split(":", 1) for pair in request.POST.getlist("also") if ":" in pair)
    more = keys_of(country=keys.country, **{kind: value for kind, value in pairs if kind in KINDS})
    return merged(keys, more.given().items())


def _asked(request: HttpRequest, form: PersonForm, ask: Any) -> HttpResponse:
    keys = _keys(request, form)
    try:
        job = ask(keys, by_of(request))
    except AlreadyLive:
        messages.warning(request, _("This is being done already."))
        return HttpResponseRedirect(reverse("admin:records_privacy"))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, form, keys)
    return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))


def _shown(request: HttpRequest, form: PersonForm, keys: PersonKeys | None = None) -> HttpResponse:
    found = findings(keys) if keys else {}
    page = {
        "title": _("Privacy of a person"),
        "form": form,
        "keys": _said(keys) if keys else None,
        "apps": [_app(name, finding) for name, finding in found.items() if finding.traces],
        "is_nothing": keys is not None and not any(one.traces for one in found.values()),
        "also": _also(found, keys) if keys else [],
        "warning": _warning(found),
        "earlier": privacy.earlier_erasures(keys=keys) if keys and keys.given() else [],
        "done": _done(),
        "audit": f"{reverse('admin:records_auditentry_changelist')}?{urlencode({'verb': 'erase'})}",
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


def _said(keys: PersonKeys) -> list[tuple[str, Any, str]]:
    return [(kind, KINDS[kind], value) for kind, value in keys.given().items()]


def _app(name: str, finding: Finding) -> dict[str, Any]:
    rows = [
        (apps.get_model(one.model)._meta.verbose_name_plural, one.count, FATES[one.fate], one.fate)
        for one in finding.traces
    ]
    return {"name": apps.get_app_config(name).verbose_name, "rows": rows}


def _also(found: dict[str, Finding], keys: PersonKeys) -> list[tuple[str, Any, str]]:
    """Return keys found beside those asked for, of kinds that can still be added."""
    named = {pair for finding in found.values() for pair in finding.also}
    return [(kind, KINDS[kind], value) for kind, value in sorted(named) if not getattr(keys, kind)]


def _warning(found: dict[str, Finding]) -> str:
    """Say that keys may be shared: all whom they name are erased."""
    most = max((finding.persons for finding in found.values()), default=0)
    words = ngettext(
        "These keys name %(count)s person.",
        "These keys name %(count)s persons; all would be erased. A document alone is one person's.",
        most,
    )
    return words % {"count": reader().number(most)} if most > 1 else ""


def _done() -> list[dict[str, Any]]:
    rows = list(PersonRequest.objects.all()[:SHOWN])
    names = names_of(ids=[row.created_by for row in rows])
    return [
        {
            "row": row,
            "by": names.get(row.created_by, "") if row.created_by else "",
            "count": sum(row.counts.values()),
        }
        for row in rows
    ]


tenant_site.add_page(
    Page(
        "records", "privacy", "privacy/", privacy_page, gettext_lazy("Privacy of a person"), "person_off", 90
    )
)
