"""The doors of the reports: each asks what its page asks, by the page's own parameters."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.reports import money_book, money_paper, recovery_book, recovery_paper
from identity.views.dashboard import looked as recovery_looked
from identity.views.money import looked as money_looked
from tenants.display import asked
from tenants.display.books import exported_book
from tenants.display.exports import ReportType, file_name
from tenants.display.pdf import pdf_file
from tenants.queries import principal_of


@require_safe
def recovery_report(request: HttpRequest, type: ReportType) -> HttpResponseBase:
    """Download the red backlog. Raises NoLeads, NotNarrowed, NotSet."""
    look, organisation = recovery_looked(request), principal_of(request).tenant.name
    asked.check_narrowed(request, look.params)
    name = file_name(_("Identity"), now=look.now, zone=look.formats.zone)
    if type is ReportType.PDF:
        return pdf_file(recovery_paper.report_of(look, organisation=organisation), name=name)
    pages = recovery_book.pages_of(look, organisation=organisation)
    return exported_book(name=name, pages=pages, zone=look.formats.zone)


@require_safe
def money_report(request: HttpRequest, type: ReportType) -> HttpResponseBase:
    """Download the money. Raises NoLeads, NotNarrowed, NotSet."""
    look, organisation = money_looked(request), principal_of(request).tenant.name
    asked.check_narrowed(request, look.params)
    name = file_name(_("Money"), now=look.now, zone=look.formats.zone)
    if type is ReportType.PDF:
        return pdf_file(money_paper.report_of(look, organisation=organisation), name=name)
    pages = money_book.pages_of(look, organisation=organisation)
    return exported_book(name=name, pages=pages, zone=look.formats.zone)
