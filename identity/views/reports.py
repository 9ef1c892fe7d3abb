"""The doors of the reports: each asks what its page asks, by the page's own parameters."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.reports import money_book, money_paper, recovery_book, recovery_paper
from identity.reports.recovery import Recovery
from identity.reports.worth import Worth
from identity.views.dashboard import looked as recovery_looked
from identity.views.money import looked as money_looked
from tenants.display.books import exported_book
from tenants.display.pdf import pdf_file
from tenants.queries import principal_of


@require_safe
def recovery_pdf(request: HttpRequest) -> HttpResponse:
    """Download the red backlog as PDF. Raises NoLeads, NotSet."""
    look = recovery_looked(request)
    report = recovery_paper.report_of(look, organisation=_organisation(request))
    return pdf_file(report, name=_name("identity", look))


@require_safe
def recovery_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Download the red backlog as a workbook. Raises NoLeads."""
    look = recovery_looked(request)
    pages = recovery_book.pages_of(look, organisation=_organisation(request))
    return exported_book(name=_name("identity", look), pages=pages, zone=look.formats.zone)


@require_safe
def money_pdf(request: HttpRequest) -> HttpResponse:
    """Download the money as PDF. Raises NoLeads, NotSet."""
    look = money_looked(request)
    report = money_paper.report_of(look, organisation=_organisation(request))
    return pdf_file(report, name=_name("identity-money", look))


@require_safe
def money_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Download the money as a workbook. Raises NoLeads."""
    look = money_looked(request)
    pages = money_book.pages_of(look, organisation=_organisation(request))
    return exported_book(name=_name("identity-money", look), pages=pages, zone=look.formats.zone)


def _organisation(request: HttpRequest) -> str:
    return principal_of(request).tenant.name


def _name(word: str, look: Recovery | Worth) -> str:
    """Return a file's name: what it is, and the day on which it was made."""
    return f"{word}-{timezone.localdate(look.now, timezone=look.formats.zone).isoformat()}"
