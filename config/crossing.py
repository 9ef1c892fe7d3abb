"""One call of an import command, source to tenant: who, where, what, told step by step (F9, F10)."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any, cast
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.bridges import Passage, Place, RowReport, Source
from config.bridges.survey import facts_of, mapping_lines
from config.narration import Narrator, Step
from tenants import queries
from tenants.actions.statistics import refresh_statistics
from tenants.models import Tenant, User
from tenants.records.actions import note
from tenants.records.rules import Collection, Fate
from tenants.rules import Refused, TenantStatus
from tenants.scope import public_scope, tenant_scope


@dataclass(slots=True)
class Crossing:
    """Carries collections over, one after another."""

    source: Source
    report: RowReport
    said: Narrator
    system: str
    dry_run: bool
    by: UUID | None
    # Whether documents that came over already are looked at again.
    anew: bool = False
    # What the source calls its pieces.
    piece: str = gettext_noop("documents")

    def carry(self, collection: Collection, place: Place) -> Iterable[str]:
        """Take one collection; yield why its source ended early, if it did."""
        passage = Passage(
            self.source, place, collection, system=self.system, dry_run=self.dry_run, anew=self.anew
        )
        with self.said.step(f"look.{collection.name}", _("%s: looking") % collection.name) as step:
            survey = passage.look()
            step.facts |= {"documents": survey.documents, "fields": facts_of(survey, collection)}
        told = {"what": collection.name, "place": place.name, "count": f"{survey.documents:,}"}
        self.said.say(_("%(what)s ← %(place)s, %(count)s %(pieces)s") % (told | {"pieces": _(self.piece)}))
        for line in mapping_lines(survey, collection):
            self.said.say(line)
        label = _("%s: rehearsing") if self.dry_run else _("%s: importing")
        with self.said.step(f"take.{collection.name}", label % collection.name) as step:
            passage.carry(self.report, lambda read: _show(step, read, survey.documents))
            step.facts |= {"dry_run": self.dry_run, **passage.tally.facts(), "remarks": collection.remarks()}
            step.words = ""
        for line in [*passage.tally.lines(passage.words), *(f"  {said}" for said in collection.remarks())]:
            self.said.say(line)
        self._note(collection, passage)
        if passage.broken:
            yield passage.broken

    def _note(self, collection: Collection, passage: Passage) -> None:
        """Leave one audit entry, if anything was written."""
        counts = {str(fate): passage.tally.fates[fate] for fate in Fate}
        if not self.dry_run and (counts[Fate.CREATED] or counts[Fate.UPDATED]):
            note(verb="import", of=collection.name, id=self.system, by=self.by, change=counts)
            refresh_statistics(rows=counts[Fate.CREATED] + counts[Fate.UPDATED])


def scope_of(tenant: Tenant, *, dry_run: bool) -> AbstractContextManager[None]:
    """Open the tenant; a dry run has a log-in that could not write if it wanted to (S2)."""
    return tenant_scope(tenant.schema_name, read_only=dry_run)


def stream_of(wrapper: Any) -> IO[str]:
    """Return what is below Django's wrapper, which ends every write with a new line, a bar among them."""
    return cast("IO[str]", wrapper._out)


def tenant_named(slug: str) -> Tenant:
    """Return a ready tenant. Raises CommandError, naming those there are."""
    with public_scope():
        found: Tenant | None = Tenant.objects.filter(slug=slug, is_template=False).first()
        known = ", ".join(queries.ready_tenants().values_list("slug", flat=True)[:20])
    if found is None:
        raise CommandError(
            _("There is no tenant %(slug)r. There are: %(known)s.") % {"slug": slug, "known": known or "–"}
        )
    if found.status != TenantStatus.READY:
        raise CommandError(
            _("The tenant %(slug)r is not ready (%(status)s).") % {"slug": slug, "status": found.status}
        )
    return found


def member_named(email: str | None, tenant: Tenant) -> UUID | None:
    """Return who answers for the import; raises CommandError for somebody who has no part in the tenant."""
    if not email:
        return None
    with public_scope():
        user = User.objects.filter(email__iexact=email).first()
        member = queries.membership(user_id=user.pk, tenant_id=tenant.pk) if user else None
    if user is None or member is None:
        raise CommandError(
            _("%(email)s is no member of %(tenant)s.") % {"email": email, "tenant": tenant.slug}
        )
    return user.pk


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Return {name: value} of an option given several times. Raises CommandError."""
    found = [word.partition("=") for word in words]
    wrong = [name for name, mark, value in found if not (name and mark and value)]
    if wrong:
        raise CommandError(
            _("%(option)s takes NAME=VALUE, not %(word)r.") % {"option": option, "word": wrong[0]}
        )
    return {name.strip(): value.strip() for name, _mark, value in found}


def place_of(
    source: Source, collection: Collection, named: Mapping[str, str], *, option: str
) -> Place | None:
    """Return where a collection is, None when it is nowhere and nobody named it.

    `option` is the word of the cure. Raises CommandError when it is in several places.
    """
    is_named = collection.name in named
    found = source.places([named[collection.name]] if is_named else list(collection.found_as))
    told = {"source": source.name, "option": option, "what": collection.name}
    if not found and is_named:
        words = _("%(source)s: there is no %(name)s.")
        raise CommandError(words % (told | {"name": named[collection.name]}))
    if len(found) > 1:
        names = ", ".join(place.name for place in found)
        words = _("%(source)s: several places for %(what)s (%(names)s). Say which: %(option)s %(what)s=NAME.")
        raise CommandError(words % (told | {"names": names}))
    return found[0] if found else None


def words_of(error: Exception) -> str:
    """Return a refusal in one line."""
    if isinstance(error, Refused) and error.extra:
        return f"{error} ({', '.join(map(str, error.extra.values()))})"
    return str(error)


def _show(step: Step, read: int, documents: int) -> None:
    step.show(100 * read // documents if documents else None, f"{read:,}")
