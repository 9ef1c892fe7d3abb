"""One version of a script: what it says, what changed, what the rules say; approved or retired here."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import actions, queries
from campaigns.admin.scripts.checking import check
from campaigns.admin.scripts.editing import with_people
from campaigns.models import ScriptVersion
from campaigns.scripting.differing import compare_texts
from campaigns.scripting.variables import TYPE_LABELS
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_number
from tenants.permissions import Capability
from tenants.rules import Refused


def version_page(request: HttpRequest, script_id: int, number: int) -> HttpResponse:
    """Show a version against the one before it, or against another; approve or retire it."""
    version = queries.version(script_id=script_id, number=number)
    if request.method == "POST":
        return _act(request, version)
    versions = list(queries.versions_of(script=version.script))
    ((shown, writer, approver),) = with_people([one for one in versions if one.number == number])
    page = {
        "title": _("%(name)s, version %(number)d") % {"name": version.script.name, "number": number},
        "version": shown,
        "writer": writer,
        "approver": approver,
        "script": version.script,
        "checked": _checked(version),
        "declared": [(name, TYPE_LABELS[one["type"]], one) for name, one in version.variables.items()],
        "others": [one for one in versions if one.number != number],
        **_compared(version, request.GET.get("against", "")),
    }
    return render(request, "admin/campaigns/script_version.html", tenant_site.each_context(request) | page)


def _act(request: HttpRequest, version: ScriptVersion) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    act = {"approve": _approve, "retire": _retire}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, version))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(
        reverse("admin:campaigns_script_version", args=[version.script_id, version.number])
    )


def _approve(request: HttpRequest, version: ScriptVersion) -> str:
    actions.approve_version(
        script_id=version.script_id,
        number=version.number,
        now=timezone.now(),
        accept_findings="accept" in request.POST,
        by=by_of(request),
    )
    return _("Approved. Campaigns may speak by it.")


def _retire(request: HttpRequest, version: ScriptVersion) -> str:
    actions.retire_version(script_id=version.script_id, number=version.number, by=by_of(request))
    return _("Retired. Campaigns that speak by it keep it.")


def _checked(version: ScriptVersion) -> Any:
    script = version.script
    return check(
        version.text,
        version.variables,
        country=script.country,
        use_case=script.use_case,
        today=timezone.localdate(),
    )


def _compared(version: ScriptVersion, against: str) -> dict[str, Any]:
    """Return the difference to the version asked for, else to the one before. Raises UnknownVersion."""
    if is_number(against):
        other: ScriptVersion | None = queries.version(script_id=version.script_id, number=int(against))
    else:
        other = queries.version_before(version=version)
    if other is None:
        return {"against": None}
    return {"against": other, "lines": compare_texts(other.text, version.text)}
