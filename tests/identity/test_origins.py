"""Where a person came from: exactly one origin, decided again when stronger evidence comes (Origin)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from identity import actions
from identity.models import Link, Origin, OriginChange
from identity.rules import DISPUTED, DecidedBy, MatchRule, OriginStatus, Source
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked

pytestmark = pytest.mark.usefixtures("in_acme")
NOW = timezone.now()


def decided(*persons):
    return actions.decide_origins(persons=[one.pk for one in persons], now=NOW)


def origin_of(person):
    found = Origin.objects.get(person=person)
    return found.kind, found.source_pk, found.status, found.reason


def test_a_lead_counts_before_a_scouting_however_late_it_came():
    """Origin: cabinet_lead > scout_registration > migration > legacy_external."""
    person = a_person("Ana Ruiz")
    for source in (Source.LEGACY, Source.MIGRATION):
        Link.objects.create(
            source=source,
            source_pk="x1",
            person=person,
            rule="SCORED",
            score=84,
            confidence="LOW",
            via="migration",
        )
    assert decided(person) == 1
    assert origin_of(person)[:2] == (Source.MIGRATION, "x1")
    scout = a_scout()
    linked(scout, person, rule=MatchRule.PLATE)
    assert decided(person) == 1
    assert origin_of(person) == (Source.SCOUT, scout.source_pk, OriginStatus.RESOLVED_AUTO, "")
    lead = a_lead()
    linked(lead, person)
    assert decided(person) == 1
    assert origin_of(person) == (Source.CABINET, lead.source_pk, OriginStatus.RESOLVED_AUTO, "")
    former = OriginChange.objects.filter(person=person).order_by("id").values_list("kind", "decided_by")
    assert list(former) == [(Source.MIGRATION, "system"), (Source.SCOUT, "system")]


def test_within_a_kind_the_earliest_link_counts():
    """Origin: by the moment of the link, then by its number."""
    person, leads = a_person(), [a_lead(), a_lead(), a_lead()]
    for lead, hours in zip(leads, (0, -2, -2), strict=True):
        linked(lead, person, at=NOW + timedelta(hours=hours))
    decided(person)
    assert origin_of(person)[1] == leads[1].source_pk


@pytest.mark.parametrize(
    ("rule", "status", "reason"),
    [
        (MatchRule.EMAIL, OriginStatus.PENDING_REVIEW, DISPUTED),
        # 85 points at a MEDIUM share are 72.
        (MatchRule.PLATE, OriginStatus.RESOLVED_AUTO, ""),
    ],
)
def test_two_sure_kinds_are_left_to_review(rule, status, reason):
    """Origin: two kinds both at score × share ≥ 85."""
    person, lead = a_person(), a_lead()
    linked(lead, person, rule=MatchRule.DOCUMENT)
    linked(a_scout(), person, rule=rule)
    decided(person)
    assert origin_of(person) == (Source.CABINET, lead.source_pk, status, reason)


def test_two_sure_links_of_one_kind_dispute_nothing():
    """Origin: two *kinds*."""
    person = a_person()
    for _lead in range(2):
        linked(a_lead(), person, rule=MatchRule.DOCUMENT)
    decided(person)
    assert origin_of(person)[2] == OriginStatus.RESOLVED_AUTO


def test_a_new_kind_never_decides_over_a_person():
    """Origin, I9: a manual origin stays while its link does."""
    person, scout = a_person(), a_scout()
    link = linked(scout, person)
    decided(person)
    Origin.objects.filter(person=person).update(
        decided_by=DecidedBy.MANUAL, status=OriginStatus.RESOLVED_MANUAL
    )
    lead = a_lead()
    linked(lead, person)
    assert decided(person) == 0
    assert origin_of(person)[:3] == (Source.SCOUT, scout.source_pk, OriginStatus.RESOLVED_MANUAL)
    link.delete()
    assert decided(person) == 1
    assert origin_of(person)[:3] == (Source.CABINET, lead.source_pk, OriginStatus.RESOLVED_AUTO)


def test_an_account_is_no_origin_and_the_last_other_link_takes_it_away():
    """Origin: one per person linked by more than an account."""
    person = a_person()
    linked(a_driver(), person)
    assert decided(person) == 0
    link = linked(a_lead(), person)
    assert decided(person) == 1
    link.delete()
    assert decided(person) == 1
    assert not Origin.objects.filter(person=person).exists()
    assert OriginChange.objects.filter(person=person).count() == 1


def test_deciding_again_writes_nothing(django_assert_num_queries):
    """I7c, I8: a batch costs two statements, a second time it writes no row."""
    persons = [a_person() for _number in range(20)]
    for person in persons:
        linked(a_lead(), person)
        linked(a_scout(), person)
    with django_assert_num_queries(4):  # with the savepoint around
        assert decided(*persons) == 20
    before = written_rows()
    assert decided(*persons) == 0
    assert written_rows() == before
    assert decided() == 0


def written_rows():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(o::text || xmin::text, ',' ORDER BY person_id)) FROM identity_origin o"
        )
        return cursor.fetchone(), OriginChange.objects.count()
