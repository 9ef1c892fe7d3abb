"""Pages and lists as files to take away: what they show, narrowed as they are, and nothing else."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.queries.campaigns import campaign_numbered
from campaigns.queries.choosing import Choice
from campaigns.queries.tables import CALLS, ENTRIES, kept
from campaigns.reports import addresses
from campaigns.reports.files import campaign_file, dashboard_file
from campaigns.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType, ReportType
from tenants.display.later import now_or_later
from tenants.queries import principal_of

METHODS = ("GET", "HEAD", "POST")


def addresses_of(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file `of` a list: entries or calls."""
    path = reverse(f"campaigns:{of}-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


def of_campaign(choice: Choice) -> list[tuple[str, str]]:
    """Return (name, address) of a campaign as reports of the same calls, and of all its people."""
    lists = addresses_of("entries", {"campaign": str(choice.campaign)})
    people = [(_("entries (%(form)s)") % {"form": form}, href) for form, href in lists]
    return [*_reports(choice.campaign, start_date=choice.start, end_date=choice.end), *people]


def of_dashboard(params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, address) of the chosen campaigns as reports."""
    return _reports(None, **params)


@require_safe
def campaign_report(request: HttpRequest, campaign_id: int, type: ReportType) -> HttpResponseBase:
    """Download what the campaign's page shows. Raises UnknownCampaign, NotNarrowed, NotSet."""
    found, (start, end) = campaign_numbered(number=campaign_id), choosing.days(request)
    asked.check_narrowed(request, addresses.params_of(Choice(start=start, end=end)))
    return campaign_file(
        found,
        type,
        start=start,
        end=end,
        formats=formats_for(request),
        organisation=principal_of(request).tenant.name,
        now=timezone.now(),
    )


@require_safe
def report(request: HttpRequest, type: ReportType) -> HttpResponseBase:
    """Download what the dashboard shows of the same parameters. Raises NotNarrowed, NotSet."""
    formats = formats_for(request)
    chosen = choosing.chosen(request, zone=str(formats.zone))
    asked.check_narrowed(request, chosen.in_effect)
    return dashboard_file(
        chosen.in_days(),
        chosen.named,
        type,
        formats=formats,
        organisation=principal_of(request).tenant.name,
        now=timezone.now(),
    )


@require_http_methods(METHODS)
def entries_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen people, or ask for the file; no page or file of a viewer holds what was said."""
    chosen = choosing.entry_choice(request, _choice(request))
    asked.check_narrowed(request, addresses.params_of(chosen.of) | choosing.said_of_entries(chosen))
    return _file(request, ENTRIES, kept(chosen, name=_name(request, "entries")))


@require_http_methods(METHODS)
def calls_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen calls, or ask for the file. Raises NotNarrowed."""
    chosen = choosing.call_choice(request, _choice(request))
    asked.check_narrowed(request, addresses.params_of(chosen.of) | choosing.said_of_calls(chosen))
    return _file(request, CALLS, kept(chosen, name=_name(request, "calls")))


def _reports(number: int | None, **params: object) -> list[tuple[str, str]]:
    return [(type.label, addresses.report(number, type, **params)) for type in ReportType]


def _choice(request: HttpRequest) -> Any:
    return choosing.chosen(request, zone=str(formats_for(request).zone)).choice


def _name(request: HttpRequest, of: str) -> str:
    return f"{of}-{timezone.localdate(timezone=formats_for(request).zone).isoformat()}"


def _file(request: HttpRequest, of: str, wanted: dict[str, Any]) -> HttpResponseBase:
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.CSV))
    return now_or_later(request, of=of, asked=wanted, type=type)
