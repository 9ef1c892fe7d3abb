"""`manage.py identity_shadow`: Splink with our levels and weights, beside our links (I7b)."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from identity import actions
from identity.management.operating import COULD_NOT, TenantCommand, count
from identity.matching.shadowing import Disagreement, ShadowNotInstalled


class Command(TenantCommand):
    """Answer how many links both engines make and where they differ; exit 3 when Splink is not installed."""

    help = _("Score leads by Splink on DuckDB with the model in force; report disagreements with our links.")
    read_only = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many leads to score and how many disagreements to show."""
        super().add_arguments(parser)
        parser.add_argument("--leads", type=count, default=200_000, help=_("newest leads to score"))
        parser.add_argument("--shown", type=count, default=20, help=_("disagreements to show"))

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Score, compare, answer. Raises CommandError (3)."""
        try:
            found = actions.shadow_links_of(leads=options["leads"], shown=options["shown"])
        except ShadowNotInstalled as error:
            raise self.refused(str(error), COULD_NOT, as_json=as_json) from error
        kinds = {str(kind): found.kinds[kind] for kind in Disagreement}
        shown = [
            {"lead": lead, "kind": str(kind), "ours": ours, "theirs": theirs}
            for lead, kind, ours, theirs in found.shown
        ]
        self.answer({"ours": found.ours, "theirs": found.theirs, **kinds, "shown": shown}, as_json=as_json)
