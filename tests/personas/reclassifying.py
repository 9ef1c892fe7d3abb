"""What tests of reclassifications share: small batches, an answer worked out one contact at a time."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from personas import actions, queries
from personas.classifier import KeywordRule, PersonaRule, normalise
from personas.models import ContactPersona, Keyword, Persona, PersonaDay
from personas.queries import ReclassificationProgress, ReclassificationView
from personas.rules import Effect, Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner import Run
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tests.personas.rulesets import decide_slowly, stands

ALL = ReclassificationType.ALL
SIZES = ("RECLASSIFICATION_BATCH", "TITLES", "CONTACTS", "SINGLE_CONTACTS")
MODULES = ("applying", "listing", "undoing")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the rules of reclassification see it."""

    id: int
    title: str
    persona: str
    keyword_text: str
    held: bool


def set_batches(size: int) -> None:
    """Let every batch hold `size` rows in this process."""
    for name in MODULES:
        module = sys.modules[f"personas.actions.reclassifying.{name}"]
        for constant in SIZES:
            if isinstance(getattr(module, constant, None), int):
                setattr(module, constant, size)


@contextmanager
def batches_of(size: int) -> Iterator[None]:
    """Let every batch hold `size` rows until the block ends, so that a few contacts take many."""
    modules = [sys.modules[f"personas.actions.reclassifying.{name}"] for name in MODULES]
    before = [(module, name, value) for module in modules for name, value in vars(module).items()]
    set_batches(size)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def ran(tenant: Tenant, job: Job) -> ReclassificationView:
    """Run a job in this process, whoever holds a lease on it no more; return how it ended."""
    work_on(DueTicket(job.id, tenant.schema_name))
    return queries.reclassification(job_id=job.id)


def people() -> dict[int, Person]:
    """Return every contact by its id."""
    rows = ContactPersona.objects.values_list(
        "contact", "contact__job_title", "persona__code", "keyword_text", "locked", "assigned_manually"
    )
    return {
        number: Person(number, title, persona, text, locked or manually)
        for number, title, persona, text, locked, manually in rows
    }


def stored_rules() -> tuple[list[PersonaRule], list[KeywordRule]]:
    """Return the tenant's rules as the plain loop takes them."""
    personas = Persona.objects.values_list("id", "code", "name", "priority", "is_default")
    keywords = Keyword.objects.values_list("id", "text", "normalized", "match", "effect", "persona_id")
    return (
        [PersonaRule(*row) for row in personas],
        [KeywordRule(*row[:3], Match(row[3]), Effect(row[4]), row[5]) for row in keywords],
    )


def expected(type: ReclassificationType, params: dict[str, Any]) -> tuple[dict[int, Person], dict[int, str]]:
    """Return whom a reclassification selects, and the new persona of each it changes."""
    rules = stored_rules()
    selected = {one.id: one for one in people().values() if selects(type, params, one)}
    decided = {one.id: decide_slowly(*rules, normalise(one.title))[0] for one in selected.values()}
    changed = {
        number: code
        for number, code in decided.items()
        if not selected[number].held and selected[number].persona != code
    }
    return selected, changed


def selects(type: ReclassificationType, params: dict[str, Any], one: Person) -> bool:
    """Answer as the table of types reads."""
    title = normalise(one.title)
    if not one.title.strip():
        return False
    if type is ReclassificationType.BY_KEYWORD:
        keywords = [rule for rule in stored_rules()[1] if str(rule.id) == params["keyword_id"]]
        return any(stands(rule, title) for rule in keywords)
    if type is ReclassificationType.BY_PERSONA:
        return bool(one.persona == params["buyer_persona_id"])
    if type is ReclassificationType.AFFECTED:
        phrases = [normalise(text) for text in params["keywords"] if text.strip()]
        inside = any(f" {phrase} " in f" {title} " for phrase in phrases)
        return inside or normalise(one.keyword_text) in phrases
    return True


def check_sum(progress: ReclassificationProgress, *, ended: bool = False) -> None:
    """R3: what is processed was updated, held, the same or an error; in the end it is all."""
    parts = progress.updated + progress.skipped_locked + progress.skipped_same + progress.errors
    assert progress.processed == parts, progress
    assert 0 <= progress.percent <= 100, progress
    if ended:
        assert (progress.processed, progress.percent) == (progress.total_contacts, 100.0), progress


@contextmanager
def watched(meddle: Callable[[int], None] = lambda _commits: None) -> Iterator[None]:
    """Check the counters of a job after each of its commits in this process, then `meddle(commits)` (R3)."""
    commits, chunk = Counter[UUID](), Run.chunk

    @contextmanager
    def watched_chunk(run: Run) -> Iterator[Any]:
        with chunk(run) as piece:
            yield piece
        check_sum(queries.reclassification(job_id=run.job_id).progress)
        commits[run.job_id] += 1
        meddle(commits[run.job_id])

    Run.chunk = watched_chunk  # type: ignore[method-assign, assignment]  # taken back below
    try:
        yield
    finally:
        Run.chunk = chunk  # type: ignore[method-assign]


def check_days() -> None:
    """What each persona gained and lost since ever is what it has."""
    moved: Counter[int] = Counter()
    for persona, gained, lost in PersonaDay.objects.values_list("persona", "gained", "lost"):
        moved[persona] += gained - lost
    holders = Counter(ContactPersona.objects.values_list("persona", flat=True))
    assert {number: count for number, count in moved.items() if count} == dict(holders)


def check_history() -> None:
    """R8: the changes of each contact lead from nothing to its present persona without a gap."""
    for one in people().values():
        before = ""
        for change in reversed(queries.changes_of(contact_id=one.id, limit=1_000)):
            assert change.old == before, (one, change)
            before = change.new
        assert before == one.persona, (one, before)


def checksum() -> tuple[Any, ...]:
    """Return a digest of every contact's persona, its reason and who holds it; ids included."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*), md5(string_agg(concat_ws('|', contact_id, persona_id, keyword_id, keyword_text,
                   locked, assigned_manually, locked_by), ',' ORDER BY contact_id))
              FROM personas_contactpersona
        """)
        return tuple(cursor.fetchone())


def reclassified(tenant: Tenant, **asked: Any) -> ReclassificationView:
    """Ask for a reclassification of all, unless said otherwise, and run it."""
    return ran(tenant, actions.reclassify(**{"type": ALL, "params": {}} | asked))
