"""`manage.py train_matching`: weights are fitted to the tenant's own leads, without labels (I7b)."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from identity import actions
from identity.management.operating import FAILED, WRONG_CALL, TenantCommand, count
from identity.matching.training import NotTrainable
from identity.matching.versions import BadModel


class Command(TenantCommand):
    """Keep a fitted model, and with `--activate` put it in force if it misses no point that it must hold.

    Exit 1 when the leads teach nothing or the model misses a point, 2 for a version that cannot be kept.
    """

    help = _("Fit the weights of matching to the tenant's leads by EM, without labels.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to call the model, how many leads to read, and what to do with it."""
        super().add_arguments(parser)
        parser.add_argument("--name", default="", help=_("version of the model; the moment unless said"))
        parser.add_argument("--leads", type=count, default=50_000, help=_("most leads to learn from"))
        parser.add_argument(
            "--activate", action="store_true", help=_("put it in force if no point is missed")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("fit and tell, keep nothing"))

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Fit, keep, activate, answer. Raises CommandError (1, 2)."""
        version = options["name"] or f"fitted-{timezone.now():%Y%m%d-%H%M%S}"
        try:
            made = actions.fit_model(version=version, leads=options["leads"], dry=options["dry_run"])
        except NotTrainable as error:
            raise self.refused(str(error), FAILED, as_json=as_json) from error
        except (BadModel, actions.VersionTaken) as error:
            raise self.refused(str(error), WRONG_CALL, as_json=as_json) from error
        is_active = self._activated(made, asked=options["activate"])
        self.answer({**asdict(made), "is_active": is_active}, as_json=as_json)
        if options["activate"] and made.missed:
            raise self.refused(_("Not activated: %s") % "; ".join(made.missed), FAILED, as_json=False)

    def _activated(self, made: actions.FittedModel, *, asked: bool) -> bool:
        if not asked or made.missed or made.id is None:
            return False
        return actions.activate_model(model=made.id)
