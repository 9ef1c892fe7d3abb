"""Reclassifications beside people and beside each other: held ones stay, counters add up (P7, R3)."""

import time
from collections.abc import Iterator
from threading import Event
from uuid import UUID

import pytest
from django.db.models import Count, F
from django.test.utils import override_settings

from personas import actions, queries
from personas.models import Contact, ContactPersona, JobTitle, Persona
from personas.queries import ReclassificationView
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.samples.dice import Dice
from tenants.scope import owner_scope, tenant_scope
from tests.at_once import at_once
from tests.benchmarks import population
from tests.personas.reclassifying import ALL, batches_of, check_days, check_sum, checksum, people, ran
from tests.personas.titles import some_titles

pytestmark = pytest.mark.real_roles

PEOPLE = 2_000
EDITORS = 8
JOBS = 6


@pytest.fixture
def crowd(acme: Tenant) -> Iterator[list[int]]:
    """Contacts in ids' order, and connections for everybody."""
    with owner_scope(acme.schema_name):
        population.fill(PEOPLE)
        population.swap_rules()
    with override_settings(DB_POOL_SIZE=2 * EDITORS):
        with tenant_scope(acme.schema_name):
            numbers = list(ContactPersona.objects.order_by("contact").values_list("contact", flat=True))
        yield numbers


class Editor:
    """Locks, frees, assigns and retypes contacts of its own, and looks again and again at what it holds."""

    def __init__(self, number: int, crowd: list[int], by: UUID) -> None:
        self._dice, self._mine, self._by = Dice(number), crowd[number::EDITORS], by
        self._titles = some_titles(50, seed=number)
        self.held: dict[int, str] = {}
        self.edits = 0

    def edit(self) -> None:
        """Do one thing to one contact."""
        contact, lot = self._dice.pick(self._mine), self._dice.share()
        if lot < 0.35:
            actions.lock_contact(contact_id=contact, by=self._by)
            self.held[contact] = self._persona(contact)
        elif lot < 0.55:
            code = self._dice.pick(("dc_generales", "dc_medicas", "mateo"))
            actions.assign_persona(contact_id=contact, persona=Persona.objects.get(code=code), by=self._by)
            self.held[contact] = code
        elif lot < 0.75:
            actions.change_title(contact_id=contact, job_title=self._dice.pick(self._titles), by=self._by)
        elif contact in self.held:
            self.look(contact)
            del self.held[contact]
            actions.lock_contact(contact_id=contact, by=self._by, locked=False)
        self.edits += 1

    def look(self, contact: int) -> None:
        """P7: what a person holds is as it was left."""
        assert self._persona(contact) == self.held[contact], contact

    def _persona(self, contact: int) -> str:
        return ContactPersona.objects.values_list("persona__code", flat=True).get(contact=contact)


def test_held_contacts_never_change_under_eight_editors(acme: Tenant, crowd: list[int], alice: User) -> None:
    """P7, P8, R3: while jobs give three contacts in ten another persona, again and again."""
    over, views = Event(), list[ReclassificationView]()
    editors = [Editor(number, crowd, alice.pk) for number in range(EDITORS)]

    def act(number: int) -> None:
        with tenant_scope(acme.schema_name):
            if number < EDITORS:
                edit_until(over, editors[number])
                return
        try:
            views.extend(swapped_and_followed(acme) for _turn in range(JOBS))
        finally:
            over.set()

    with batches_of(100):
        at_once(EDITORS + 1, act)
    with tenant_scope(acme.schema_name):
        assert min(editor.edits for editor in editors) > 10
        for editor in editors:
            for contact in editor.held:
                editor.look(contact)
        for view in views:
            assert view.status == "completed", view.error
            check_sum(view.progress, ended=True)
        assert sum(view.progress.updated for view in views) > PEOPLE
        check_days()
        check_titles()


def edit_until(over: Event, editor: Editor) -> None:
    """Edit until the jobs are over, and look at all that is held now and then."""
    while not over.is_set():
        editor.edit()
        if editor.edits % 20 == 0:
            for contact in editor.held:
                editor.look(contact)


def swapped_and_followed(acme: Tenant) -> ReclassificationView:
    """Change the rules, then follow them."""
    with owner_scope(acme.schema_name):
        population.swap_rules()
    (job,) = asked(acme, 1)
    work_on(DueTicket(job.id, acme.schema_name))
    with tenant_scope(acme.schema_name):
        return queries.reclassification(job_id=job.id)


def test_whoever_looks_sees_counters_that_add_up(acme: Tenant, crowd: list[int]) -> None:
    """R3: seen by others, at any moment from the first to the last."""
    (job,) = asked(acme, 1)
    seen = []

    def act(number: int) -> None:
        if number == 0:
            work_on(DueTicket(job.id, acme.schema_name))
            return
        with tenant_scope(acme.schema_name):
            ended = False
            while not ended:
                view = queries.reclassification(job_id=job.id)
                ended = view.completed_at is not None
                check_sum(view.progress, ended=ended)
                seen.append(view.progress.processed)
                time.sleep(0.002)

    with batches_of(50):
        at_once(3, act)
    assert len(set(seen)) > 5
    assert max(seen) > 0


@pytest.mark.services
def test_two_jobs_at_once_change_nobody_twice(acme: Tenant, crowd: list[int]) -> None:
    """R5, R8: what one has written is the same to the other; undoing both restores."""
    with tenant_scope(acme.schema_name):
        before, state = people(), checksum()
    jobs = asked(acme, 2)
    with batches_of(50):
        at_once(2, lambda number: work_on(DueTicket(jobs[number].id, acme.schema_name)))
        with tenant_scope(acme.schema_name):
            views = [queries.reclassification(job_id=job.id) for job in jobs]
            for view in views:
                assert view.status == "completed", view.error
                check_sum(view.progress, ended=True)
            changed = [one for one in people().values() if one.persona != before[one.id].persona]
            assert len(changed) == sum(view.progress.updated for view in views)
            assert len(changed) > PEOPLE / 5
            check_days()
            for view in views:
                if view.can_undo:
                    ran(acme, actions.undo_reclassification(job_id=view.job_id))
            assert checksum() == state
            check_days()


def asked(acme: Tenant, count: int) -> list[Job]:
    """Ask for reclassifications of all."""
    with tenant_scope(acme.schema_name):
        return [actions.reclassify(type=ALL, params={}, dry_run=False) for _job in range(count)]


def check_titles() -> None:
    """Every title counts its contacts, and every copy of a title is the contact's."""
    counted = dict(Contact.objects.values_list("title").annotate(Count("id")))
    for number, count in JobTitle.objects.values_list("id", "contacts_count"):
        assert counted.get(number, 0) == count, number
    assert not ContactPersona.objects.exclude(title=F("contact__title")).exists()
