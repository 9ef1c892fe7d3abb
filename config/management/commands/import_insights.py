"""`manage.py import_insights`: the history of the first social system comes over, again and again (F11)."""

from argparse import RawDescriptionHelpFormatter
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

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
from insights.actions import first_system
from tenants.records.rules import Collection
from tenants.rules import Refused

HELP = """Import brands, viewers and past insights of the first social system into a tenant, as history.

SOURCE is postgresql://user:password@host/database, a folder of CSV or JSON files named like the tables, or
env:NAME of a variable that holds one of these. docs/migration.md says what becomes of what.
"""


class Command(BaseCommand):
    """Show what is there and what it becomes, then take it; run again, it adds what is new."""

    help = HELP
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Leave the help as it is written."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where from, where to, and what."""
        parser.add_argument("source", metavar="SOURCE")
        parser.add_argument("--tenant", required=True, help="short name of the tenant")
        parser.add_argument("--what", default="", help="fichas,users,insights; all that are there by default")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write a CSV line for each row")
        parser.add_argument("--by", metavar="EMAIL", help="the member who answers for it")
        parser.add_argument("--table", action="append", default=[], metavar="WHAT=NAME",
                            help="what a table is called over there")  # fmt: skip
        parser.add_argument("--system", default="social", help="name of the source, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object a step")

    def handle(self, *args: Any, source: str, tenant: str, what: str, **options: Any) -> None:
        """Import; raises CommandError when something cannot be read, with what came before it written."""
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            found = tenant_named(tenant)
            session = first_system.Session(
                options["system"][:60], options["dry_run"], member_named(options["by"], found)
            )
            with (
                closing(bridges.open_tables_or_json(source)) as opened,
                RowReport(options["report"]) as report,
                scope_of(found, dry_run=session.dry_run),
            ):
                chosen = _chosen(opened, session, what, pairs(options["table"], "--table"), said)
                run = Crossing(
                    opened, report, said, session.system, session.dry_run, session.by,
                    anew=True, piece="rows",
                )  # fmt: skip
                broken = [line for one, place in chosen for line in run.carry(one, place)]
        except (bridges.SourceRefused, UnservedCollection, Refused, OSError) as error:
            raise CommandError(words_of(error)) from error
        if broken:
            raise CommandError("\n".join(broken))


def _chosen(
    source: Source, session: first_system.Session, what: str, named: dict[str, str], said: Narrator
) -> list[tuple[Collection, Place]]:
    """Return what is imported and where it is. Raises CommandError when something asked for is nowhere."""
    served = {one.name: one for one in first_system.collections(session)}
    unknown = ", ".join(sorted(set(named) - set(served)))
    if unknown:
        raise CommandError(f"--table: {unknown} is nothing that can be imported: {', '.join(served)}.")
    asked = bridges.chosen(what, served) if what else list(served.values())
    places = [(one, place_of(source, one, named, option="--table", what="table")) for one in asked]
    missing = [one for one, place in places if place is None]
    if missing and (what or len(missing) == len(asked)):
        told = "; ".join(f"no table for {one.name} (looked for {', '.join(one.found_as)})" for one in missing)
        raise CommandError(f"{source.name}: {told}. Say what it is called: --table WHAT=NAME.")
    for one in missing:
        said.say(f"{one.name}: not there (looked for {', '.join(one.found_as)})")
    return [(one, place) for one, place in places if place is not None]
