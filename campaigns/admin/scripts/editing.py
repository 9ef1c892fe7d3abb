"""A script is written: a new one, from a template or from nothing, or the next version of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import actions, queries
from campaigns.admin.scripts.checking import built_in_lines
from campaigns.admin.scripts.sheets import Sheet
from campaigns.forms.scripts import NewScriptForm, WordingForm
from campaigns.models import Script, ScriptVersion
from campaigns.rules import UseCase
from campaigns.scripting import TEMPLATES, Template
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.jobs.queries import names_of
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.rules import Refused


def new_page(request: HttpRequest) -> HttpResponse:
    """Offer templates and an empty text; make the script that a form describes."""
    own: str = principal_of(request).tenant.country
    if request.method == "POST":
        return _made(request, own)
    template = next((one for one in TEMPLATES if one.code == request.GET.get("template")), None)
    form = NewScriptForm(initial=_beginning(template, own), own_country=own)
    return _new(request, _new_sheet(form, template=template), template)


def edit_page(request: HttpRequest, script_id: int) -> HttpResponse:
    """Show the newest version to be changed, and all of them. Raises UnknownScript."""
    script = queries.script(script_id=script_id)
    newest = queries.version(script_id=script_id)
    if request.method == "POST":
        return _act(request, script, newest)
    form = WordingForm(initial={"name": script.name, **_said(newest)})
    sheet = Sheet(form, country=script.country, use_case=script.use_case, declared=newest.variables)
    return _edited(request, script, sheet)


def check_part(request: HttpRequest) -> HttpResponse:
    """Return what the text that is being written comes to; nothing is kept."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    own: str = principal_of(request).tenant.country
    sheet = _new_sheet(NewScriptForm(request.POST, own_country=own), typed=request)
    page = {"checked": sheet.checked()}
    return render(request, "admin/campaigns/script_checked.html", tenant_site.each_context(request) | page)


def address_of(script_id: int) -> str:
    """Return where a script is edited."""
    return reverse("admin:campaigns_script_edit", args=[script_id])


def with_people(versions: list[ScriptVersion]) -> list[tuple[ScriptVersion, str, str]]:
    """Return versions with the names of who wrote and who approved each."""
    ids = [one for version in versions for one in (version.created_by, version.approved_by) if one]
    names: dict[Any, str] = dict(names_of(ids=ids))
    return [(one, names.get(one.created_by, ""), names.get(one.approved_by, "")) for one in versions]


def _made(request: HttpRequest, own: str) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    sheet = _new_sheet(NewScriptForm(request.POST, own_country=own), typed=request)
    if request.POST.get("do") == "save" and sheet.is_whole:
        given = sheet.form.cleaned_data
        try:
            made = actions.create_script(
                name=given["name"],
                country=given["country"],
                use_case=UseCase(given["use_case"]),
                wording=sheet.wording,
                by=by_of(request),
            )
        except Refused as refusal:
            sheet.tell(refusal)
        else:
            messages.success(request, _("Kept as a draft. Once approved, campaigns may speak by it."))
            return HttpResponseRedirect(address_of(made.script_id))
    return _new(request, sheet, None)


def _act(request: HttpRequest, script: Script, newest: ScriptVersion) -> HttpResponse:
    """Save, only check, put away or bring back."""
    tenant_site.check_may(request, Capability.EDIT)
    do = request.POST.get("do", "")
    if do in ("archive", "restore"):
        return _put(request, script, do)
    form = WordingForm(request.POST)
    sheet = Sheet(form, country=script.country, use_case=script.use_case, typed=request)
    if do == "save" and sheet.is_whole:
        try:
            name, by = sheet.form.cleaned_data["name"], by_of(request)
            kept = actions.write_version(script_id=script.pk, wording=sheet.wording, name=name, by=by)
        except Refused as refusal:
            sheet.tell(refusal)
        else:
            return _saved(request, newest, kept)
    return _edited(request, script, sheet)


def _saved(request: HttpRequest, before: ScriptVersion, kept: ScriptVersion) -> HttpResponse:
    if kept.pk == before.pk:
        messages.info(request, _("The text is that of version %(number)d.") % {"number": kept.number})
    else:
        messages.success(request, _("Kept as version %(number)d, a draft.") % {"number": kept.number})
    return HttpResponseRedirect(address_of(kept.script_id))


def _put(request: HttpRequest, script: Script, do: str) -> HttpResponse:
    if do == "archive":
        actions.archive_script(script_id=script.pk, now=timezone.now(), by=by_of(request))
        messages.success(request, _("Archived. Campaigns that speak by it keep it."))
    else:
        actions.restore_script(script_id=script.pk, by=by_of(request))
        messages.success(request, _("The script is back."))
    return HttpResponseRedirect(address_of(script.pk))


def _new_sheet(
    form: NewScriptForm, *, template: Template | None = None, typed: HttpRequest | None = None
) -> Sheet:
    given = form.data if form.is_bound else form.initial
    return Sheet(
        form,
        country=str(given.get("country") or ""),
        use_case=str(given.get("use_case") or ""),
        typed=typed,
        declared=template.declarations if template else {},
    )


def _beginning(template: Template | None, own: str) -> dict[str, Any]:
    if template is None:
        return {"country": own, "use_case": str(UseCase.COLLECTION)}
    return {
        "name": str(template.title),
        "country": template.country,
        "use_case": str(template.use_case),
        "text": template.text,
    }


def _said(version: ScriptVersion) -> dict[str, str]:
    return {
        "text": version.text,
        "agent_id": version.agent_id,
        "agent_version": version.agent_version,
    }


def _new(request: HttpRequest, sheet: Sheet, template: Template | None) -> HttpResponse:
    page = {"title": _("New script"), "templates": TEMPLATES, "template": template, **_shown(sheet)}
    return render(request, "admin/campaigns/script_new.html", tenant_site.each_context(request) | page)


def _edited(request: HttpRequest, script: Script, sheet: Sheet) -> HttpResponse:
    versions = with_people(list(queries.versions_of(script=script)))
    page = {"title": script.name, "script": script, "versions": versions, **_shown(sheet)}
    return render(request, "admin/campaigns/script_edit.html", tenant_site.each_context(request) | page)


def _shown(sheet: Sheet) -> dict[str, Any]:
    checked = sheet.checked()
    return {"form": sheet.form, "lines": sheet.lines, "checked": checked, "built_in": built_in_lines()}
