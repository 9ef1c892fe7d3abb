"""`manage.py recover_kpi_red_leads`: the recovery queue is drained (I12)."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from identity.management.draining import JobCommand
from identity.management.operating import count
from identity.rules import JobKind


class Command(JobCommand):
    """Answer rows processed: matched, retry, failed, resolved_elsewhere, errors; and those that wait."""

    help = _("Try to link what is due in the recovery queue.")
    kind = JobKind.RECOVER

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many rows to try."""
        super().add_arguments(parser)
        parser.add_argument("--limit", type=count, help=_("rows to try; all that are due unless said"))

    def params(self, **options: Any) -> dict[str, Any]:
        """Return the limit, if any."""
        return {"limit": options["limit"]} if options["limit"] else {}
