"""The door of the report: it asks what the page asks, by the page's own parameters."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from personas import queries
from personas.reports import standing_book, standing_paper
from personas.reports.standing import Standing
from personas.views.dashboard import looked
from tenants.display import asked
from tenants.display.books import exported_book
from tenants.display.exports import ReportType, file_name
from tenants.display.pdf import pdf_file
from tenants.queries import principal_of


@require_safe
def standing_report(request: HttpRequest, type: ReportType) -> HttpResponseBase:
    """Download how the contacts stand. Raises NoContacts, NotNarrowed, NotSet."""
    look, organisation = _look(request), principal_of(request).tenant.name
    name = file_name(_("Personas"), now=look.now, zone=look.formats.zone)
    if type is ReportType.PDF:
        return pdf_file(standing_paper.report_of(look, organisation=organisation), name=name)
    pages = standing_book.pages_of(look, organisation=organisation)
    return exported_book(name=name, pages=pages, zone=look.formats.zone)


def _look(request: HttpRequest) -> Standing:
    look = looked(request, queries.sources())
    asked.check_narrowed(request, look.choice.params)
    if not look.seen.contacts.now:
        raise queries.NoContacts
    return look
