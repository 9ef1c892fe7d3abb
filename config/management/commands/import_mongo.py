"""`manage.py import_mongo`: data of the first system comes over from MongoDB, again and again (F9)."""

from argparse import RawDescriptionHelpFormatter
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config import bridges
from config.bridges import Place, RowReport, Source, UnservedCollection
from config.crossing import Crossing, member_named, pairs, scope_of, stream_of, tenant_named, words_of
from config.narration import Narrator
from personas.actions import first_system
from personas.rules import Match
from tenants.records.rules import Collection
from tenants.rules import Refused

HELP = _("""Import collections of a MongoDB into a tenant.

SOURCE is mongodb://host/database, a folder of mongodump (.bson, .bson.gz), files of mongoexport (Extended
JSON v2), or env:NAME of a variable that holds one of these. docs/migration.md says what becomes of what.
""")


class Command(BaseCommand):
    """Show what is there and what it becomes, then take it; run again, it goes on."""

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
        parser.add_argument("--tenant", required=True, help=_("short name of the tenant"))
        parser.add_argument(
            "--what",
            required=True,
            help="contacts,keywords,priorities,reclassification_jobs,accounts,batches,debtors,jobs",
        )
        parser.add_argument("--dry-run", action="store_true", help=_("show what would happen, write nothing"))
        again = parser.add_mutually_exclusive_group()
        again.add_argument(
            "--since-last", action="store_true", help=_("go on after the last id (the default)")
        )
        again.add_argument("--all", action="store_true", dest="anew", help=_("look at every document again"))
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help=_("write a CSV line for each document")
        )
        parser.add_argument("--by", metavar="EMAIL", help=_("the member who answers for it"))
        parser.add_argument(
            "--database", default="", help=_("which database, where the source holds several")
        )
        parser.add_argument("--collection", action="append", default=[], metavar="WHAT=NAME",
                            help=_("what a collection is called over there"))  # fmt: skip
        parser.add_argument(
            "--system", default="mongo", help=_("name of the source, where there are several")
        )
        parser.add_argument(
            "--match", choices=list(Match), default=Match.PHRASE, help=_("how keywords match")
        )
        parser.add_argument("--keep-personas", action="store_true",
                            help=_("keep the persona of every contact, not only of locked ones"))  # fmt: skip
        parser.add_argument("--default", default="", metavar="CODE", help=_("the default persona"))
        parser.add_argument("--persona", action="append", default=[], metavar="NAME=CODE",
                            help=_("another name of a persona"))  # fmt: skip
        parser.add_argument("--json", action="store_true", help=_("one JSON object a step"))

    def handle(self, *args: Any, source: str, tenant: str, what: str, **options: Any) -> None:
        """Import; raises CommandError when something cannot be read, with what came before it written."""
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            found = tenant_named(tenant)
            by = member_named(options["by"], found)
            session = _session(by, options)
            chosen = bridges.chosen(what, bridges.served(session))
            with closing(bridges.open_source(source, database=options["database"])) as opened:
                places = _places(opened, chosen, pairs(options["collection"], "--collection"))
                with scope_of(found, dry_run=session.dry_run), RowReport(options["report"]) as report:
                    run = Crossing(
                        opened, report, said, session.system, session.dry_run, by, anew=options["anew"]
                    )
                    broken = [line for one in chosen for line in run.carry(one, places[one.name])]
        except (bridges.SourceRefused, UnservedCollection, Refused, OSError) as error:
            raise CommandError(words_of(error)) from error
        if broken:
            raise CommandError("\n".join(broken))


def _session(by: UUID | None, options: dict[str, Any]) -> first_system.Session:
    return first_system.Session(
        system=options["system"][:60],
        dry_run=options["dry_run"],
        by=by,
        match=Match(options["match"]),
        keep_personas=options["keep_personas"],
        default=options["default"],
        aliases=pairs(options["persona"], "--persona"),
    )


def _places(source: Source, chosen: list[Collection], named: dict[str, str]) -> dict[str, Place]:
    return {collection.name: _place(source, collection, named) for collection in chosen}


def _place(source: Source, collection: Collection, named: dict[str, str]) -> Place:
    """Return where a collection is; raises CommandError when it is nowhere or in several places."""
    called = [named[collection.name]] if collection.name in named else list(collection.found_as)
    found = source.places(called)
    told = {"source": source.name, "what": collection.name}
    if not found:
        words = _(
            "%(source)s: no collection for %(what)s (looked for %(names)s). "
            "Say what it is called: --collection %(what)s=NAME."
        )
        raise CommandError(words % (told | {"names": ", ".join(called)}))
    if len(found) > 1:
        words = _(
            "%(source)s: several collections for %(what)s (%(names)s). "
            "Say which: --collection %(what)s=NAME, or --database NAME."
        )
        raise CommandError(words % (told | {"names": ", ".join(place.name for place in found)}))
    return found[0]
