"""`manage.py import_insights`: the history of the first social system comes over, again and again (F11)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from config import bridges
from config.bridges import Source
from config.table_import import TableImport
from insights.actions import first_system
from tenants.models import Tenant
from tenants.records.rules import Collection


class Command(TableImport):
    """Brands, viewers and past insights; run again, it adds what is new."""

    help = _("""Import brands, viewers and past insights of the first social system into a tenant, as history.

SOURCE is postgresql://user:password@host/database, a folder of CSV or JSON files named like the tables, or
env:NAME of a variable that holds one of these. docs/migration.md says what becomes of what.
""")
    kinds = "fichas,users,insights"
    system = "social"

    def open(self, source: str) -> Source:
        """Open tables, or JSON files named like them."""
        return bridges.open_tables_or_json(source)

    def session(self, *, tenant: Tenant, by: UUID | None, system: str, dry_run: bool) -> first_system.Session:
        """Return a run."""
        return first_system.Session(system, dry_run, by)

    def collections(self, session: Any) -> Sequence[Collection]:
        """Return the three kinds of rows."""
        return first_system.collections(session)
