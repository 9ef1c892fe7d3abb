"""A person says who a lead is, and nothing a job does later changes it (I7c, I9)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions, queries
from identity.actions import Choice
from identity.actions.people import refusals
from identity.models import BacklogEvent, Case, Claim, Identifier, Link, Origin, Person, QueueItem, Verdict
from identity.rules import CaseState, IdentifierKind, MatchRule, QueueStatus, Source, Via
from tenants.records.models import AuditEntry
from tests.identity.fleet import a_driver, a_lead, a_person, linked

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()
NOW = timezone.now()


def resolve(lead, by=BY, **choice):
    return actions.resolve_case(lead_id=lead.pk, choice=Choice(**choice), by=by)


def tried(lead):
    """Try a lead in vain, so that it has a case and waits in the queue."""
    actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    QueueItem.objects.create(source_pk=lead.source_pk, attempts=1)
    return Case.objects.get(pk=lead.pk)


def rows():
    models = (Link, Person, Identifier, Verdict, BacklogEvent, Origin, AuditEntry)
    return [model.objects.count() for model in models]


def test_it_links_a_lead_to_a_person_for_good():
    """I9: MANUAL_RESOLUTION 100 HIGH with its origin, the case closed, one event, one entry."""
    lead, person = a_lead(name="Ana Ruiz", phone="999888777"), a_person("Ana Ruiz")
    claim = Claim.objects.create(
        source_pk=lead.source_pk, milestone="M1", state="paid", amount=25, currency="PEN"
    )
    tried(lead)
    found = resolve(lead, person=person.pk)
    assert (found.person, found.is_new) == (person.pk, True)
    link = Link.objects.get()
    assert (link.source, link.source_pk, link.person_id) == (Source.CABINET, lead.source_pk, person.pk)
    assert (link.rule, link.score, link.confidence) == (MatchRule.MANUAL, 100, "HIGH")
    assert (link.via, link.linked_by) == (Via.MANUAL, BY)
    case = Case.objects.get()
    assert (case.state, case.closed_by) == (CaseState.RESOLVED, BY)
    assert case.closed_at
    assert QueueItem.objects.get().status == QueueStatus.RESOLVED_ELSEWHERE
    kinds = BacklogEvent.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["entered", "resolved_manually"]
    origin = Origin.objects.get()
    assert (origin.person_id, origin.kind, origin.source_pk) == (person.pk, Source.CABINET, lead.source_pk)
    claim.refresh_from_db()
    assert claim.person_id == person.pk
    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.person_id, verdict.created_by) == ("must_link", person.pk, BY)
    entry = AuditEntry.objects.get(object_type="case")
    assert (entry.verb, entry.object_id, entry.actor) == ("resolve", str(lead.pk), BY)
    assert queries.case_of(lead_id=lead.pk).attempts == 1


def test_twice_the_same_is_once():
    """I9: idempotent; no row is written."""
    lead, person = a_lead(), a_person()
    resolve(lead, person=person.pk)
    before = rows()
    assert not resolve(lead, person=person.pk).is_new
    assert rows() == before


def test_another_persons_lead_is_refused():
    """I9: 409, and the answer says whose it is."""
    lead, person = a_lead(), a_person()
    linked(lead, person)
    before = rows()
    for choice in ({"person": a_person("Other").pk}, {}, {"driver": a_owned_driver()}):
        with pytest.raises(refusals.AlreadyLinked) as refused:
            resolve(lead, **choice)
        assert refused.value.extra == {"person": str(person.pk)}
    # The persons and the account made here, and no more.
    assert [later - earlier for earlier, later in zip(before, rows(), strict=True)] == [1, 2, 0, 0, 0, 0, 0]


def a_owned_driver():
    account = a_driver()
    linked(account, a_person("Owner"))
    return account.driver_id


def test_a_confirmed_link_of_a_job_becomes_binding():
    """I7c: the word of a person about what a job linked stays for later runs."""
    lead, person = a_lead(), a_person()
    linked(lead, person)
    assert not resolve(lead, person=person.pk).is_new
    assert Verdict.objects.get().person_id == person.pk
    assert Link.objects.get().via == Via.RECOVER


def test_a_tombstone_stands_for_its_successor():
    """I9: what was merged is found under its successor."""
    kept = a_person("Kept")
    gone = Person.objects.create(name="Gone", confidence="HIGH", merged_into=kept)
    assert resolve(a_lead(), person=gone.pk).person == kept.pk


def test_an_account_of_nobody_makes_a_person():
    """I8: driver link DRIVER_MATCH 100 HIGH, document and licence with one holder."""
    account = a_driver(name="Ana Ruiz", document="D-1", licence="Q 22", phone="999888777")
    lead = a_lead(name="Ana", phone="911222333")
    person = Person.objects.get(pk=resolve(lead, driver=account.driver_id).person)
    assert person.name == "Ana Ruiz"
    link = Link.objects.get(source=Source.DRIVER)
    assert (link.source_pk, link.person_id, link.via) == (account.driver_id, person.pk, Via.MANUAL)
    assert (link.rule, link.score, link.confidence) == (MatchRule.DRIVER, 100, "HIGH")
    held = person.identifiers.values_list("kind", "value", "is_sole")
    assert set(held) == {("document", "D1", True), ("licence", "Q22", True)}
    assert Verdict.objects.get().driver_id == account.pk
    assert Origin.objects.get().kind == Source.CABINET


def test_an_account_goes_to_the_holder_of_its_papers():
    """I4, I8: who holds the document is the owner; what was known by chance is theirs alone now."""
    holder = a_person("Ana", document="D1")
    account = a_driver(document="D1", licence="Q22")
    assert resolve(a_lead(), driver=account.driver_id).person == holder.pk
    held = holder.identifiers.values_list("kind", "value", "is_sole")
    assert set(held) == {("document", "D1", True), ("licence", "Q22", True)}


def test_a_linked_leads_person_takes_an_account_of_nobody():
    """I9: the missing account of a known person."""
    lead, person = a_lead(), a_person()
    linked(lead, person)
    account = a_driver(document="D1")
    found = resolve(lead, driver=account.driver_id)
    assert (found.person, found.is_new) == (person.pk, False)
    assert queries.person_of(source=Source.DRIVER, source_pk=account.driver_id) == person.pk


def test_papers_of_two_persons_choose_nobody():
    """I9: nobody is chosen; both are named."""
    one, other = a_person(document="D1", sole=True), a_person(licence="Q22", sole=True)
    account = a_driver(document="D1", licence="Q22")
    with pytest.raises(refusals.SeveralHolders) as refused:
        resolve(a_lead(), driver=account.driver_id)
    assert refused.value.extra == {"persons": sorted([str(one.pk), str(other.pk)])}


def test_a_new_person_is_known_by_the_lead():
    """I9: all the lead says, with one holder only for what a user confirmed."""
    lead = a_lead(name="Ana Ruiz", phone="999888777", document="D1", email=" A@x.example ")
    person = Person.objects.get(pk=resolve(lead, confirmed=[IdentifierKind.DOCUMENT]).person)
    assert (person.name, person.created_by) == ("Ana Ruiz", BY)
    held = person.identifiers.values_list("kind", "value", "is_sole")
    assert set(held) == {
        ("phone", "51999888777", False),
        ("document", "D1", True),
        ("email", "a@x.example", False),
    }


def test_what_somebody_else_alone_holds_cannot_be_confirmed():
    """One holder: the refusal names it, and nothing is written."""
    holder = a_person(document="D1", sole=True)
    lead = a_lead(document="D1")
    before = rows()
    with pytest.raises(refusals.IdentifierHeld) as refused:
        resolve(lead, confirmed=[IdentifierKind.DOCUMENT])
    assert refused.value.extra == {"kind": "document", "person": str(holder.pk)}
    with pytest.raises(refusals.BadChoice):
        resolve(lead, confirmed=[IdentifierKind.PHONE])
    assert rows() == before


@pytest.mark.parametrize(
    ("choice", "refusal"),
    [
        ({"person": uuid4()}, queries.UnknownPerson),
        ({"driver": "nobody's"}, refusals.UnknownDriver),
        ({"person": uuid4(), "driver": "d"}, refusals.BadChoice),
    ],
)
def test_it_refuses_what_is_not_there(choice, refusal):
    with pytest.raises(refusal):
        resolve(a_lead(), **choice)


def test_an_unknown_lead_is_refused():
    with pytest.raises(queries.UnknownLead):
        actions.resolve_case(lead_id=1, choice=Choice(), by=BY)


def test_new_evidence_wakes_the_leads_that_hold_it():
    """I7c: a person's new phone re-queues exactly the unresolved leads with that phone."""
    lead, twin, stranger = a_lead(phone="999888777"), a_lead(phone="+51 999888777"), a_lead(phone="911222333")
    for one in (lead, twin, stranger):
        tried(one)
    resolve(lead, confirmed=[IdentifierKind.PHONE])
    assert Case.objects.get(pk=twin.pk).woken_at
    assert Case.objects.get(pk=stranger.pk).woken_at is None


def test_a_new_person_wakes_the_leads_that_hold_what_it_is_known_by():
    """I7c: nobody has to vouch for a phone that two leads share."""
    lead, twin, stranger = a_lead(phone="999888777"), a_lead(phone="+51 999888777"), a_lead(phone="911222333")
    for one in (lead, twin, stranger):
        tried(one)
    made = resolve(lead).person
    both = [twin.pk, stranger.pk]
    assert actions.link_leads(leads=both, via=Via.RECONCILE, now=timezone.now()).matched == 1
    assert queries.person_of(source=Source.CABINET, source_pk=twin.source_pk) == made
    assert Case.objects.get(pk=stranger.pk).woken_at is None


def test_a_try_by_a_clock_that_goes_ahead_sleeps_through_nothing():
    """I7c: workers stamp tries by their own clocks, the database wakes by its own."""
    asked, holder = a_lead(phone="999888777"), a_lead(phone="911222333")
    ahead = timezone.now() + timedelta(seconds=30)
    actions.link_leads(leads=[asked.pk, holder.pk], via=Via.RECOVER, now=ahead)
    actions.ask_again(lead_id=asked.pk, by=BY)
    assert actions.wake_by_keys(keys={IdentifierKind.PHONE: ["51911222333"]}) == 1
    assert actions.link_leads(leads=[asked.pk, holder.pk], via=Via.RECOVER, now=ahead).processed == 2


def test_ignoring_stays_until_it_is_opened_again():
    """I9: a human's ignore stays, whatever a job finds."""
    lead = a_lead(phone="999888777")
    tried(lead)
    for _time in range(2):
        actions.ignore_case(lead_id=lead.pk, by=BY, note="a test lead")
    a_driver(phone="999888777")
    actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now(), force=True)
    case = Case.objects.get()
    assert (case.state, case.closed_by, case.note) == (CaseState.IGNORED, BY, "a test lead")
    with pytest.raises(refusals.CaseIgnored):
        actions.ask_again(lead_id=lead.pk, by=BY)
    for _time in range(2):
        actions.reopen_case(lead_id=lead.pk, by=BY)
    assert actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
    for act in (actions.ignore_case, actions.reopen_case):
        with pytest.raises(refusals.CaseClosed):
            act(lead_id=lead.pk, by=BY)
    assert list(
        AuditEntry.objects.filter(object_type="case").values_list("verb", flat=True).order_by("id")
    ) == [
        "ignore",
        "reopen",
    ]


def test_a_case_that_nobody_opened_cannot_be_ignored():
    with pytest.raises(queries.UnknownCase):
        actions.ignore_case(lead_id=a_lead().pk, by=BY)


def test_asking_again_wakes_the_case_and_the_failed_row():
    """I11: failed → pending only on new evidence or a person's ask."""
    lead = a_lead(phone="999888777")
    case = tried(lead)
    assert actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).skipped == 1
    QueueItem.objects.update(status=QueueStatus.FAILED, closed_at=NOW)
    actions.ask_again(lead_id=lead.pk, by=BY)
    case.refresh_from_db()
    assert case.woken_at > case.tried_at
    assert QueueItem.objects.get().asked_at
    assert actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).processed == 1
    linked(lead, a_person())
    with pytest.raises(refusals.AlreadyLinked):
        actions.ask_again(lead_id=lead.pk, by=BY)
