"""Does reclassifying keep its bars, beside a bare UPDATE of the table most applications would have?

100,000 contacts; `MINGA_BENCH_CONTACTS=1000000 make bench` measures what the bars speak of.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from personas import actions, queries
from personas.models import JobTitle, Persona
from personas.queries import ContactFilter, ReclassificationView
from personas.rules import Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.jobs.runner import Run
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import population
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.costs import Costs, forget_most, memory, quiet_server, single
from tests.benchmarks.figures import Timings, in_turns
from tests.personas.importing import work
from tests.workers import Workers

pytestmark = pytest.mark.real_roles

ROUNDS = 5
EDITS = 20
ALL = ReclassificationType.ALL
# Every version of every row of the business tables: whoever writes one changes the sum.
VERSIONS = """
    SELECT sum(hashtextextended(concat(ctid, xmin), 0)) FROM {}
"""
BUSINESS = (
    "personas_contact",
    "personas_contactpersona",
    "personas_jobtitle",
    "personas_personachange",
    "personas_personaday",
)
DIFFERENT = """
    SELECT count(*) FROM conventional_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE c.persona_id <> cp.persona_id
"""
STATE = """
    SELECT sum(hashtextextended(concat_ws('.', contact_id, persona_id, keyword_id, keyword_text, locked,
               assigned_manually), 0)) FROM personas_contactpersona
"""


def test_reclassifying(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three contacts in ten change: a dry run, the job, the bare UPDATE, in turns; then the way back."""
    costs, transactions = Costs(), Transactions(monkeypatch)
    with quiet_server(), owner_scope(acme.schema_name):
        contacts = population.fill()
        population.make_conventional()
        one_round(acme, Costs(), 0)
        # The first round writes into full pages, on both sides; later ones find room.
        transactions.forget()
        done = [one_round(acme, costs, number) for number in range(ROUNDS)][-1]
        undone = undo(acme)
    share = done.progress.updated / contacts
    longest = transactions.longest()
    by_stage = ", ".join(f"{stage} {took * 1000:.0f} ms" for stage, took in longest.items())
    lines = [
        *map(costs.line, costs),
        f"longest by stage: {by_stage}; worst of all {transactions.worst() * 1000:.0f} ms",
    ]
    show_bars(
        f"Reclassifying {contacts:,} contacts, {share:.0%} change, {ROUNDS} rounds",
        [
            Bar("time ÷ bare UPDATE", costs.ratio("job", "clock"), most=0.65),
            Bar("log ÷ bare UPDATE", costs.ratio("job", "log"), most=0.65),
            Bar("exact dry run ÷ bare UPDATE", costs.ratio("dry run", "clock"), most=0.25),
            Bar("longest transaction", max(longest.values()) * 1000, most=100, unit="ms"),
        ],
        *lines,
        "",
        "equal to the UPDATE in every round; dry run = run; business tables untouched by dry runs; "
        f"undo restored {undone:,} contacts",
    )


def one_round(acme: Tenant, costs: Costs, number: int) -> ReclassificationView:
    """Change the rules and follow them thrice; whoever comes first comes second in the next round."""
    population.swap_rules()
    population.prepare_target()
    population.settle()
    before = versions()
    dry = costs.measure("dry run", lambda: ran(acme, dry_run=True))
    assert versions() == before, "a dry run wrote"
    population.settle()
    sides: dict[str, Callable[[], Any]] = {
        "job": lambda: ran(acme, dry_run=False),
        "UPDATE": population.bare_update,
    }
    done = {side: costs.measure(side, sides[side]) for side in sorted(sides, reverse=bool(number % 2))}
    real: ReclassificationView = done["job"]
    assert dry.progress == real.progress
    assert (dry.result or {})["transitions"] == (real.result or {})["transitions"]
    assert real.progress.updated == done["UPDATE"]
    assert single(DIFFERENT) == 0
    return real


def undo(acme: Tenant) -> int:
    """Change the rules, follow them, undo it; return how many contacts are as they were."""
    population.swap_rules()
    before = single(STATE)
    done = ran(acme, dry_run=False)
    assert single(STATE) != before
    back = ran_job(acme, lambda: actions.undo_reclassification(job_id=done.job_id))
    assert single(STATE) == before, "undo did not restore"
    assert back.progress.updated == done.progress.updated
    return back.progress.updated


def test_a_small_edit(acme: Tenant, workers: Workers) -> None:
    """A keyword that touches at most 100 contacts: from the edit to the job's last commit, real worker."""
    with quiet_server():
        with owner_scope(acme.schema_name):
            contacts = population.fill()
        workers.start()
        waits, touched = Timings("edit"), []
        with tenant_scope(acme.schema_name):
            for title in rare_titles(EDITS + 1):
                took, updated = edited(workers, title)
                waits.seconds.append(took)
                touched.append(updated)
    # The first one loads the rules into the worker.
    del waits.seconds[0]
    slowest = max(waits.seconds) * 1000
    show_bars(
        f"A keyword edit and its affected job, {contacts:,} contacts",
        [Bar("edit → last commit, median", waits.median * 1000, most=100, unit="ms")],
        f"{len(waits.seconds)} edits, {min(touched)}–{max(touched)} contacts each; slowest {slowest:.0f} ms",
    )


def rare_titles(count: int) -> list[str]:
    """Return titles of a few dozen contacts, with a company in them, so that no other title holds them."""
    few = JobTitle.objects.filter(contacts_count__range=(10, 60), normalized__contains=" en ")
    return list(few.order_by("-contacts_count", "id").values_list("normalized", flat=True)[:count])


def edited(workers: Workers, title: str) -> tuple[float, int]:
    """Make a title a keyword and follow it; return the seconds until the last commit, and the changes."""
    start = single("SELECT clock_timestamp()")
    persona = Persona.objects.get(code="dc_generales")
    affected = actions.save_keyword(persona=persona, text=title, match=Match.EXACT).affected
    job = actions.reclassify(
        type=ReclassificationType.AFFECTED, params={"keywords": list(affected)}, dry_run=False
    )
    workers.until(lambda: not Job.objects.get(pk=job.id).is_live, sweeping=False)
    ended = Job.objects.get(pk=job.id)
    assert ended.state == "completed", ended.error
    assert ended.finished_at
    assert 0 < ended.done <= 100, ended.done
    return (ended.finished_at - start).total_seconds(), ended.counters["updated"]


def test_the_memory_of_a_job(acme: Tenant, workers: Workers) -> None:
    """What a worker takes at its most, above what it had after a small job."""
    with owner_scope(acme.schema_name):
        contacts = population.fill()
    (worker,) = workers.start()
    with tenant_scope(acme.schema_name):
        title = JobTitle.objects.filter(contacts_count__range=(10, 40)).values_list("normalized", flat=True)[
            0
        ]
        edited(workers, title)
    idle = memory(worker.pid, "VmRSS")
    forget_most(worker.pid)
    with owner_scope(acme.schema_name):
        population.swap_rules()
    with tenant_scope(acme.schema_name):
        job = actions.reclassify(type=ALL, params={}, dry_run=False)
        workers.until(lambda: not Job.objects.get(pk=job.id).is_live, sweeping=False)
        assert Job.objects.get(pk=job.id).state == "completed"
    most = memory(worker.pid, "VmHWM")
    show_bars(
        f"Memory of a job over {contacts:,} contacts",
        [Bar("above idle", most - idle, most=32, unit="MiB")],
        f"idle {idle:.0f} MiB, at most {most:.0f} MiB",
    )


def test_lists(acme: Tenant) -> None:
    """Fifty contacts of each persona, newest first, with all that the page shows."""
    with owner_scope(acme.schema_name):
        contacts = population.fill()
    with tenant_scope(acme.schema_name):
        codes = list(Persona.objects.values_list("code", flat=True))
        sides = {code: page_of(ContactFilter(persona=code)) for code in codes}
        whole = in_turns(sides, rounds=200)
        answers = {
            code: statistics.median(answering(side) for _round in range(50)) for code, side in sides.items()
        }
    show_bars(
        f"List 50 of {contacts:,} contacts, the slowest persona",
        [
            Bar("the three queries", max(answers.values()) * 1000, most=5, unit="ms"),
            Bar("with Django's objects", max(t.median for t in whole.values()) * 1000, most=5, unit="ms"),
        ],
    )


def answering(call: Callable[[], object]) -> float:
    """Return the seconds that a call waits for the database."""
    waited = []

    def wait(execute: Callable[..., Any], *asked: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            waited.append(time.perf_counter() - start)

    with connection.execute_wrapper(wait):
        call()
    return sum(waited)


def page_of(chosen: ContactFilter) -> Callable[[], object]:
    """Return what reads a filter's first page."""
    return lambda: queries.contacts_page(chosen=chosen, before=None, size=50)


def ran(acme: Tenant, *, dry_run: bool) -> ReclassificationView:
    """Follow the present rules in this process, as a worker would."""
    return ran_job(acme, lambda: actions.reclassify(type=ALL, params={}, dry_run=dry_run))


def ran_job(acme: Tenant, ask: Callable[[], Job]) -> ReclassificationView:
    """Ask for a job and run it in this process."""
    with tenant_scope(acme.schema_name):
        job = work(acme, ask())
        assert job.state == "completed", job.error
        return queries.reclassification(job_id=job.id)


class Transactions:
    """How long each commit of each job was open, by stage."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._jobs: dict[UUID, list[tuple[str, float]]] = {}
        self._chunk = Run.chunk
        monkeypatch.setattr(Run, "chunk", self._timed())

    def _timed(self) -> Callable[[Run], Any]:
        @contextmanager
        def chunk_in_time(run: Run) -> Iterator[Any]:
            start, stage = time.perf_counter(), run.cursor.get("stage", "begin")
            with self._chunk(run) as piece:
                yield piece
            took = time.perf_counter() - start
            self._jobs.setdefault(run.job_id, []).append((stage, took))

        return chunk_in_time

    def forget(self) -> None:
        """Begin anew."""
        self._jobs.clear()

    def longest(self) -> dict[str, float]:
        """Return the longest of each stage, of equal transactions of all rounds the middle one.

        A busy machine stops any of them now and then; the same one in most rounds it does not.
        """
        same: dict[tuple[int, int, str], list[float]] = {}
        for commits in self._jobs.values():
            for at, (stage, took) in enumerate(commits):
                same.setdefault((len(commits), at, stage), []).append(took)
        found: dict[str, float] = {}
        for (_commits, _at, stage), took_each in same.items():
            found[stage] = max(found.get(stage, 0.0), statistics.median(took_each))
        return found

    def worst(self) -> float:
        """Return the longest of all."""
        return max(took for commits in self._jobs.values() for _stage, took in commits)


def versions() -> list[Any]:
    """Return a digest of every row version of the business tables."""
    return [single(VERSIONS.format(table)) for table in BUSINESS]
