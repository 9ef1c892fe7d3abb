"""What the rules say one by one, and what they decide together (I3–I6)."""

from datetime import date, timedelta

import pytest

from identity.matching import Candidate, Facts, LeadFacts, Verdict, combine, try_rules
from identity.matching.keys import name_key, name_tokens
from identity.rules import Confidence, MatchRule, Outcome, Reason

DAY = date(2026, 3, 10)


def facts(name="", **known):
    return Facts(name=name_tokens(name_key(name)), **{"park": "lima", **known})


def lead(name="", on=DAY, **known):
    return LeadFacts(facts(name, **known), on)


def account(person, name="", hired=None, **known):
    return Candidate(person, facts(name, **known), hired)


def decided(of, *candidates):
    return combine(try_rules(of, candidates))


def verdicts(of, *candidates):
    return {one.rule: one.verdict for one in try_rules(of, candidates) if one.verdict != Verdict.NOT_TRIED}


@pytest.mark.parametrize(
    ("key", "rule", "score"),
    [
        ("document", MatchRule.DOCUMENT, 97),
        ("phone", MatchRule.PHONE, 95),
        ("licence", MatchRule.LICENCE, 92),
        ("email", MatchRule.EMAIL, 90),
    ],
)
def test_an_exact_identifier_links(key, rule, score):
    """I3: its score, HIGH; a missing name speaks against nobody."""
    found = decided(
        lead("Ana Pérez", **{key: "x1"}), account("p", **{key: "x1"}), account("q", **{key: "x2"})
    )
    assert (found.outcome, found.person, found.rule) == (Outcome.MATCHED, "p", rule)
    assert (found.score, found.confidence) == (score, Confidence.HIGH)


def test_other_parks_are_asked_only_when_the_target_has_no_holder():
    """I3."""
    here, there = account("p", phone="1"), account("q", phone="1", park="cusco")
    assert decided(lead(phone="1"), here, there).person == "p"
    assert decided(lead(phone="1"), there).person == "q"
    assert decided(lead("Ana Ruiz", plate="A1"), account("q", "Ana Ruiz", plate="A1", park="")).person is None


@pytest.mark.parametrize(
    ("days", "rule", "score"),
    [
        (-91, MatchRule.PLATE_NO_DATE, 84),
        (-90, MatchRule.PLATE, 85),
        (30, MatchRule.PLATE, 85),
        (31, MatchRule.PLATE_NO_DATE, 84),
        (None, MatchRule.PLATE, 85),
    ],
)
def test_a_plate_needs_a_similar_name_and_the_hire_near_the_lead(days, rule, score):
    """I3: ends included, unknown dates allowed; else the name's likeness, at most 84."""
    hired = None if days is None else DAY + timedelta(days)
    found = decided(lead("Ana Ruiz", plate="A1"), account("p", "Ana Ruiz", hired, plate="A1"))
    assert (found.rule, found.score, found.confidence) == (rule, score, Confidence.MEDIUM)
    undated = decided(lead("Ana Ruiz", None, plate="A1"), account("p", "Ana Ruiz", hired, plate="A1"))
    assert undated.rule is MatchRule.PLATE


def test_a_plate_out_of_the_window_is_not_asked_beside_one_inside():
    """I3: R3B only when no account with that plate is in the window."""
    late = account("q", "Ana Ruiz", DAY + timedelta(200), plate="A1")
    found = decided(lead("Ana Ruiz", plate="A1"), account("p", "Juan Soto", DAY, plate="A1"), late)
    assert (found.outcome, found.reason) == (Outcome.UNMATCHED, Reason.WEAK_MATCH_ONLY)
    assert found.candidates == ("p",)


@pytest.mark.parametrize(("days", "named"), [(-31, False), (-30, True), (7, True), (8, False), (None, True)])
def test_a_car_alone_is_only_review(days, named):
    """I3, I5: LOW neither links nor contradicts."""
    hired = None if days is None else DAY + timedelta(days)
    found = decided(lead("Ana Ruiz", car="KIA RIO"), account("p", "Ana Ruiz", hired, car="KIA RIO"))
    expected = (Outcome.REVIEW, Reason.LOW_CONFIDENCE) if named else (Outcome.UNMATCHED, Reason.NO_CANDIDATES)
    assert (found.outcome, found.reason) == expected
    other = account("q", "Ana Ruiz", phone="1")
    both = decided(
        lead("Ana Ruiz", car="KIA RIO", phone="1"), account("p", "Ana Ruiz", hired, car="KIA RIO"), other
    )
    assert both.person == "q"


def test_accounts_of_one_person_do_not_compete():
    """I4: compared as persons, each by its most similar name."""
    found = decided(
        lead("Ana Ruiz", phone="1"), account("p", "A R", phone="1"), account("p", "Ana Ruiz", phone="1")
    )
    assert (found.person, found.tried[1].persons) == ("p", (("p", 1.0),))


def test_a_shared_phone_is_decided_by_a_clear_gap_of_names():
    """I2: a family's phone names the one whose name it is; too close is a tie."""
    mother, son = account("m", "Rosa Soto Vega", phone="1"), account("s", "Luis Vega Soto", phone="1")
    assert decided(lead("Rosa Soto Vega", phone="1"), mother, son).person == "m"
    tied = decided(lead("Vega Soto", phone="1"), mother, son)
    assert (tied.reason, tied.candidates) == (Reason.MULTIPLE_CANDIDATES, ("m", "s"))


def test_a_recycled_phone_is_looked_at():
    """I4: exact identifier, clearly different name; the person still counts as named."""
    other = account("p", "Juan Soto", phone="1")
    found = decided(lead("Ana Ruiz", phone="1"), other)
    assert (found.outcome, found.reason, found.candidates) == (Outcome.REVIEW, Reason.NAME_MISMATCH, ("p",))
    against = decided(
        lead("Ana Ruiz", phone="1", document="7"), other, account("q", "Ana Ruiz", document="7")
    )
    assert (against.reason, set(against.candidates)) == (Reason.MULTIPLE_CANDIDATES, {"p", "q"})


def test_rules_that_agree_link_by_the_strongest():
    """I5."""
    person = account("p", "Ana Ruiz", phone="1", licence="L", plate="A1")
    found = decided(lead("Ana Ruiz", phone="1", licence="L", plate="A1"), person)
    assert (found.rule, found.is_corroborated) == (MatchRule.PHONE, False)
    assert verdicts(lead("Ana Ruiz", phone="1", licence="L", plate="A1"), person) == {
        MatchRule.PHONE: Verdict.NAMED,
        MatchRule.LICENCE: Verdict.NAMED,
        MatchRule.PLATE: Verdict.NAMED,
    }


def test_a_tie_is_broken_by_a_rule_that_names_one_of_the_tied():
    """I5: under its own code; no third person overrules a stronger tie."""
    one, two = account("p", phone="1", licence="L"), account("q", phone="1")
    found = decided(lead(phone="1", licence="L"), one, two)
    assert (found.person, found.rule, found.is_corroborated) == ("p", MatchRule.LICENCE, True)
    third = account("r", licence="M")
    blocked = decided(lead(phone="1", licence="M"), one, two, third)
    assert (blocked.reason, set(blocked.candidates)) == (Reason.MULTIPLE_CANDIDATES, {"p", "q", "r"})
    stronger = decided(lead(phone="1", document="7"), one, two, account("r", document="7"))
    assert (stronger.person, stronger.is_corroborated) == ("r", False)


def test_three_candidates_are_shown_of_many():
    """I5."""
    many = [account(person, phone="1") for person in "pqrs"]
    assert decided(lead(phone="1"), *many).candidates == ("p", "q", "r")


@pytest.mark.parametrize(
    ("of", "candidates", "reason"),
    [
        (lead("Ana Ruiz"), [], Reason.MISSING_IDENTIFIERS),
        (lead(plate="A1"), [], Reason.MISSING_IDENTIFIERS),
        (lead(phone="1"), [], Reason.NO_CANDIDATES),
        (lead("Ana Ruiz", plate="A1"), [account("p", "Juan Soto", plate="A1")], Reason.WEAK_MATCH_ONLY),
    ],
)
def test_whoever_is_not_linked_has_a_reason(of, candidates, reason):
    """I6: every rule tried stays in the decision."""
    found = decided(of, *candidates)
    assert (found.outcome, found.reason) == (Outcome.UNMATCHED, reason)
    assert [one.rule for one in found.tried] == list(MatchRule)[:7]
