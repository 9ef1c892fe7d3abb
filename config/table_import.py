"""What the commands share that bring tables of a first system over: their words, what is chosen, the run."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config import bridges
from config.bridges import Place, RowReport, Source, UnservedCollection
from config.crossing import (
    Crossing,
    member_named,
    pairs,
    place_of,
    scope_of,
    stream_of,
    tenant_named,
    words_of,
)
from config.narration import Narrator
from tenants.models import Tenant
from tenants.records.rules import Collection
from tenants.rules import Refused

# What a table's pieces are called.
ROWS = gettext_noop("rows")


class TablesSession(Protocol):
    """One run over a first system's tables."""

    @property
    def system(self) -> str:
        """Name the source."""

    @property
    def dry_run(self) -> bool:
        """Say whether nothing is written."""


class TableImport(BaseCommand):
    """Show what is there and what it becomes, then take it; run again, it changes what has changed."""

    requires_system_checks = []
    # What may be asked for, and what the source is called unless it is said.
    kinds = ""
    system = ""

    def open(self, source: str) -> Source:
        """Open what the command names as its source; raises SourceRefused."""
        return bridges.open_tables(source)

    def session(self, *, tenant: Tenant, by: UUID | None, system: str, dry_run: bool) -> TablesSession:
        """Return the run of this command."""
        raise NotImplementedError

    def collections(self, session: TablesSession) -> Sequence[Collection]:
        """Return what can be imported, in the order in which it must be."""
        raise NotImplementedError

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Leave the help as it is written."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where from, where to, and what."""
        add = parser.add_argument
        add("source", metavar="SOURCE")
        add("--tenant", required=True, help=_("short name of the tenant"))
        add("--what", default="", help=_("%(kinds)s; all that are there by default") % {"kinds": self.kinds})
        add("--dry-run", action="store_true", help=_("show what would happen, write nothing"))
        add("--report", type=Path, metavar="FILE", help=_("write a CSV line for each row"))
        add("--by", metavar="EMAIL", help=_("the member who answers for it"))
        add("--table", action="append", default=[], metavar="WHAT=NAME",
            help=_("what a table is called over there"))  # fmt: skip
        add("--system", default=self.system, help=_("name of the source, where there are several"))
        add("--json", action="store_true", help=_("one JSON object a step"))

    def handle(self, *args: Any, source: str, tenant: str, **options: Any) -> None:
        """Import; raises CommandError when something cannot be read, with what came before it written."""
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            broken = self._carried(tenant_named(tenant), source, options, said)
        except (bridges.SourceRefused, UnservedCollection, Refused, OSError) as error:
            raise CommandError(words_of(error)) from error
        if broken:
            raise CommandError("\n".join(broken))

    def _carried(self, tenant: Tenant, source: str, options: dict[str, Any], said: Narrator) -> list[str]:
        by = member_named(options["by"], tenant)
        dry_run, named = options["dry_run"], pairs(options["table"], "--table")
        with (
            closing(self.open(source)) as opened,
            RowReport(options["report"]) as report,
            scope_of(tenant, dry_run=dry_run),
        ):
            session = self.session(tenant=tenant, by=by, system=options["system"][:60], dry_run=dry_run)
            chosen = _chosen(opened, self.collections(session), options["what"], named, said)
            run = Crossing(
                opened, report, said, session.system, dry_run, by, anew=True, piece=gettext_noop("rows")
            )
            return [line for one, place in chosen for line in run.carry(one, place)]


def _chosen(
    source: Source, collections: Sequence[Collection], what: str, named: dict[str, str], said: Narrator
) -> list[tuple[Collection, Place]]:
    """Return what is imported and where it is. Raises CommandError when something asked for is nowhere."""
    served = {one.name: one for one in collections}
    unknown = ", ".join(sorted(set(named) - set(served)))
    if unknown:
        raise CommandError(
            _("--table: %(unknown)s is nothing that can be imported: %(known)s.")
            % {"unknown": unknown, "known": ", ".join(served)}
        )
    asked = bridges.chosen(what, served) if what else list(served.values())
    places = [(one, place_of(source, one, named, option="--table")) for one in asked]
    missing = [one for one, place in places if place is None]
    if missing and (what or len(missing) == len(asked)):
        told = "; ".join(_not_there(one) for one in missing)
        words = _("%(source)s: %(told)s. Say what it is called: --table WHAT=NAME.")
        raise CommandError(words % {"source": source.name, "told": told})
    for one in missing:
        said.say(_not_there(one))
    return [(one, place) for one, place in places if place is not None]


def _not_there(one: Collection) -> str:
    told = {"what": one.name, "names": ", ".join(one.found_as)}
    return _("%(what)s: not there (looked for %(names)s)") % told
