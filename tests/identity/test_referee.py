"""The weights: calibrated points, holders, nobody, and what they stop or link (I7b)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from identity.matching import Candidate, Facts, LeadFacts, combine, try_rules
from identity.matching.comparing import Field, compare, top_of
from identity.matching.keys import name_key, name_tokens
from identity.matching.refereeing import Mode, referee
from identity.matching.weighing import SHIPPED, Weighed, missed_points, weigh, with_posteriors
from identity.rules import MatchRule, Outcome, Reason

DAY = date(2026, 3, 10)


def facts(name="", **known):
    return Facts(name=name_tokens(name_key(name)), **known)


def weighed(lead, candidates, persons=0, **holders):
    counted = {Field(name): count for name, count in holders.items()}
    found = {}
    for one in candidates:
        levels = compare(lead, one)
        found[one.person] = Weighed(one.person, levels, weigh(SHIPPED, levels, counted, persons))
    return with_posteriors(SHIPPED, found, persons)


def test_the_shipped_model_holds_its_points():
    """I7b: one exact identifier alone, plate with and without a name, a phone under another name."""
    assert missed_points(SHIPPED) == []


@pytest.mark.parametrize(
    ("field", "slack", "missed"),
    [
        (Field.PHONE, 1.0, ["phone alone"]),
        (Field.PLATE, 0.001, ["plate alone"]),
        (Field.PLATE, 60.0, ["plate and similar name"]),
        (Field.PHONE, 0.0001, ["phone and another name"]),
    ],
)
def test_a_model_that_misses_a_point_is_told_which(field, slack, missed):
    """I7b: positive control of the points."""
    assert missed_points(replace(SHIPPED, slack={**SHIPPED.slack, field: slack})) == missed


@pytest.mark.parametrize("persons", [10, 100_000, 3_000_000])
def test_one_holder_is_sure_in_a_town_of_any_size(persons):
    """I7b: frequencies and prior over at least 100,000 persons."""
    lead = LeadFacts(facts(phone="51999888777"))
    (found,) = weighed(lead, [Candidate("p", facts(phone="51999888777"))], persons)
    assert found.posterior >= 0.97


def test_a_value_of_many_holders_says_little():
    """I7b: term frequency."""
    lead = LeadFacts(facts(phone="51999888777"))
    few, many = (weighed(lead, [Candidate("p", lead.facts)], phone=count)[0].posterior for count in (2, 50))
    assert 0.97 > few > many


def test_what_is_missing_weighs_nothing():
    """I7b."""
    lead = LeadFacts(facts("Ana Ruiz", phone="51999888777", document="12345678"), DAY)
    levels = compare(lead, Candidate("p", facts(document="12345678")))
    assert levels == (top_of(Field.DOCUMENT), 0, 0, 0, 0, 0, 0, 0)
    assert weigh(SHIPPED, levels, {}, 0)[1:] == (0.0,) * 7


@pytest.mark.parametrize(
    ("field", "one", "other", "level"),
    [
        ("phone", "51999888777", "51999888777", 3),
        ("phone", "51999888777", "51999888778", 2),
        ("phone", "51999888777", "51999887877", 2),
        ("phone", "51999888777", "51999888999", 1),
        ("document", "12345", "12346", 1),
        ("plate", "ABC123", "ABC124", 1),
    ],
)
def test_levels_of_keys(field, one, other, level):
    """I7b: one typo counts for phone and document, not for short codes or plates."""
    levels = compare(LeadFacts(facts(**{field: one})), Candidate("p", facts(**{field: other})))
    assert levels[list(Field).index(Field(field))] == level


@pytest.mark.parametrize(("days", "level"), [(-91, 1), (-90, 2), (-30, 3), (7, 3), (8, 2), (30, 2), (31, 1)])
def test_levels_of_the_hire(days, level):
    """I7b: the windows of R3 and R4, ends included."""
    one = Candidate("p", facts(), DAY + timedelta(days))
    assert compare(LeadFacts(facts(), DAY), one)[-1] == level
    assert compare(LeadFacts(facts()), one)[-1] == 0


def decided(lead, rules_see, weights_see, mode=Mode.RULES):
    return referee(combine(try_rules(lead, rules_see)), weighed(lead, weights_see), mode=mode)


def test_a_link_is_stopped_by_somebody_nearly_as_likely():
    """I7b: less than 5 bits behind."""
    lead = LeadFacts(facts("Ana Ruiz", phone="51999888777"), DAY)
    other = Candidate("p", facts("Rosa Ana Ruiz Soto", phone="51999888777"))
    rival = Candidate("q", facts("Ana Ruiz", phone="51999888778"), DAY)
    assert decided(lead, [other], [other]).person == "p"
    found = decided(lead, [other], [other, rival])
    assert (found.outcome, found.reason) == (Outcome.REVIEW, Reason.MULTIPLE_CANDIDATES)
    assert set(found.candidates) == {"p", "q"}


def test_a_link_that_is_not_likely_enough_is_looked_at():
    """I7b: posterior below 0.9."""
    lead = LeadFacts(facts("Ana María Pérez", phone="1234567890"), DAY)
    one = Candidate("p", facts("Ana Pérez", phone="1234567890"))
    again = [Weighed("p", each.levels, each.weights, 0.5) for each in weighed(lead, [one])]
    found = referee(combine(try_rules(lead, [one])), again)
    assert (found.reason, found.person) == (Reason.LOW_CONFIDENCE, None)


def test_the_weights_link_only_where_they_are_asked_to():
    """I7b: `scored`: a typo in the phone and an equal name link, MEDIUM and at most 84."""
    lead = LeadFacts(facts("Ana Ruiz Soto", phone="51999888777"), DAY)
    one = Candidate("p", facts("Ana Ruiz Soto", phone="51999888778"), DAY)
    assert decided(lead, [], [one]).reason is Reason.NO_CANDIDATES
    found = decided(lead, [], [one], Mode.SCORED)
    assert (found.person, found.rule, found.score) == ("p", MatchRule.SCORED, 84)


def test_a_name_alone_never_links():
    """I7b: nor does anybody against a tie of others."""
    lead = LeadFacts(facts("Ana Ruiz Soto"), DAY)
    named = [Weighed("p", compare(lead, Candidate("p", lead.facts, DAY)), (40.0,), 0.999)]
    assert referee(combine([]), named, mode=Mode.SCORED).person is None
    tied = LeadFacts(facts(phone="51999888777", document="12345678"))
    two = [Candidate(name, facts(phone="51999888777")) for name in "pq"]
    third = Candidate("r", facts(document="12345679"))
    sure = [Weighed("r", compare(tied, third), (40.0,), 0.999)]
    found = referee(combine(try_rules(tied, two)), sure, mode=Mode.SCORED)
    assert (found.person, found.reason) == (None, Reason.MULTIPLE_CANDIDATES)
