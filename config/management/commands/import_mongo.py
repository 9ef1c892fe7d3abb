"""`manage.py import_mongo`: data of the first system comes over from MongoDB, again and again (F9)."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import bridges
from config.bridges import Passage, Place, RowReport, Source, UnservedCollection
from config.bridges.survey import facts_of, mapping_lines
from config.narration import Narrator, Step
from personas.actions import first_system
from personas.rules import Match
from tenants import queries
from tenants.models import Tenant, User
from tenants.records.actions import note
from tenants.records.rules import Collection, Fate
from tenants.rules import Refused, TenantStatus
from tenants.scope import public_scope, tenant_scope

HELP = """Import collections of a MongoDB into a tenant.

SOURCE is mongodb://host/database, a folder of mongodump (.bson, .bson.gz), files of mongoexport (Extended
JSON v2), or env:NAME of a variable that holds one of these. docs/migration.md says what becomes of what.
"""


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
        parser.add_argument("--tenant", required=True, help="short name of the tenant")
        parser.add_argument(
            "--what", required=True, help="contacts,keywords,priorities,reclassification_jobs"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--since-last", action="store_true", help="go on after the last id (the default)")
        again.add_argument("--all", action="store_true", dest="anew", help="look at every document again")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write a CSV line for each document")
        parser.add_argument("--by", metavar="EMAIL", help="the member who answers for it")
        parser.add_argument("--database", default="", help="which database, where the source holds several")
        parser.add_argument("--collection", action="append", default=[], metavar="WHAT=NAME",
                            help="what a collection is called over there")  # fmt: skip
        parser.add_argument("--system", default="mongo", help="name of the source, where there are several")
        parser.add_argument("--match", choices=list(Match), default=Match.PHRASE, help="how keywords match")
        parser.add_argument("--keep-personas", action="store_true",
                            help="keep the persona of every contact, not only of locked ones")  # fmt: skip
        parser.add_argument("--default", default="", metavar="CODE", help="the default persona")
        parser.add_argument("--persona", action="append", default=[], metavar="NAME=CODE",
                            help="another name of a persona")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one JSON object a step")

    def handle(self, *args: Any, source: str, tenant: str, what: str, **options: Any) -> None:
        """Import; raises CommandError when something cannot be read, with what came before it written."""
        said = Narrator(as_json=options["json"], out=_stream(self.stdout))
        try:
            found = _tenant(tenant)
            by = _member(options["by"], found)
            session = _session(by, options)
            chosen = bridges.chosen(what, bridges.served(session))
            with closing(bridges.open_source(source, database=options["database"])) as opened:
                places = _places(opened, chosen, _pairs(options["collection"], "--collection"))
                with _scope(found, session), RowReport(options["report"]) as report:
                    run = _Run(opened, session, report, said, anew=options["anew"])
                    broken = [line for collection in chosen for line in run.carry(collection, places)]
        except (bridges.SourceRefused, UnservedCollection, Refused, OSError) as error:
            raise CommandError(_words(error)) from error
        if broken:
            raise CommandError("\n".join(broken))


class _Run:
    """One call of the command, collection after collection."""

    def __init__(
        self, source: Source, session: first_system.Session, report: RowReport, said: Narrator, *, anew: bool
    ) -> None:
        self._source, self._session, self._report, self._said = source, session, report, said
        self._anew = anew

    def carry(self, collection: Collection, places: dict[str, Place]) -> Iterable[str]:
        """Take one collection; yield why its source ended early, if it did."""
        place, dry_run = places[collection.name], self._session.dry_run
        passage = Passage(
            self._source, place, collection, system=self._session.system, dry_run=dry_run, anew=self._anew
        )
        with self._said.step(f"look.{collection.name}", f"{collection.name}: looking") as step:
            survey = passage.look()
            step.facts |= {"documents": survey.documents, "fields": facts_of(survey, collection)}
        self._said.say(f"{collection.name} ← {place.name}, {survey.documents:,} documents")
        for line in mapping_lines(survey, collection):
            self._said.say(line)
        verb = "rehearsing" if dry_run else "importing"
        with self._said.step(f"take.{collection.name}", f"{collection.name}: {verb}") as step:
            passage.carry(self._report, lambda read: _show(step, read, survey.documents))
            step.facts |= {"dry_run": dry_run, **passage.tally.facts(), "remarks": collection.remarks()}
            step.words = ""
        for line in [*passage.tally.lines(passage.words), *(f"  {said}" for said in collection.remarks())]:
            self._said.say(line)
        self._note(collection, passage)
        if passage.broken:
            yield passage.broken

    def _note(self, collection: Collection, passage: Passage) -> None:
        """Leave one audit entry, if anything was written."""
        counts = {str(fate): passage.tally.fates[fate] for fate in Fate}
        if not self._session.dry_run and (counts[Fate.CREATED] or counts[Fate.UPDATED]):
            note(
                verb="import", of=collection.name, id=self._session.system, by=self._session.by, change=counts
            )


def _scope(tenant: Tenant, session: first_system.Session) -> AbstractContextManager[None]:
    # A dry run has a log-in that could not write if it wanted to (S2).
    return tenant_scope(tenant.schema_name, read_only=session.dry_run)


def _stream(wrapper: Any) -> IO[str]:
    # Django's wrapper ends every write with a new line, a bar among them.
    return cast("IO[str]", wrapper._out)


def _tenant(slug: str) -> Tenant:
    with public_scope():
        found: Tenant | None = Tenant.objects.filter(slug=slug, is_template=False).first()
        known = ", ".join(queries.ready_tenants().values_list("slug", flat=True)[:20])
    if found is None:
        raise CommandError(f"There is no tenant {slug!r}. There are: {known or 'none'}.")
    if found.status != TenantStatus.READY:
        raise CommandError(f"The tenant {slug!r} is not ready ({found.status}).")
    return found


def _member(email: str | None, tenant: Tenant) -> UUID | None:
    """Return who answers for the import; raises CommandError for somebody who has no part in the tenant."""
    if not email:
        return None
    with public_scope():
        user = User.objects.filter(email__iexact=email).first()
        member = queries.membership(user_id=user.pk, tenant_id=tenant.pk) if user else None
    if user is None or member is None:
        raise CommandError(f"{email} is no member of {tenant.slug}.")
    return user.pk


def _session(by: UUID | None, options: dict[str, Any]) -> first_system.Session:
    return first_system.Session(
        system=options["system"][:60],
        dry_run=options["dry_run"],
        by=by,
        match=Match(options["match"]),
        keep_personas=options["keep_personas"],
        default=options["default"],
        aliases=_pairs(options["persona"], "--persona"),
    )


def _places(source: Source, chosen: list[Collection], named: dict[str, str]) -> dict[str, Place]:
    return {collection.name: _place(source, collection, named) for collection in chosen}


def _place(source: Source, collection: Collection, named: dict[str, str]) -> Place:
    """Return where a collection is; raises CommandError when it is nowhere or in several places."""
    called = [named[collection.name]] if collection.name in named else list(collection.found_as)
    found = source.places(called)
    if not found:
        raise CommandError(
            f"{source.name}: no collection for {collection.name} (looked for {', '.join(called)}). "
            f"Say what it is called: --collection {collection.name}=NAME."
        )
    if len(found) > 1:
        raise CommandError(
            f"{source.name}: several collections for {collection.name} ({', '.join(p.name for p in found)}). "
            f"Say which: --collection {collection.name}=NAME, or --database NAME."
        )
    return found[0]


def _pairs(words: list[str], option: str) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    wrong = [name for name, mark, value in pairs if not (name and mark and value)]
    if wrong:
        raise CommandError(f"{option} takes NAME=VALUE, not {wrong[0]!r}.")
    return {name.strip(): value.strip() for name, _mark, value in pairs}


def _show(step: Step, read: int, documents: int) -> None:
    step.show(100 * read // documents if documents else None, f"{read:,}")


def _words(error: Exception) -> str:
    if isinstance(error, Refused) and error.extra:
        return f"{error} ({', '.join(map(str, error.extra.values()))})"
    return str(error)
