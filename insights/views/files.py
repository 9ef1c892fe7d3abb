"""The brand's page and its comments as files to take away: the same look; viewers may (Who)."""

from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from insights.reports.files import report_file
from insights.reports.looking import Chosen
from insights.reports.tables import COMMENTS, kept
from insights.views.choosing import chosen, fichas_of
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType, ReportType
from tenants.display.later import now_or_later
from tenants.queries import principal_of


@require_safe
def report(request: HttpRequest, type: str) -> HttpResponseBase:
    """Download the page's look at the same parameters, as PDF or workbook. Raises NotSet, NotNarrowed."""
    now = timezone.now()
    return report_file(
        _looked(request, now),
        ReportType(type),
        formats=formats_for(request),
        organisation=principal_of(request).tenant.name,
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def comments_file(request: HttpRequest) -> HttpResponseBase:
    """Download all comments of the look, or ask for the file when a workbook would hold too many."""
    looked = _looked(request, timezone.now())
    formats = formats_for(request)
    name = f"{slugify(looked.ficha.brand_name) or 'insights'}-{timezone.localdate(timezone=formats.zone)}"
    wanted = kept(looked, name=f"{name}-comments", language=formats.language)
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.CSV))
    return now_or_later(request, of=COMMENTS, asked=wanted, type=type)


def _looked(request: HttpRequest, now: datetime) -> Chosen:
    looked = chosen(request, fichas_of(request), now=now)
    asked.check_narrowed(request, looked.params | {"tab": looked.tab})
    return looked
