"""The brand's page as a file to take away: the same look, all its tabs; viewers may (Who)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.reports.files import ReportType, report_file
from insights.views.choosing import chosen, fichas_of
from tenants.display.context_processors import formats_for


@require_safe
def report(request: HttpRequest, type: str) -> HttpResponseBase:
    """Download the look that the same parameters show on the page, as PDF or workbook. Raises NotSet."""
    now = timezone.now()
    return report_file(
        chosen(request, fichas_of(request), now=now),
        ReportType(type),
        formats=formats_for(request),
        organisation=request.principal.tenant.name,  # type: ignore[attr-defined]  # the tenancy middleware's
        now=now,
    )
