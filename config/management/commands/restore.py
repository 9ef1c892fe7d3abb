"""`manage.py restore`: put a backup back, whole or one tenant of it (S18)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import translation
from psycopg.errors import LockNotAvailable

from config.backup.calming import note_paused
from config.backup.checking import check
from config.backup.narrated import told
from config.backup.noting import note_restored
from config.backup.refilling import Source
from config.backup.restoring import Restoration
from config.backup.rules import Show
from config.bootstrap import _, spoken_language
from config.crossing import stream_of
from config.narration import Narrator
from tenants.rules import Refused

Options = dict[str, Any]
# What --json gives, and the lines for people.
Told = tuple[dict[str, Any], list[str]]


class Command(BaseCommand):
    """Look at every byte first; then put it back, and prove each table's checksum."""

    help = _("Restore a backup into an empty database, or one tenant of it into this one.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where from and what; the key comes from the environment."""
        parser.add_argument("source", type=Path, metavar="SOURCE", help=_("a backup's folder"))
        parser.add_argument("--tenant", metavar="SLUG", default="", help=_("one tenant, nobody else"))
        parser.add_argument("--replace", action="store_true", help=_("delete what stands in its place"))
        parser.add_argument("--check", action="store_true", help=_("look at every row, change nothing"))
        parser.add_argument(
            "--go-on",
            action="store_true",
            help=_("let running campaigns call at once; they are paused otherwise"),
        )
        parser.add_argument("--json", action="store_true", help=_("one JSON object a step"))

    def handle(self, *args: Any, source: Path, **options: Any) -> None:
        """Restore; raises CommandError with one line and the cure."""
        translation.activate(spoken_language())
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            with told(said) as show:
                facts, lines = (
                    _checked(source, show, options) if options["check"] else _restored(source, show, options)
                )
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                _("Somebody works on this organisation and does not end; stop web, worker and beat first.")
            ) from error
        said.give(facts)
        for line in lines:
            said.say(line)


def _checked(folder: Path, show: Show, options: Options) -> Told:
    found = check(folder, key=settings.BACKUP_KEY, thoroughly=True, show=show, slug=options["tenant"])
    return {"rows": found.rows}, [_("Every row is as it was written.")]


def _restored(folder: Path, show: Show, options: Options) -> Told:
    key, slug = settings.BACKUP_KEY, options["tenant"]
    found = check(folder, key=key, thoroughly=False, show=show, slug=slug)
    work = Restoration(found, Source(folder, key, show), options["replace"], options["go_on"])
    schemas = work.one(slug) if slug else work.whole()
    note_restored(found, schemas, alone=bool(slug))
    paused = note_paused(work.paused)
    facts = {"restored": [schema.slug for schema in schemas], "paused": paused}
    return facts, [_("Every table equals the backup's."), *_calmed(work.called_off, paused)]


def _calmed(called_off: int, paused: int) -> list[str]:
    """Say what came back and was stopped."""
    lines = []
    if called_off:
        words = _("%(count)d removals of organisations came back as well; they are called off.")
        lines.append(words % {"count": called_off})
    if paused:
        words = _(
            "%(count)d running campaigns are paused: what was called since the backup is not known here."
        )
        lines.append(words % {"count": paused})
    return lines
