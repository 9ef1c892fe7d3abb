"""Whoever is merged and split in whatever order: taking it all back leaves every row as it was (I9)."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity import actions
from identity.actions.people import refusals
from identity.models import Claim, Identifier, Link, Person
from identity.rules import ClaimState, MatchRule, OriginStatus, VerdictKind
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, a_scout, linked, moment
from tests.identity.holding import check_holdings, holdings, living

BY = uuid4()
PERSONS = 3
PHONES = ("51911111111", "51922222222", "51933333333")
STATES = [str(state) for state in ClaimState]
RULES = (MatchRule.DOCUMENT, MatchRule.PLATE, MatchRule.PHONE)

sightings = st.lists(
    st.tuples(
        st.integers(0, PERSONS - 1),
        st.sampled_from(["driver", "lead", "lead", "scout"]),
        st.sampled_from(RULES),
        st.integers(0, 2),
        st.dictionaries(st.sampled_from(["M1", "M5"]), st.sampled_from(STATES)),
    ),
    min_size=2,
    max_size=9,
)
words = st.lists(
    st.tuples(st.integers(0, PERSONS - 1), st.sampled_from(list(VerdictKind)), st.integers(0, 1)), max_size=4
)
acts = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "split"]), st.integers(0, 99), st.integers(1, 2**9)),
    min_size=1,
    max_size=5,
)


@pytest.mark.usefixtures("in_acme")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=sightings, said=words, done=acts, manual=st.integers(-1, PERSONS - 1))
def test_undoing_everything_leaves_every_row_as_it_was(seen, said, done, manual):
    """I9, I14, Origin: links, identifiers, verdicts, claims and origins, column by column; never a hole."""
    with transaction.atomic():
        town(seen, said, manual)
        story = []
        for verb, who, which in done:
            before = holdings()
            change = act(verb, who, which)
            if change:
                check_holdings()
                assert sum(len(rows) for rows in holdings().values()) >= Link.objects.count()
                story.append((before, change))
        for before, change in reversed(story):
            actions.undo_change(change_id=change.pk, by=BY)
            assert holdings() == before
            check_holdings()
        transaction.set_rollback(True)


def town(seen, said, manual):
    """Write some persons who share phones, with links, claims, words and maybe a decided origin."""
    persons = [a_person(f"P{number}", phone=PHONES[number % 2]) for number in range(PERSONS)]
    for number, (who, *sighting) in enumerate(seen):
        see(number, persons[who], *sighting)
    red = [a_lead(), a_lead()]
    for who, kind, lead in said:
        actions.give_verdict(lead_id=red[lead].pk, kind=kind, person=persons[who].pk, by=BY)
    keys = [person.pk for person in persons]
    actions.settle_claims(persons=keys)
    actions.decide_origins(persons=keys, now=timezone.now())
    if manual >= 0:
        decide(persons[manual])


def see(number, person, what, rule, phone, claims):
    """Write one link of a person's, and what hangs on it."""
    typed: dict[str, Any] = {"phone": PHONES[phone], "email": f"{number % 4}@x.example"}
    at = moment(DAY) + timedelta(hours=number % 4)
    if what == "driver":
        linked(a_driver(document=f"D{number}", **typed), person)
        Identifier.objects.create(person=person, kind="document", value=f"D{number}", is_sole=True)
    elif what == "scout":
        linked(a_scout(**typed), person, rule=rule, at=at)
    else:
        lead = a_lead(on=DAY - timedelta(number % 3), **typed)
        linked(lead, person, rule=rule, at=at)
        if phone == 0:
            actions.give_verdict(lead_id=lead.pk, kind=VerdictKind.MUST_LINK, person=person.pk, by=BY)
        for milestone, state in claims.items():
            Claim.objects.create(
                source_pk=lead.source_pk, milestone=milestone, state=state, amount=25, currency="PEN"
            )


def decide(person):
    with suppress(refusals.NoOrigin):
        actions.decide_origin(person=person.pk, status=OriginStatus.RESOLVED_MANUAL, by=BY)


def act(verb, who, which):
    """Merge or split somebody who lives; None when it makes no sense."""
    alive: list[UUID] = living()
    kept = alive[who % len(alive)]
    if verb == "merge":
        gone = alive[which % len(alive)]
        return actions.merge_persons(kept=kept, gone=gone, by=BY) if kept != gone else None
    links = list(Link.objects.filter(person=kept).order_by("id").values_list("pk", flat=True))
    chosen = [link for place, link in enumerate(links) if which >> place & 1]
    if not chosen or len(chosen) == len(links):
        return None
    return actions.split_person(person=kept, links=chosen, by=BY)


@pytest.mark.usefixtures("in_acme")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=sightings, done=acts, undone=st.permutations(range(5)))
def test_undoing_in_any_order_is_exact_or_refused(seen, done, undone):
    """I9: later acts are named, nobody is lost, and a tombstone holds nothing."""
    with transaction.atomic():
        town(seen, [], -1)
        links = Link.objects.count()
        story = [change for one in done if (change := act(*one))]
        for place in undone:
            if place < len(story):
                with suppress(refusals.NotUndoable):
                    actions.undo_change(change_id=story[place].pk, by=BY)
                check_holdings()
        assert Link.objects.count() == links
        assert Link.objects.filter(person__merged_into__isnull=False).count() == 0
        assert Person.objects.filter(merged_into=None).exists()
        transaction.set_rollback(True)
