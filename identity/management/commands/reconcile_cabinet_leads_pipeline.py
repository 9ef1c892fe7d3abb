"""`manage.py reconcile_cabinet_leads_pipeline`: recent leads and leads in limbo, looked at again (I13)."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from identity.actions.draining import Reconciliation
from identity.actions.draining.reconciling import LIMIT, RECENT_DAYS, STAGES
from identity.management.draining import JobCommand
from identity.management.operating import count, days
from identity.rules import JobKind


class Command(JobCommand):
    """Answer how many leads were processed and what became of them; deferred are those over the limit."""

    help = _("Link recent leads and leads in limbo, and heal accounts and origins.")
    kind = JobKind.RECONCILE

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which leads to look at."""
        super().add_arguments(parser)
        parser.add_argument("--no-recent", action="store_true", help=_("leave recent leads out"))
        parser.add_argument(
            "--recent-days", type=days, default=RECENT_DAYS, help=_("how many days are recent")
        )
        parser.add_argument("--no-limbo", action="store_true", help=_("leave limbo out"))
        parser.add_argument(
            "--limbo-stages", nargs="+", default=list(STAGES), metavar="STAGE", help=_("stages of limbo")
        )
        parser.add_argument("--limit", type=count, default=LIMIT, help=_("leads in all"))

    def params(self, **options: Any) -> dict[str, Any]:
        """Return the options as the job takes them. Raises UnknownStage."""
        stages = [stage for words in options["limbo_stages"] for stage in words.replace(",", " ").split()]
        return Reconciliation(
            process_recent=not options["no_recent"],
            recent_days=options["recent_days"],
            process_limbo=not options["no_limbo"],
            limbo_stages=stages,
            limit=options["limit"],
        ).told()
