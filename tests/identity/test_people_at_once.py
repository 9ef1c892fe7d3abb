"""People and jobs at one lead or person at one moment: whoever is first wins, nothing is half (I8, I9)."""

from collections import Counter
from threading import Event
from time import sleep
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from identity import actions, queries
from identity.actions import Choice
from identity.actions.people import refusals
from identity.models import BacklogEvent, Case, Identifier, Link, Origin, Person, QueueItem
from identity.queries.guardrails import Standing, verify_all
from identity.rules import CaseState, QueueStatus, Source, Via
from tenants.models import Tenant
from tenants.rules import Refused
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.identity.holding import check_holdings

pytestmark = pytest.mark.real_roles
BY = uuid4()
PHONE = "999888777"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def together(acme: Tenant, *acts):
    """Do all of it at once, each on a connection of its own; return what came of it, refusals too."""

    def one(number):
        with tenant_scope(acme.schema_name):
            try:
                return acts[number]()
            except Refused as refusal:
                return refusal

    return at_once(len(acts), one)


def until_somebody_waits():
    with connection.cursor() as cursor:
        for _time in range(1000):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("nobody waits")


def run(*leads):
    """Link as a job does: evidence first, then the batch, in one transaction."""
    with transaction.atomic():
        actions.read_evidence()
        return actions.link_leads(
            leads=[one.pk for one in leads], via=Via.RECOVER, now=timezone.now(), force=True
        )


def test_a_person_who_comes_second_is_told_whose_the_lead_is(acme: Tenant):
    """I9: the job has linked and not committed; the person waits, and then it is a clear no."""
    with tenant_scope(acme.schema_name):
        lead, other = a_lead(phone=PHONE), a_person("Other")
        a_driver(phone=PHONE)
        QueueItem.objects.create(source_pk=lead.source_pk)
    started = Event()

    def job():
        with transaction.atomic():
            assert run(lead).matched == 1
            started.set()
            until_somebody_waits()

    def person():
        assert started.wait(30)
        return actions.resolve_case(lead_id=lead.pk, choice=Choice(person=other.pk), by=BY)

    _job, refusal = together(acme, job, person)
    assert isinstance(refusal, refusals.AlreadyLinked)
    with tenant_scope(acme.schema_name):
        link = Link.objects.get(source=Source.CABINET)
        assert refusal.extra == {"person": str(link.person_id)}
        assert link.via == Via.RECOVER
        check_holdings()


def test_a_job_that_comes_second_leaves_the_lead_to_the_person(acme: Tenant):
    """I9: automation never overwrites a link; the case closes once and one event leaves the backlog."""
    with tenant_scope(acme.schema_name):
        lead, chosen = a_lead(phone=PHONE), a_person("Chosen")
        run(lead)
        a_driver(phone=PHONE)
        QueueItem.objects.create(source_pk=lead.source_pk)
    started = Event()

    def person():
        with transaction.atomic():
            found = actions.resolve_case(lead_id=lead.pk, choice=Choice(person=chosen.pk), by=BY)
            started.set()
            until_somebody_waits()
        return found

    def job():
        assert started.wait(30)
        return run(lead)

    found, tally = together(acme, person, job)
    assert found.is_new
    assert (tally.matched, tally.skipped) == (0, 1)
    with tenant_scope(acme.schema_name):
        assert Link.objects.get(source=Source.CABINET).person_id == chosen.pk
        assert Case.objects.get().state == CaseState.RESOLVED
        assert QueueItem.objects.get().status == QueueStatus.RESOLVED_ELSEWHERE
        kinds = BacklogEvent.objects.order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["entered", "resolved_manually"]


def test_who_ignores_a_case_that_a_job_is_linking_is_told_so(acme: Tenant):
    """I9: an ignore that is said to be noted stays; one that comes too late is refused."""
    with tenant_scope(acme.schema_name):
        lead = a_lead(phone=PHONE)
        run(lead)
        a_driver(phone=PHONE)
    started = Event()

    def job():
        with transaction.atomic():
            actions.read_evidence()
            started.set()
            until_somebody_waits()
            return run(lead)

    def person():
        assert started.wait(30)
        return actions.ignore_case(lead_id=lead.pk, by=BY)

    tally, refusal = together(acme, job, person)
    assert tally.matched == 1
    assert isinstance(refusal, refusals.CaseClosed)
    with tenant_scope(acme.schema_name):
        assert Case.objects.get().state == CaseState.RESOLVED


@pytest.mark.services
def test_of_many_at_one_lead_one_wins(acme: Tenant):
    """I9: people who mean different persons, and jobs; all others are told, nobody crashes."""
    with tenant_scope(acme.schema_name):
        lead = a_lead(phone=PHONE)
        a_driver(phone=PHONE)
        persons = [a_person(str(number)).pk for number in range(4)]

    def resolve(key):
        return lambda: actions.resolve_case(lead_id=lead.pk, choice=Choice(person=key), by=BY)

    came = together(acme, *(resolve(key) for key in persons), lambda: run(lead), lambda: run(lead))
    with tenant_scope(acme.schema_name):
        link = Link.objects.get(source=Source.CABINET)
        told = [one for one in came if isinstance(one, Refused)]
        assert {one.code for one in told} == {"already_linked"}
        assert {one.extra["person"] for one in told} == {str(link.person_id)}
        assert len(told) == 3 + (link.via == Via.RECOVER)
        left = BacklogEvent.objects.exclude(kind="entered")
        assert left.count() == 1
        assert Origin.objects.get().person_id == link.person_id
        check_holdings()


def test_two_leads_of_one_unknown_account_make_one_person(acme: Tenant):
    """I8: whoever is second finds the person that the first one made."""
    with tenant_scope(acme.schema_name):
        account = a_driver(name="Ana Ruiz", document="D1", licence="Q22")
        leads = [a_lead() for _number in range(5)]

    def resolve(lead):
        return lambda: actions.resolve_case(lead_id=lead.pk, choice=Choice(driver=account.driver_id), by=BY)

    came = together(acme, *map(resolve, leads))
    assert len({one.person for one in came}) == 1
    with tenant_scope(acme.schema_name):
        assert Person.objects.count() == 1
        assert Link.objects.filter(source=Source.DRIVER).count() == 1
        assert Identifier.objects.filter(is_sole=True).count() == 2
        check_holdings()


@pytest.mark.parametrize("is_job_first", [True, False])
def test_nobody_is_linked_to_who_is_being_merged(acme: Tenant, is_job_first: bool):
    """I9: whoever is first, the tombstone holds nothing and the successor all."""
    with tenant_scope(acme.schema_name):
        lead, kept, gone = a_lead(phone=PHONE), a_person("Kept"), a_person("Gone")
        linked(a_driver(phone=PHONE), gone)
    started = Event()

    def first(act):
        def done():
            with transaction.atomic():
                act()
                started.set()
                until_somebody_waits()

        return done

    def second(act):
        def done():
            assert started.wait(30)
            return act()

        return done

    def merge():
        return actions.merge_persons(kept=kept.pk, gone=gone.pk, by=BY)

    def job():
        assert run(lead).matched == 1

    acts = (job, merge) if is_job_first else (merge, job)
    together(acme, first(acts[0]), second(acts[1]))
    with tenant_scope(acme.schema_name):
        assert set(Link.objects.values_list("person", flat=True)) == {kept.pk}
        assert queries.person_of(source=Source.CABINET, source_pk=lead.source_pk) == kept.pk
        check_holdings()


def test_merging_crosswise_makes_no_circle(acme: Tenant):
    """I9: one succeeds the other, whoever was first; a change is undone once."""
    with tenant_scope(acme.schema_name):
        one, other = a_person("One", phone="1" * 9), a_person("Other", phone="2" * 9)
        for person in (one, other):
            linked(a_lead(), person)
        actions.decide_origins(persons=[one.pk, other.pk], now=timezone.now())

    def merge(kept, gone):
        return lambda: actions.merge_persons(kept=kept.pk, gone=gone.pk, by=BY)

    came = together(acme, *[merge(one, other), merge(other, one)] * 3)
    (change,) = [each for each in came if not isinstance(each, Refused)]
    assert {each.code for each in came if isinstance(each, Refused)} == {"person_merged"}
    with tenant_scope(acme.schema_name):
        assert queries.successor_of(key=change.other_id) == change.kept_id
        check_holdings()
    came = together(acme, *[lambda: actions.undo_change(change_id=change.pk, by=BY)] * 4)
    assert Counter(getattr(each, "code", "undone") for each in came) == {"undone": 1, "change_undone": 3}
    with tenant_scope(acme.schema_name):
        assert Person.objects.filter(merged_into=None).count() == 2
        check_holdings()


@pytest.mark.services
def test_everything_at_once_leaves_no_hole(acme: Tenant):
    """I8, I9: merges, splits, links by hand, by jobs, and taken away, over the same few persons."""
    with tenant_scope(acme.schema_name):
        persons = [a_person(str(number), phone=f"5199988800{number}") for number in range(3)]
        for number, person in enumerate(persons):
            linked(a_driver(phone=f"99988800{number}"), person)
            actions.resolve_case(lead_id=a_lead().pk, choice=Choice(person=person.pk), by=BY)
        leads = [a_lead(phone=f"99988800{number % 3}") for number in range(6)]
        first = Link.objects.filter(source=Source.CABINET).order_by("id")[0].pk

    def split():
        link = Link.objects.filter(source=Source.CABINET).order_by("id")[1]
        return actions.split_person(person=link.person_id, links=[link.pk], by=BY)

    came = together(
        acme,
        lambda: actions.merge_persons(kept=persons[0].pk, gone=persons[1].pk, by=BY),
        lambda: actions.merge_persons(kept=persons[1].pk, gone=persons[2].pk, by=BY),
        lambda: run(*leads),
        lambda: run(*reversed(leads)),
        lambda: actions.resolve_case(lead_id=leads[0].pk, choice=Choice(person=persons[1].pk), by=BY),
        lambda: actions.resolve_case(lead_id=leads[1].pk, choice=Choice(), by=BY),
        lambda: actions.unlink(link_id=first, by=BY),
        split,
    )
    assert {type(one) for one in came if isinstance(one, Exception)} <= {
        refusals.AlreadyLinked,
        refusals.PersonMerged,
        refusals.UnknownLink,
        refusals.NothingStays,
    }
    with tenant_scope(acme.schema_name):
        check_holdings()
        assert [each.told() for each in verify_all() if each.standing is Standing.FAILED] == []
