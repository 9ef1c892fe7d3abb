"""The API of persons, links, origins, cases, proposals, runs and stats, read (I6, I10, API)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.models import MergeProposal, Person
from identity.rules import JobKind, Via
from tenants.jobs.models import Job
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, linked
from tests.identity.people import HERE, ana, inside, reds
from tests.personas.writing import answer, problem

__all__ = ["ana", "inside", "reds"]


def test_it_shows_a_person_with_all_that_hangs_on_it(api, bob, ana):
    """The whole shape; keys are text, a link tells its evidence."""
    told = answer(api(bob).get(f"{HERE}/persons/{ana.pk}/"))
    assert told["key"] == told["successor"] == str(ana.pk)
    assert (told["name"], told["merged_into"], told["changes"]) == ("Ana Ruiz", None, [])
    assert [one["value"] for one in told["identifiers"]] == ["56912345678"]
    assert {one["source_pk"] for one in told["links"]} == {"L-ana", "d-ana", "S-ana"}
    assert told["origin"]["source_pk"] == "L-ana"
    assert told["origin"]["reason"] == "multiple_high_confidence_origins"
    (listed,) = answer(api(bob).get(f"{HERE}/persons/"))["results"]
    assert listed == {name: told[name] for name in listed}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2),
        ({"name": "ana"}, 1),
        ({"phone": "+56 9 1234 5678"}, 1),
        ({"phone": "letters"}, 0),
        ({"document": "d-9"}, 1),
        ({"driver_id": "d-ana"}, 1),
        ({"lead_source_pk": "L-ana"}, 1),
        ({"confidence": "LOW"}, 0),
        ({"merged": "true"}, 1),
        ({"date_from": "2026-01-01", "date_to": "2099-12-31"}, 2),
        ({"date_to": "2020-01-01"}, 0),
        ({"week": "2020-01-01"}, 0),
    ],
)
def test_it_filters_persons(api, bob, inside, ana, query, found):
    """Tombstones only if asked for; identifiers however they are spelt (I1)."""
    with inside():
        other = a_person("Eva", document="D9")
        Person.objects.create(name="Gone", confidence="HIGH", merged_into=other)
    page = answer(api(bob).get(f"{HERE}/persons/", query))
    assert page["meta"]["total"] == len(page["results"]) == found


@pytest.mark.parametrize(
    ("door", "query", "found"),
    [
        ("links", {"source": "driver"}, 1),
        ("links", {"rule": "DRIVER_MATCH", "via": "recover", "confidence": "HIGH"}, 1),
        ("links", {"source_pk": "L-ana"}, 1),
        ("links", {"person": str(uuid4())}, 0),
        ("links", {"date_to": "2020-01-01"}, 0),
        ("origins", {"kind": "cabinet_lead", "status": "pending_review"}, 1),
        ("origins", {"decided_by": "manual"}, 0),
        ("runs", {"kind": "identity.seed"}, 1),
        ("runs", {"state": "completed"}, 0),
        ("merge-proposals", {"answered": "false"}, 1),
        ("merge-proposals", {"answered": "true"}, 0),
    ],
)
def test_it_filters_what_else_there_is(api, bob, inside, ana, door, query, found):
    """A job of another app is no run of identity."""
    with inside():
        Job.objects.create(kind=JobKind.SEED)
        Job.objects.create(kind="personas.reclassify")
        one, other = sorted((ana.pk, a_person().pk))
        MergeProposal.objects.create(one_id=one, other_id=other, source_pk="L-ana")
    page = answer(api(bob).get(f"{HERE}/{door}/", query))
    assert page["meta"] == {"limit": 100, "offset": 0, "returned": found, "total": found}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["R-undated", "R-bare", "R-phone"]),
        ({"reason": "NO_CANDIDATES"}, ["R-phone"]),
        ({"reason": "no_match_found"}, ["R-phone"]),
        ({"reason": "missing_identifiers"}, ["R-undated", "R-bare"]),
        ({"stage": "NO_LEAD_DATE"}, ["R-undated"]),
        ({"stage": "NO_IDENTITY"}, ["R-bare", "R-phone"]),
        ({"stage": "OK"}, []),
        ({"week": DAY.isoformat()}, ["R-phone"]),
        ({"date_from": (DAY + timedelta(1)).isoformat()}, ["R-bare"]),
        ({"date_to": DAY.isoformat()}, ["R-phone"]),
        ({"state": "ignored"}, []),
        ({"state": "any", "park": "lima"}, ["R-undated", "R-bare", "R-phone"]),
        ({"outcome": "review"}, []),
        ({"lead_source_pk": "R-bare"}, ["R-bare"]),
        ({"limit": "1", "offset": "1"}, ["R-bare"]),
    ],
)
def test_it_lists_what_nothing_linked(api, bob, reds, query, found):
    """I6: by reason in both words, stage, week and dates; the summary follows the filters."""
    page = answer(api(bob).get(f"{HERE}/unmatched/", query))
    assert [one["lead"]["source_pk"] for one in page["results"]] == found
    assert sum(page["summary"].values()) == page["meta"]["total"]
    assert page["meta"]["returned"] == len(found)


def test_a_case_says_both_words(api, bob, reds):
    """I6"""
    told = answer(api(bob).get(f"{HERE}/unmatched/{reds[0].pk}/"))
    assert told["id"] == str(reds[0].pk)
    assert (told["reason"], told["first_system_reason"]) == ("NO_CANDIDATES", "no_match_found")
    assert (told["stage"], told["state"], told["attempts"]) == ("NO_IDENTITY", "open", 1)
    assert told["candidates"] == []
    assert told["lead"]["first_name"] == "Eva"


def test_candidates_tell_their_weights(api, bob, inside):
    """I10: two holders of one phone, each with the bits of every field."""
    with inside():
        for name in ("Ana Ruiz", "Eva Paz"):
            a_driver(name=name, phone="912345678")
        lead = a_lead(phone="912345678")
        actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    told = answer(api(bob).get(f"{HERE}/unmatched/{lead.pk}/"))
    assert told["reason"] == "MULTIPLE_CANDIDATES"
    assert len(told["candidates"]) == 2
    for one in told["candidates"]:
        assert one["person_key"] is None
        assert one["drivers"]
        assert [step["level"] for step in one["steps"] if step["field"] == "phone"] == ["exact"]


@pytest.mark.parametrize("door", ["persons", "links", "origins", "unmatched", "runs", "merge-proposals"])
def test_pages_have_bounds(api, bob, door):
    """API: limit 1-1000, else 422; what nobody reads is 400."""
    for name, value in (("limit", "0"), ("limit", "1001"), ("limit", "x"), ("offset", "-1"), ("limit", "٣")):
        problem(api(bob).get(f"{HERE}/{door}/", {name: value}), 422, "bad_page")
    refused: list[dict[str, object]] = [{"cursor": "x"}, {"colour": "red"}, {"limit": ["1", "2"]}]
    for query in refused:
        problem(api(bob).get(f"{HERE}/{door}/", query), 400)
    empty = answer(api(bob).get(f"{HERE}/{door}/", {"limit": "1000", "offset": "1000000000"}))
    assert (empty["results"], empty["meta"]["returned"]) == ([], 0)


@pytest.mark.parametrize(
    ("door", "name", "known"),
    [
        ("unmatched", "stage", "NO_IDENTITY"),
        ("unmatched", "reason", "conflict_multiple_candidates"),
        ("unmatched", "state", "ignored"),
        ("links", "source", "scout_registration"),
        ("origins", "status", "marked_legacy"),
        ("runs", "kind", "identity.recover"),
    ],
)
@pytest.mark.parametrize("value", ["NOPE", "%s", "'; --", "", "🙂"])
def test_an_unknown_word_is_told_the_known_ones(api, bob, door, name, known, value):
    """API: unknown stage → 400 listing the valid ones."""
    response = api(bob).get(f"{HERE}/{door}/", {name: value})
    if value:
        assert known in problem(response, 400)["errors"][0]["detail"]
    else:
        answer(response)


def test_an_unknown_word_is_refused_in_the_language_of_who_asks(api, bob):
    """W11"""
    told = [
        problem(api(bob).get(f"{HERE}/links/", {"source": "x"}, Accept_Language=language), 400)
        for language in ("es", "en")
    ]
    assert [one["errors"][0]["detail"].split(":")[0] for one in told] == [
        "No existe. Los valores conocidos son",
        "This is unknown. Known are",
    ]


@pytest.mark.parametrize("value", ["maybe", "1", "True", "2"])
@pytest.mark.parametrize(
    "place", ["identity/persons/?merged", "identity/merge-proposals/?answered", "cabinet-leads/?red"]
)
def test_neither_yes_nor_no_is_refused_instead_of_ignored(api, bob, place, value):
    """W10"""
    problem(api(bob).get(f"/api/v1/{place}={value}"), 400)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("place", ["identity/persons/", "identity/unmatched/", "cabinet-leads/"])
def test_a_day_is_written_in_one_way(api, bob, place, language):
    """10/11 would be two days in two languages (W15)."""
    asked = {"date_from": "10/11/2026"}
    problem(api(bob).get(f"/api/v1/{place}", asked, Accept_Language=language), 400)


@pytest.mark.parametrize("door", ["persons", "links", "unmatched", "runs"])
@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "\u0662", "x\x00"])
def test_odd_dates_never_crash(api, bob, door, value):
    """S13"""
    for name in ("week", "date_from", "date_to"):
        assert api(bob).get(f"{HERE}/{door}/", {name: value}).status_code in {200, 400}


@pytest.mark.parametrize("door", ["persons", "links", "unmatched", "runs", "origins"])
@pytest.mark.parametrize(
    "key", ["0", "01", "x", "9" * 30, "%00", "B590BC6C-AF7D-4028-A61B-1DCC3D77AD46", "-1"]
)
def test_odd_keys_are_nobodys(api, bob, door, key):
    """S13"""
    assert api(bob).get(f"{HERE}/{door}/{key}/").status_code in {404, 400}


def test_stats_count_everything(api, bob, ana, reds):
    """Every number is a count of rows."""
    told = answer(api(bob).get(f"{HERE}/stats/"))
    assert (told["persons"], told["leads"], told["leads_linked"], told["leads_red"]) == (1, 4, 1, 3)
    assert told["identity_rate"] == 25.0
    assert told["links_by_source"] == {"cabinet_lead": 1, "driver": 1, "scout_registration": 1}
    assert told["open_cases_by_reason"] == {"MISSING_IDENTIFIERS": 2, "NO_CANDIDATES": 1}
    assert told["origins_by_status"] == {"pending_review": 1}
    problem(api(bob).get(f"{HERE}/stats/", {"limit": "1"}), 400)


def test_lists_cost_the_same_however_long(api, bob, inside, django_assert_max_num_queries):
    """Fixed query counts."""
    with inside():
        for number in range(30):
            linked(a_lead(), a_person(str(number), phone=f"5691234{number:04}"))
        everybody = list(Person.objects.values_list("pk", flat=True))
        actions.decide_origins(persons=everybody, now=timezone.now())
    for door, most in (("persons", 9), ("links", 8), ("origins", 8), ("unmatched", 9)):
        with django_assert_max_num_queries(most):
            answer(api(bob).get(f"{HERE}/{door}/"))
