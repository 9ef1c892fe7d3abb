"""`manage.py import_cabinet`: data of the first identity system comes over, again and again (F10)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from config.table_import import TableImport
from identity import actions
from identity.actions import first_system
from tenants.models import Tenant
from tenants.records.rules import Collection


class Command(TableImport):
    """Leads, drivers and what belongs to them."""

    help = _("""Import the tables of the first identity system into a tenant.

SOURCE is postgresql://user:password@host/database, a folder of CSV files named like the tables, or env:NAME
of a variable that holds one of these. docs/migration.md says what becomes of what.
""")
    kinds = "leads,scouts,drivers,trips,links,origins,claims"
    system = "cabinet"

    def session(self, *, tenant: Tenant, by: UUID | None, system: str, dry_run: bool) -> first_system.Session:
        """Return a run that reads files as this tenant writes them."""
        terms = actions.terms_of(country=tenant.country, zone=tenant.timezone, now=timezone.now())
        return first_system.Session(
            terms=terms, currency=actions.currency(), system=system, dry_run=dry_run, by=by
        )

    def collections(self, session: Any) -> Sequence[Collection]:
        """Return the seven kinds of rows."""
        return first_system.collections(session)
