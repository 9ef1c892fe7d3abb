"""What identity's commands share: a tenant by its short name, figures as text or JSON, exit codes (I19).

0 done or passed, 1 failed, 2 a wrong call, 3 it could not be tried: no database, no such tenant.
"""

import json
from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils.translation import gettext as _

from tenants import queries
from tenants.display.formats import reader
from tenants.models import Tenant
from tenants.rules import NoSuchTenant
from tenants.scope import public_scope, tenant_scope

FAILED, WRONG_CALL, COULD_NOT = 1, 2, 3


class TenantCommand(BaseCommand):
    """A command that works inside one tenant and answers with figures; subclasses say what in `work`."""

    requires_system_checks = []
    # A check must not be able to write if it wanted to (S2).
    read_only: ClassVar[bool] = False
    # The exit code of an unknown tenant: a wrong call, or something that could not be checked.
    unknown_tenant: ClassVar[int] = WRONG_CALL

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tenant and how to answer."""
        parser.add_argument("--tenant", required=True, help=_("short name of the tenant"))
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help=_("answer with one JSON object")
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from a shell; nobody's page waits, so no statement is given up."""
        settings.DB_STATEMENT_TIMEOUT = "0"
        super().run_from_argv(argv)

    def handle(self, *args: Any, tenant: str, as_json: bool, **options: Any) -> None:
        """Work and answer. Raises CommandError with one of the exit codes above."""
        try:
            found = self._tenant(tenant)
            with tenant_scope(found.schema_name, read_only=self.read_only):
                self.work(as_json=as_json, **options)
        except NoSuchTenant as error:
            raise self.refused(str(error), self.unknown_tenant, as_json=as_json) from error
        except Error as error:
            reason = " ".join(str(error).split())
            words = _("The database does not answer as it should: %(reason)s") % {"reason": reason}
            raise self.refused(words, COULD_NOT, as_json=as_json) from error

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Do it inside the tenant's scope."""
        raise NotImplementedError

    def answer(self, figures: Mapping[str, Any], *, as_json: bool) -> None:
        """Write figures: one JSON object, or a line each."""
        if as_json:
            self.stdout.write(json.dumps(figures, default=str, ensure_ascii=False))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name}: {value if isinstance(value, str | int) else json.dumps(value)}")

    def refused(self, words: str, code: int, *, as_json: bool) -> CommandError:
        """Return the error that ends the command, told as JSON too where that was asked for."""
        if as_json:
            self.answer({"status": "error", "error": words}, as_json=True)
        return CommandError(words, returncode=code)

    def _tenant(self, slug: str) -> Tenant:
        with public_scope():
            return queries.ready_tenant(slug=slug)


def count(word: str) -> int:
    """Read a number of 1 or more from a command line. Raises ArgumentTypeError, which exits with 2."""
    return _up_to(10_000_000, word)


def days(word: str) -> int:
    """Read a number of days, a century at most. Raises ArgumentTypeError, which exits with 2."""
    return _up_to(36_500, word)


def _up_to(most: int, word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10 and 0 < int(word) <= most):
        raise ArgumentTypeError(
            _("%(word)r is not a number from 1 to %(most)s") % {"word": word, "most": reader().number(most)}
        )
    return int(word)
