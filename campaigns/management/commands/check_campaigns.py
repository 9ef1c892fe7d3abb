"""`manage.py check_campaigns`: counters are their entries, balances the sum of their ledgers (C22, C23)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns import queries as asked
from tenants import queries
from tenants.rules import NoSuchTenant
from tenants.scope import public_scope, tenant_scope


class Command(BaseCommand):
    """Exit 0 when everything adds up, 1 with what does not, 2 for an unknown tenant."""

    help = _("Compare the counters of campaigns with their entries, and balances with their ledgers.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tenant."""
        parser.add_argument("--tenant", required=True, help=_("short name of the tenant"))

    def handle(self, *args: Any, tenant: str, **options: Any) -> None:
        """Compare, reading only. Raises CommandError."""
        try:
            with public_scope():
                found = queries.ready_tenant(slug=tenant)
        except NoSuchTenant as error:
            raise CommandError(str(error), returncode=2) from error
        with tenant_scope(found.schema_name, read_only=True):
            wrong = [*map(str, asked.tallies_adrift()), *self._balances()]
        if wrong:
            raise CommandError("\n".join(wrong), returncode=1)
        self.stdout.write(_("everything adds up"))

    def _balances(self) -> list[str]:
        return [
            _("%(account)s: balance %(balance)s") % {"account": account.code, "balance": account.balance}
            for account in asked.accounts_adrift()
        ]
