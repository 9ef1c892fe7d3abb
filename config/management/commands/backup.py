"""`manage.py backup`: write a verified backup of the installation, or of one tenant (S18)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from config.backup.narrated import told
from config.backup.noting import note_taken
from config.backup.rules import BackupRefused, NoFolder, NoKeySet
from config.backup.taking import take
from config.bootstrap import _, spoken_language
from config.crossing import stream_of
from config.narration import Narrator
from tenants import queries
from tenants.rules import Refused
from tenants.scope import public_scope


class Command(BaseCommand):
    """Every row as it was at one moment, while everybody works on; read again before it counts."""

    help = _(
        "Write a backup into a folder of its own and read it again; docs/backup.md says how to restore it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what and where to; the key comes from the environment, where no list of processes shows it."""
        parser.add_argument("--tenant", metavar="SLUG", default="", help=_("one tenant instead of all"))
        parser.add_argument("--to", type=Path, metavar="DIR", help=_("MINGA_BACKUP_DIR without it"))
        parser.add_argument("--encrypt", action="store_true", help=_("with MINGA_BACKUP_KEY"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object a step"))

    def handle(self, *args: Any, tenant: str, to: Path | None, encrypt: bool, **options: Any) -> None:
        """Write it; raises CommandError with one line and the cure, and leaves nothing half made."""
        translation.activate(spoken_language())
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            if encrypt and not settings.BACKUP_KEY:
                raise NoKeySet
            place = to or settings.BACKUP_DIR
            if place is None:
                raise NoFolder
            found = None
            if tenant:
                with public_scope():
                    found = queries.ready_tenant(slug=tenant)
            with told(said) as show:
                key = settings.BACKUP_KEY if encrypt else ""
                folder, held = take(place, made_at=timezone.now(), key=key, tenant=found, show=show)
            note_taken(held, of=found)
        except (Refused, BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        said.say(_("%(rows)s rows are in %(folder)s") % {"rows": f"{held.rows:,}", "folder": folder})
        said.give({"backup": str(folder), "rows": held.rows, "tables": sum(1 for _one in held.all())})
