"""What empty lists of brands say, and an invented brand's workbook (W5)."""

from django.utils.translation import gettext_lazy as _

from insights.models import Comment, FichaCliente, FichaViewer, Insight, Run, Task
from insights.samples import BRANDS, make_books
from tenants.admin import tenant_site
from tenants.admin.empties import Empty, Sample
from tenants.models import Tenant

WEEKS, SIZE = 8, 0.3


def brand_book(_tenant: Tenant) -> tuple[str, bytes]:
    """Return the workbook of an invented brand: two tabs, posts and comments of eight weeks."""
    _earlier, book = make_books(next(iter(BRANDS)), weeks=WEEKS, size=SIZE)
    return "brand-sample.xlsx", book.content


tenant_site.add_sample(Sample("brand", _("A sample brand's workbook"), brand_book))
NEW = ("admin:insights_fichacliente_add", _("New brand"), "brand")
BRANDS_LIST = ("admin:insights_fichacliente_changelist", _("To the brands"))
tenant_site.empties |= {
    FichaCliente: Empty(
        _("A brand is a sheet or a workbook of posts and comments; it is read once a day and labelled."),
        *NEW,
    ),
    Comment: Empty(_("Comments come from the sheets of brands, each with its label."), *NEW),
    Run: Empty(
        _("Each look at a brand stands here: what was read, labelled, and what it cost."), *BRANDS_LIST
    ),
    Insight: Empty(_("An insight is what an analysis found. A run makes it."), *BRANDS_LIST),
    Task: Empty(_("A recommendation that somebody takes up becomes a task."), *BRANDS_LIST),
    FichaViewer: Empty(
        _("Viewers see every brand until they are bound to some."),
        "admin:insights_fichaviewer_add",
        _("Bind a viewer"),
    ),
}
