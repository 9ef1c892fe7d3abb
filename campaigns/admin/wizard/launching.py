"""Step 5: the file is read, the forecast told, the campaign launched; or its people are taken out again."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns import actions
from campaigns.admin.wizard.counting import audience_told, counted_tiles, told_codes
from campaigns.admin.wizard.forecasting import forecast_told
from campaigns.admin.wizard.steps import (
    COLUMNS,
    FORECAST,
    address_of,
    board_of,
    drawn,
    entered,
    file_beside,
    is_unread,
    refused,
)
from campaigns.imports import NOT_ACCEPTED
from campaigns.models import Campaign, ClientFile
from tenants.admin.acting import by_of
from tenants.display import asked
from tenants.display.exports import FileType
from tenants.display.later import now_or_later
from tenants.jobs.models import Job
from tenants.jobs.progress import progress_of
from tenants.rules import Refused


def forecast_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the reading of the file or what a launch comes to; launch. Raises UnknownCampaign, Forbidden."""
    found, elsewhere = entered(request, number, FORECAST)
    if elsewhere is not None:
        return elsewhere
    if request.method == "POST":
        return _pressed(request, found)
    file = file_beside(found)
    job = _job(file)
    told: dict[str, Any] = {"file": file, "job": job, "is_unread": is_unread(file), **_bar(found, job)}
    told |= audience_told(file)
    if file is not None and file.report is not None:
        told |= _report(file) | forecast_told(found, now=timezone.now())
    return drawn(request, "forecast", found, FORECAST, **told)


def reading_part(request: HttpRequest, number: int) -> HttpResponse:
    """Show the bar of the reading alone; at its end the whole page is asked again (W2)."""
    found, elsewhere = entered(request, number, FORECAST)
    file = file_beside(found)
    job = _job(file)
    if elsewhere is None and is_unread(file):
        # The job that chose an audience has let go of its list.
        return HttpResponse(headers={"HX-Refresh": "true"})
    if elsewhere is not None or job is None:
        raise Http404
    answer = render(request, "display/progress.html", _bar(found, job))
    if not job.is_live:
        answer["HX-Refresh"] = "true"
    return answer


def refused_page(request: HttpRequest, number: int) -> HttpResponseBase:
    """Download the rows that nobody is called for, with the reason of each, or ask for the file (C10, W3)."""
    found, elsewhere = entered(request, number, FORECAST)
    if elsewhere is not None:
        return elsewhere
    wanted = {"batch_id": found.code, "language": get_language()}
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.XLSX))
    return now_or_later(request, of=actions.REJECTED, asked=wanted, type=type)


def _pressed(request: HttpRequest, found: Campaign) -> HttpResponse:
    act = {"launch": _launch, "read": _read, "take_out": _take_out}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        return act(request, found)
    except Refused as refusal:
        refused(request, refusal)
        return HttpResponseRedirect(address_of(FORECAST, found))


def _launch(request: HttpRequest, found: Campaign) -> HttpResponse:
    actions.launch(code=found.code, now=timezone.now(), by=by_of(request))
    messages.success(request, _("The campaign is running."))
    return HttpResponseRedirect(board_of(found))


def _read(request: HttpRequest, found: Campaign) -> HttpResponse:
    actions.read_draft(code=found.code, by=by_of(request))
    return HttpResponseRedirect(address_of(FORECAST, found))


def _take_out(request: HttpRequest, found: Campaign) -> HttpResponse:
    actions.take_people_out(code=found.code, by=by_of(request))
    messages.success(request, _("Its people are out: the file can be read otherwise."))
    return HttpResponseRedirect(address_of(COLUMNS, found))


def _job(file: ClientFile | None) -> Job | None:
    return Job.objects.filter(pk=file.job).first() if file is not None and file.job else None


def _bar(found: Campaign, job: Job | None) -> dict[str, Any]:
    if job is None:
        return {}
    links = {"next": address_of(FORECAST, found)}
    if job.is_live:
        links["cancel"] = reverse("admin:jobs_job_press", args=[job.pk, "cancel"])
    seen = progress_of(job, now=timezone.now(), links=links)
    return {"progress": asdict(seen), "progress_url": address_of("reading", found)}


def _report(file: ClientFile) -> dict[str, Any]:
    report = file.report or {}
    return {
        "tiles": counted_tiles(report),
        "codes": told_codes(report["codes"]),
        "rejected_count": sum(report[str(status)] for status in NOT_ACCEPTED),
    }
