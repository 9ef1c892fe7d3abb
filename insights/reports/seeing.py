"""Which jobs a bound viewer does not see: their ends, errors and files tell of other brands (Who)."""

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from insights.models import FichaViewer
from insights.permissions import is_bound
from insights.reports.tables import COMMENTS
from insights.rules import JobKind
from tenants.queries import Principal
from tenants.rules import JobKind as HouseKind


def hidden_jobs(who: Principal) -> Q:
    """Return analyses and lists of comments of brands that a viewer is not bound to. No query by itself."""
    if not is_bound(who.role):
        return Q()
    bonds = FichaViewer.objects.filter(member=who.id).annotate(number=Cast("ficha_id", TextField()))
    asked = KeyTextTransform("ficha", KeyTransform("asked", OuterRef("params")))
    analyses = Q(kind=JobKind.ANALYZE) & ~Exists(bonds.filter(number=OuterRef("subject")))
    lists = Q(kind=HouseKind.EXPORT, params__of=COMMENTS) & ~Exists(bonds.filter(number=asked))
    # Who is bound to none sees every brand.
    return Exists(bonds) & (analyses | lists)
