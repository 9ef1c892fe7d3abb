"""The commands that check: the same shape and exit codes for each guardrail (I19)."""

from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from identity.management.operating import COULD_NOT, FAILED, TenantCommand
from identity.queries.guardrails import SHOWN, Checked, Guardrail, Standing, verify
from tenants.display.formats import reader


class GuardrailCommand(TenantCommand):
    """Check one guardrail over its whole table, read-only."""

    read_only = True
    unknown_tenant = COULD_NOT
    guardrail: ClassVar[Guardrail]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many offenders to show as well."""
        super().add_arguments(parser)
        parser.add_argument("--shown", type=int, default=SHOWN, help=_("offenders to show"))

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Answer what was found. Raises CommandError (1) with offenders."""
        found = verify(guardrail=self.guardrail, shown=max(0, options["shown"]))
        self.answer(found.told(), as_json=as_json)
        check_passed(found)


def check_passed(found: Checked) -> None:
    """Raise CommandError (1) unless a check found no offenders."""
    if found.standing is Standing.FAILED:
        number = reader().number
        told = {
            "check": found.guardrail,
            "offending": number(found.offending),
            "checked": number(found.checked),
        }
        words = _("%(check)s: %(offending)s of %(checked)s offend") % told
        raise CommandError(words, returncode=FAILED)
